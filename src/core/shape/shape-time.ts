import type { AmbiguousTime, TimeFormat, TimeRule } from '../contract/contract.ts';
import { readDateTime } from '../time/datetime-text.ts';
import { NOT_AFTER } from '../time/time-limits.ts';
import { timeZone } from '../time/time-zone.ts';
import type { FaultCode } from './fault.ts';

/** A proven time in unix seconds (rounded down), or why there is none. */
export type ShapedTime = { readonly unixSeconds: number } | { readonly fault: FaultCode };

const UNITS_PER_SECOND: Readonly<Record<Exclude<TimeFormat, 'datetime'>, number>> = {
  unix_seconds: 1,
  unix_milliseconds: 1000,
  unix_microseconds: 1_000_000,
};

export function shapeTime(text: string, rule: TimeRule): ShapedTime {
  const time = rule.format === 'datetime' ? fromDateTime(text, rule) : fromNumber(text, rule.format);
  if ('fault' in time) return time;
  const { unixSeconds } = time;
  if (unixSeconds < rule.notBefore) return { fault: 'time_too_early' };
  if (unixSeconds >= NOT_AFTER) return { fault: 'time_too_late' };
  return unixSeconds >= rule.notAfter ? { fault: 'time_in_future' } : time;
}

const NUMBER = /^(-?)(\d{1,30})(?:\.(\d*))?$/;

/** Rounded down by its digits: a double would round `….9999999999` up. */
function fromNumber(text: string, format: Exclude<TimeFormat, 'datetime'>): ShapedTime {
  const [, sign, digits, fraction = ''] = NUMBER.exec(text) ?? [];
  if (digits === undefined) return { fault: 'time_invalid' };
  const units = Number(digits);
  const hasFraction = /[1-9]/.test(fraction);
  if (units === 0 && !hasFraction) return { fault: 'time_zero' };
  const whole = Math.floor(units / UNITS_PER_SECOND[format]);
  const isWhole = units % UNITS_PER_SECOND[format] === 0 && !hasFraction;
  return { unixSeconds: sign === '-' ? -whole - (isWhole ? 0 : 1) : whole };
}

function fromDateTime(text: string, rule: TimeRule): ShapedTime {
  const reading = readDateTime(text);
  if (reading.kind === 'zero') return { fault: 'time_zero' };
  if (reading.kind === 'invalid') return { fault: 'time_invalid' };
  if (!reading.hasTime) return { fault: 'time_without_clock' };
  const [earlier, later] = timeZone(rule.timeZone).instantsOf(reading.local);
  if (earlier === undefined) return { fault: 'time_not_there' };
  return later === undefined ? { unixSeconds: earlier } : choose(earlier, later, rule.ambiguous);
}

function choose(earlier: number, later: number, policy: AmbiguousTime): ShapedTime {
  switch (policy) {
    case 'earlier':
      return { unixSeconds: earlier };
    case 'later':
      return { unixSeconds: later };
    case 'reject':
      return { fault: 'time_ambiguous' };
  }
}
