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
  if (time.unixSeconds < rule.notBefore) return { fault: 'time_too_early' };
  return time.unixSeconds >= NOT_AFTER ? { fault: 'time_too_late' } : time;
}

function fromNumber(text: string, format: Exclude<TimeFormat, 'datetime'>): ShapedTime {
  if (!/^\d{1,18}(\.\d+)?$/.test(text)) return { fault: 'time_invalid' };
  return { unixSeconds: Math.floor(Number(text) / UNITS_PER_SECOND[format]) };
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
