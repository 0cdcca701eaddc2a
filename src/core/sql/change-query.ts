import type { ChangeSource } from '../contract/capture-rule.ts';
import type { ColumnKind } from '../contract/source-column.ts';
import { formatLocal } from '../time/datetime-text.ts';
import { type TimeZone, timeZone } from '../time/time-zone.ts';
import { type KeySort, keyList } from './key-list.ts';
import { bindNamed } from './parameters.ts';
import { quoteIdentifier } from './quote-identifier.ts';

/** From when on changes are asked for, and how the column writes that. */
export interface ChangeBounds {
  /** Unix seconds. */
  readonly since: number;
  readonly now: number;
  readonly timeZone: string;
  /** Kind of the column with the time of change. */
  readonly kind: ColumnKind;
}

/** The query for changed keys (first column) and when they changed (second). */
export function changeSql(source: ChangeSource, bounds: ChangeBounds): string {
  const times = sinceTexts(bounds);
  if (source.kind === 'query') return bindNamed(source.sql, times);
  const changedAt = quoteIdentifier(source.changedAt ?? '');
  const since = bounds.kind === 'timestamp' ? times.get('since_utc') : times.get('since');
  return `SELECT ${quoteIdentifier(source.by)}, ${changedAt} FROM ${quoteTable(source.table)} WHERE ${changedAt} >= '${since}'`;
}

/** The query that looks keys up. */
export function lookUpSql(sql: string, values: readonly string[], sort: KeySort): string {
  return bindNamed(sql, new Map([['keys', { list: keyList(values, sort) }]]));
}

function sinceTexts({ since, now, timeZone: name, kind }: ChangeBounds): ReadonlyMap<string, string> {
  const zone = timeZone(name);
  // A date is the whole day, from its first second on.
  const dayOf = (local: number): number =>
    kind === 'date' ? Math.floor(local / DAY_SECONDS) * DAY_SECONDS : local;
  return new Map([
    ['since', formatLocal(dayOf(earliestLocal(zone, since)))],
    ['since_utc', formatLocal(dayOf(since))],
    ['now', formatLocal(zone.localOf(now))],
    ['now_utc', formatLocal(now)],
  ]);
}

const DAY_SECONDS = 86_400;

/** Clocks change at whole quarters of an hour, and by three hours at most. */
const QUARTER_SECONDS = 900;
const CHANGE_SECONDS_MAX = 3 * 3600;

/** The earliest that a wall clock shows at `since` or after it: where clocks go back, an hour comes twice. */
export function earliestLocal(zone: TimeZone, since: number): number {
  let earliest = zone.localOf(since);
  const first = Math.ceil(since / QUARTER_SECONDS) * QUARTER_SECONDS;
  for (let at = first; at <= since + CHANGE_SECONDS_MAX; at += QUARTER_SECONDS) {
    earliest = Math.min(earliest, zone.localOf(at));
  }
  return earliest;
}

function quoteTable(name: string): string {
  return name.split('.').map(quoteIdentifier).join('.');
}
