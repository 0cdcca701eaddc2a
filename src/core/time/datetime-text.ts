import { daysInMonth, daysSince1970 } from './calendar.ts';
import type { LocalSeconds } from './time-zone.ts';

export type DateTimeReading =
  | { readonly kind: 'local'; readonly local: LocalSeconds; readonly hasTime: boolean }
  /** `0000-00-00`, or a date whose month or day is 00. */
  | { readonly kind: 'zero' }
  /** Not a date, or one that the calendar does not have. */
  | { readonly kind: 'invalid' };

const INVALID: DateTimeReading = { kind: 'invalid' };
const ZERO: DateTimeReading = { kind: 'zero' };

/** Reads what MySQL writes for DATE, DATETIME and TIMESTAMP: `2026-11-23`, `2026-11-23 10:00:00.123456`. */
export function readDateTime(text: string): DateTimeReading {
  const hasTime = text.length > 10;
  if (!isShaped(text, hasTime)) return INVALID;
  const year = digits(text, 0, 4);
  const month = digits(text, 5, 2);
  const day = digits(text, 8, 2);
  if (month === 0 || day === 0) return ZERO;
  if (month > 12 || day > daysInMonth(year, month)) return INVALID;
  const hour = hasTime ? digits(text, 11, 2) : 0;
  const minute = hasTime ? digits(text, 14, 2) : 0;
  const second = hasTime ? digits(text, 17, 2) : 0;
  if (hour > 23 || minute > 59 || second > 59) return INVALID;
  return {
    kind: 'local',
    local: daysSince1970(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second,
    hasTime,
  };
}

/** What stands where in `2026-11-23 10:00:00`; `0` is any digit. */
const SHAPE = '0000-00-00 00:00:00';
const FRACTION = /^\.\d{0,9}$/;

function isShaped(text: string, hasTime: boolean): boolean {
  const length = hasTime ? SHAPE.length : 10;
  if (text.length < length) return false;
  for (let index = 0; index < length; index += 1) {
    const code = text.charCodeAt(index);
    const wanted = SHAPE.charCodeAt(index);
    const isFitting = wanted === ZERO_CODE ? code >= ZERO_CODE && code <= NINE_CODE : code === wanted;
    if (!isFitting && !(index === 10 && code === T_CODE)) return false;
  }
  return text.length === length || FRACTION.test(text.slice(length));
}

const ZERO_CODE = 48;
const NINE_CODE = 57;
const T_CODE = 84;

function digits(text: string, start: number, length: number): number {
  let value = 0;
  for (let index = start; index < start + length; index += 1)
    value = value * 10 + text.charCodeAt(index) - ZERO_CODE;
  return value;
}

/** `2026-11-23 10:00:00` for a wall clock's reading. */
export function formatLocal(local: LocalSeconds): string {
  return new Date(local * 1000).toISOString().slice(0, 19).replace('T', ' ');
}
