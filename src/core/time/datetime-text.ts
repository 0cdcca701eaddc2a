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

const DATE_SHAPE = /^\d{4}-\d{2}-\d{2}$/;
const DATETIME_SHAPE = /^\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}:\d{2}(\.\d{0,9})?$/;

function isShaped(text: string, hasTime: boolean): boolean {
  return (hasTime ? DATETIME_SHAPE : DATE_SHAPE).test(text);
}

function digits(text: string, start: number, length: number): number {
  let value = 0;
  for (let index = start; index < start + length; index += 1)
    value = value * 10 + text.charCodeAt(index) - 48;
  return value;
}

function daysInMonth(year: number, month: number): number {
  if (month === 2) return isLeapYear(year) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

function isLeapYear(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

/** Days from 1970-01-01 in the Gregorian calendar, also before it was in use (as MySQL counts). */
function daysSince1970(year: number, month: number, day: number): number {
  const shiftedYear = month <= 2 ? year - 1 : year;
  const era = Math.floor(shiftedYear / 400);
  const yearOfEra = shiftedYear - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

/** `2026-11-23 10:00:00` for a wall clock's reading. */
export function formatLocal(local: LocalSeconds): string {
  return new Date(local * 1000).toISOString().slice(0, 19).replace('T', ' ');
}
