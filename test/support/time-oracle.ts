import { Temporal } from '@js-temporal/polyfill';
import type { TimeRule } from '../../src/core/contract/contract.ts';

/** What a time should become: unix seconds, or the code of the fault. */
export type ExpectedTime = number | string;

const DATE_TIME = /^(\d{4})-(\d{2})-(\d{2})(?:[ T](\d{2}):(\d{2}):(\d{2})(?:\.\d{0,9})?)?$/;
const DECIMAL = /^(-?)(\d{1,30})(?:\.(\d*))?$/;
const UNITS = { unix_seconds: 1n, unix_milliseconds: 1000n, unix_microseconds: 1_000_000n } as const;
const YEAR_2100 = Temporal.Instant.from('2100-01-01T00:00:00Z').epochMilliseconds / 1000;

/** Reads a time the slow and plain way, with Temporal and whole numbers of any size: nothing of it is ours. */
export function expectedTime(text: string, rule: TimeRule): ExpectedTime {
  const time = rule.format === 'datetime' ? fromDateTime(text, rule) : fromNumber(text, UNITS[rule.format]);
  if (typeof time === 'string') return time;
  if (time < rule.notBefore) return 'time_too_early';
  if (time >= YEAR_2100) return 'time_too_late';
  return time >= rule.notAfter ? 'time_in_future' : time;
}

function fromNumber(text: string, unit: bigint): ExpectedTime {
  const match = DECIMAL.exec(text);
  if (match === null) return 'time_invalid';
  const [, sign, digits = '', fraction = ''] = match;
  // Everything in units of the last digit, so that nothing is ever rounded.
  const scale = 10n ** BigInt(fraction.length);
  const value = BigInt(digits + fraction) * (sign === '-' ? -1n : 1n);
  if (value === 0n) return 'time_zero';
  const divisor = unit * scale;
  const floored = value / divisor - (value % divisor < 0n ? 1n : 0n);
  return Number(floored);
}

function fromDateTime(text: string, { timeZone, ambiguous }: TimeRule): ExpectedTime {
  const match = DATE_TIME.exec(text);
  if (match === null) return 'time_invalid';
  const [year = 0, month = 0, day = 0, hour, minute, second] = match
    .slice(1)
    .map((part) => (part === undefined ? undefined : Number(part)));
  if (month === 0 || day === 0) return 'time_zero';
  const plain = plainDateTime({ year, month, day, hour, minute, second });
  if (plain === undefined) return 'time_invalid';
  if (hour === undefined) return 'time_without_clock';
  const [earlier, later] = (['earlier', 'later'] as const).map((disambiguation) =>
    plain.toZonedDateTime(timeZone, { disambiguation }),
  );
  if (earlier === undefined || later === undefined) return 'impossible';
  // In a gap Temporal moves the clock; it never says so.
  if (!earlier.toPlainDateTime().equals(plain)) return 'time_not_there';
  if (earlier.epochMilliseconds === later.epochMilliseconds) return earlier.epochMilliseconds / 1000;
  if (ambiguous === 'reject') return 'time_ambiguous';
  return (ambiguous === 'earlier' ? earlier : later).epochMilliseconds / 1000;
}

function plainDateTime(parts: {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number | undefined;
  readonly minute: number | undefined;
  readonly second: number | undefined;
}): Temporal.PlainDateTime | undefined {
  const { hour = 0, minute = 0, second = 0 } = parts;
  try {
    return Temporal.PlainDateTime.from({ ...parts, hour, minute, second }, { overflow: 'reject' });
  } catch {
    return undefined;
  }
}
