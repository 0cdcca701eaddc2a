import { timeFields } from '../contract/time-fields.ts';
import { tokenizeSql } from '../sql/sql-tokens.ts';
import { timeZone } from '../time/time-zone.ts';
import type { LintSubject, Remark } from './lint-finding.ts';

/** Functions whose result or argument depends on the zone of the session, which is UTC. */
const CLOCK_FUNCTION =
  /\b(FROM_UNIXTIME|UNIX_TIMESTAMP|NOW|SYSDATE|CURDATE|CURTIME|LOCALTIME|LOCALTIMESTAMP|CURRENT_(?:DATE|TIME|TIMESTAMP)|UTC_(?:DATE|TIME|TIMESTAMP))\s*(?=\()|\b(CURRENT_(?:DATE|TIME|TIMESTAMP)|LOCALTIME(?:STAMP)?|UTC_(?:DATE|TIME|TIMESTAMP))\b/gi;

/** A model that is read in another zone than UTC must not mix its times with those of the session. */
export function clockRemarks({ model }: LintSubject): readonly Remark[] {
  if (isUtc(model.timeZone)) return [];
  const isToldApart = timeFields(model).some(({ time }) => time.isZoneOwn && isUtc(time.timeZone));
  const functions = new Set(
    tokenizeSql(model.sql)
      .filter(({ kind }) => kind === 'code')
      .flatMap(({ text }) =>
        [...text.matchAll(CLOCK_FUNCTION)].map((match) => match[0].trim().toUpperCase()),
      ),
  );
  if (isToldApart || functions.size === 0) return [];
  const names = [...functions].map((name) => `\`${name}\``).join(', ');
  return [
    {
      rule: 'clock_function',
      path: [],
      message: `the query uses ${names}, which work in UTC, and its columns are read in ${model.timeZone}`,
      hint: 'Use `:now` for the present, keep numbers as they are with their `format`, or give the column `time_zone: UTC`.',
    },
  ];
}

function isUtc(zone: string): boolean {
  const { localOf } = timeZone(zone);
  const [winter, summer] = [Date.UTC(2020, 0, 15) / 1000, Date.UTC(2020, 6, 15) / 1000];
  return localOf(winter) === winter && localOf(summer) === summer;
}
