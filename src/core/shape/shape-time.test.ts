import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { timeRule } from '../../../test/support/fields.ts';
import { expectedTime } from '../../../test/support/time-oracle.ts';
import type { TimeFormat, TimeRule } from '../contract/contract.ts';
import { formatLocal } from '../time/datetime-text.ts';
import { quickTime } from '../time/quick-time.ts';
import { NOT_AFTER } from '../time/time-limits.ts';
import { shapeTime } from './shape-time.ts';

/** Every zone that the platform knows, and the two that most rows are in. */
const zone = fc.oneof(
  fc.constantFrom('UTC', 'Europe/London', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe'),
  fc.constantFrom(...Intl.supportedValuesOf('timeZone')),
);

const NUMBER_FORMATS = ['unix_seconds', 'unix_milliseconds', 'unix_microseconds'] as const;

function rule(format: fc.Arbitrary<TimeFormat>): fc.Arbitrary<TimeRule> {
  const year = (low: number, high: number) =>
    fc.integer({ min: low, max: high }).map((value) => Date.UTC(value, 0, 1) / 1000);
  return fc
    .record({
      timeZone: zone,
      format,
      ambiguous: fc.constantFrom('reject' as const, 'earlier' as const, 'later' as const),
      notBefore: fc.oneof(year(2000, 2000), year(1900, 2030)),
      notAfter: fc.oneof(fc.constant(NOT_AFTER), year(2010, 2100)),
    })
    .map((parts) => timeRule(parts));
}

const seconds = (from: number, to: number) =>
  fc.integer({ min: Date.UTC(from, 0, 1) / 1000, max: Date.UTC(to, 0, 1) / 1000 });

/** Around the months in which clocks change, mostly. */
const nearChange = fc
  .tuple(
    fc.integer({ min: 1990, max: 2050 }),
    fc.constantFrom(2, 3, 8, 9, 10),
    fc.integer({ min: -9 * 96, max: 96 }),
  )
  .map(([year, month, quarters]) => Date.UTC(year, month + 1, 1) / 1000 + quarters * 900);

const fraction = fc.oneof(
  fc.constant(''),
  fc.nat(999_999).map((part) => `.${part}`),
);

const dateTimeText = fc.oneof(
  fc
    .tuple(fc.oneof(seconds(1990, 2040), nearChange, seconds(1902, 2200)), fraction)
    .map(([at, part]) => formatLocal(at) + part),
  fc.constantFrom(
    '0000-00-00 00:00:00',
    '0000-00-00',
    '1970-01-01 00:00:00',
    '1970-01-01',
    '9999-12-31 23:59:59',
  ),
  // Dates that no calendar has, and everything else of the right shape.
  fc
    .tuple(fc.nat(9999), fc.nat(13), fc.nat(32), fc.nat(24), fc.nat(60), fc.nat(61))
    .map(([year, month, day, hour, minute, second]) => {
      const two = (part: number): string => String(part).padStart(2, '0');
      return `${String(year).padStart(4, '0')}-${two(month)}-${two(day)} ${two(hour)}:${two(minute)}:${two(second)}`;
    }),
);

/** What other column types print, and what nobody would. */
const otherText = fc.oneof(
  fc.constantFrom(
    '',
    '2026',
    '12:00:00',
    '-838:59:59',
    '1.764e9',
    'NULL',
    'now()',
    '20261123',
    '2026-11-23 10:00',
    '٢٠٢٦-١١-٢٣',
  ),
  fc.string({ unit: 'grapheme' }),
  fc
    .tuple(dateTimeText, fc.nat(30), fc.string({ maxLength: 2 }))
    .map(([text, at, part]) => text.slice(0, at) + part + text.slice(at)),
);

const unit = fc.constantFrom(1, 1000, 1_000_000);
const numberText = fc.oneof(
  fc.tuple(seconds(1960, 2110), unit, fraction).map(([at, factor, part]) => `${at * factor}${part}`),
  fc
    .tuple(seconds(1990, 2040), fc.constantFrom('.9999999999999', '.99999999999999999', '.'))
    .map(([at, part]) => `${at}${part}`),
  fc.bigInt({ min: -(10n ** 20n), max: 10n ** 32n }).map(String),
  fc.constantFrom('0', '-0', '0.0', '0.5', '-1', '-0.5', '00012', '+5', '1e9', '0x10', ' 5', '5 '),
);

/** One outcome and no other: whole seconds within the window, or the fault that the other implementation names. */
function expectSame(text: string, timeRules: TimeRule): void {
  const shaped = shapeTime(text, timeRules);
  const got = 'fault' in shaped ? shaped.fault : shaped.unixSeconds;
  expect(got).toBe(expectedTime(text, timeRules));
  if (typeof got === 'string') return;
  expect(Number.isInteger(got)).toBe(true);
  expect(got).toBeGreaterThanOrEqual(timeRules.notBefore);
  expect(got).toBeLessThan(timeRules.notAfter);
}

describe('shapeTime, held against Temporal', () => {
  it('makes of every date and time in every zone either its seconds or the right fault', () => {
    const text = fc.oneof({ arbitrary: dateTimeText, weight: 4 }, otherText, numberText);
    fc.assert(
      fc.property(text, rule(fc.constant('datetime')), (value, timeRules) => {
        expectSame(value, timeRules);
      }),
      { numRuns: 3000 },
    );
  }, 120_000);

  it('makes of every number in every unit either its seconds or the right fault', () => {
    const text = fc.oneof({ arbitrary: numberText, weight: 4 }, otherText, dateTimeText);
    fc.assert(
      fc.property(text, rule(fc.constantFrom(...NUMBER_FORMATS)), (value, timeRules) => {
        expectSame(value, timeRules);
      }),
      { numRuns: 3000 },
    );
  }, 120_000);

  it('is the same read quickly from bytes, wherever that is possible', () => {
    fc.assert(
      fc.property(fc.oneof(dateTimeText, otherText), rule(fc.constant('datetime')), (value, timeRules) => {
        const bytes = Buffer.from(`xx${value}yy`, 'utf8');
        const quick = quickTime(timeRules)(bytes, 2, bytes.length - 2);
        if (quick >= 0) expect(shapeTime(value, timeRules)).toEqual({ unixSeconds: quick });
      }),
      { numRuns: 3000 },
    );
  }, 120_000);
});

describe('shapeTime', () => {
  const noon = Date.UTC(2026, 10, 23, 12) / 1000;

  it.each([
    ['unix_seconds', String(noon), noon],
    ['unix_milliseconds', `${noon}999`, noon],
    ['unix_microseconds', `${noon}999999`, noon],
    // A unit taken for another one is never a time, only a fault.
    ['unix_seconds', `${noon}000`, 'time_too_late'],
    ['unix_seconds', `${noon}000000`, 'time_too_late'],
    ['unix_milliseconds', `${noon}000000`, 'time_too_late'],
    ['unix_milliseconds', String(noon), 'time_too_early'],
    ['unix_microseconds', `${noon}000`, 'time_too_early'],
    ['unix_seconds', '0', 'time_zero'],
    ['datetime', String(noon), 'time_invalid'],
    ['datetime', '1970-01-01 00:00:00', 'time_too_early'],
    ['datetime', '2026-11-23', 'time_without_clock'],
  ] as const)('%s %s: %s', (format, text, expected) => {
    const shaped = shapeTime(text, timeRule({ format }));
    expect('fault' in shaped ? shaped.fault : shaped.unixSeconds).toBe(expected);
  });

  it('rounds down by digits, not by doubles', () => {
    const shaped = shapeTime(`${noon}.99999999999`, timeRule({ format: 'unix_seconds' }));
    expect(shaped).toEqual({ unixSeconds: noon });
  });
});
