import { Temporal } from '@js-temporal/polyfill';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatLocal, readDateTime } from './datetime-text.ts';
import { timeZone } from './time-zone.ts';

const ZONES = [
  'UTC',
  'Europe/London',
  'Europe/Berlin',
  'America/New_York',
  'America/Sao_Paulo',
  'Asia/Kolkata',
  'Asia/Tehran',
  'Australia/Lord_Howe',
  'Pacific/Apia',
  'Africa/Casablanca',
  'America/St_Johns',
];

/** All instants that the wall clock time can mean, by an independent implementation. */
function oracle(local: number, zone: string): number[] {
  const text = formatLocal(local).replace(' ', 'T');
  const plain = Temporal.PlainDateTime.from(text);
  const instants = (['earlier', 'later'] as const).map((disambiguation) => {
    const zoned = plain.toZonedDateTime(zone, { disambiguation });
    return zoned.toPlainDateTime().equals(plain) ? zoned.epochMilliseconds / 1000 : undefined;
  });
  return [...new Set(instants.filter((instant) => instant !== undefined))];
}

const anyLocal = fc.integer({ min: Date.UTC(1971, 0, 1) / 1000, max: Date.UTC(2037, 0, 1) / 1000 });

/** Times around the changes of clocks of the zone, where all the trouble is. */
const nearChange = fc
  .tuple(
    fc.integer({ min: 1975, max: 2036 }),
    fc.constantFrom(2, 3, 8, 9, 10),
    fc.integer({ min: -8 * 24, max: 8 * 24 }),
  )
  .map(
    ([year, month, quarters]) => Date.UTC(year, month + 1, 0) / 1000 - quarters * 3600 + (quarters % 4) * 900,
  );

describe('timeZone', () => {
  it('agrees with an independent implementation on every wall clock time', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(fc.constantFrom(...ZONES), fc.oneof(anyLocal, nearChange), (zone, local) => {
        const instants = [...timeZone(zone).instantsOf(local)];
        expect(instants).toEqual(oracle(local, zone));
        const steady = timeZone(zone).steadyInstant(local);
        if (!Number.isNaN(steady)) expect([steady]).toEqual(instants);
        for (const instant of instants) expect(timeZone(zone).localOf(instant)).toBe(local);
      }),
      { numRuns: 1500 },
    );
  });

  it.each([
    ['Europe/London', '2011-03-27 01:30:00', []],
    ['Europe/London', '2011-10-30 01:30:00', ['2011-10-30T00:30:00Z', '2011-10-30T01:30:00Z']],
    ['Europe/London', '2011-07-01 12:00:00', ['2011-07-01T11:00:00Z']],
    ['America/New_York', '2026-11-01 01:15:00', ['2026-11-01T05:15:00Z', '2026-11-01T06:15:00Z']],
    ['Europe/Paris', '2040-07-01 12:00:00', ['2040-07-01T10:00:00Z']],
  ])('reads %s %s as %j', (zone, text, expected) => {
    const reading = readDateTime(text);
    const local = reading.kind === 'local' ? reading.local : Number.NaN;
    expect(timeZone(zone).instantsOf(local)).toEqual(expected.map((time) => Date.parse(time) / 1000));
  });
});

describe('readDateTime', () => {
  it('reads every time that the calendar has', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true }),
        (date) => {
          const text = date.toISOString().slice(0, 19).replace('T', ' ');
          expect(readDateTime(text)).toEqual({
            kind: 'local',
            local: Math.floor(date.getTime() / 1000),
            hasTime: true,
          });
        },
      ),
    );
  });

  it.each([
    ['0000-00-00 00:00:00', 'zero'],
    ['0000-00-00', 'zero'],
    ['2026-00-10 10:00:00', 'zero'],
    ['2026-10-00', 'zero'],
    ['2026-02-30 10:00:00', 'invalid'],
    ['2100-02-29', 'invalid'],
    ['2026-13-01', 'invalid'],
    ['2026-11-23 24:00:00', 'invalid'],
    ['2026-11-23 10:60:00', 'invalid'],
    ['2026-11-23 10:00', 'invalid'],
    ['23.11.2026', 'invalid'],
    ['2026-11-23 10:00:00 ', 'invalid'],
    ['2026-11-23 10:00:00Z', 'invalid'],
    ['', 'invalid'],
  ])('says of %j that it is %s', (text, kind) => {
    expect(readDateTime(text).kind).toBe(kind);
  });
});
