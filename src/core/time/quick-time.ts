import type { TimeRule } from '../contract/contract.ts';
import { daysInMonth, daysSince1970 } from './calendar.ts';
import { timeZone } from './time-zone.ts';

/** Reads `2026-11-23 10:00:00`, with or without a fraction, from bytes; -1 for everything that needs a closer look. */
export function quickTime(rule: TimeRule): (source: Uint8Array, start: number, end: number) => number {
  const zone = timeZone(rule.timeZone);
  const earliest = Math.max(0, rule.notBefore);
  return (source, start, end) => {
    const local = quickLocal(source, start, end);
    if (local < 0) return -1;
    const unixSeconds = zone.steadyInstant(local);
    return unixSeconds >= earliest && unixSeconds < rule.notAfter ? unixSeconds : -1;
  };
}

const LENGTH = 19;

function quickLocal(source: Uint8Array, start: number, end: number): number {
  if (end - start < LENGTH || !hasPunctuation(source, start) || !isFraction(source, start + LENGTH, end))
    return -1;
  const year = twoDigits(source, start) * 100 + twoDigits(source, start + 2);
  const month = twoDigits(source, start + 5);
  const day = twoDigits(source, start + 8);
  const clock = quickClock(source, start + 11);
  const isDate = year >= 1970 && month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month);
  return isDate && clock >= 0 ? daysSince1970(year, month, day) * 86_400 + clock : -1;
}

function quickClock(source: Uint8Array, start: number): number {
  const hour = twoDigits(source, start);
  const minute = twoDigits(source, start + 3);
  const second = twoDigits(source, start + 6);
  const isClock = hour >= 0 && hour <= 23 && minute >= 0 && minute <= 59 && second >= 0 && second <= 59;
  return isClock ? hour * 3600 + minute * 60 + second : -1;
}

function hasPunctuation(source: Uint8Array, start: number): boolean {
  return (
    source[start + 4] === 0x2d &&
    source[start + 7] === 0x2d &&
    source[start + 10] === 0x20 &&
    source[start + 13] === 0x3a &&
    source[start + 16] === 0x3a
  );
}

/** Nothing, or a point and some digits. */
function isFraction(source: Uint8Array, start: number, end: number): boolean {
  if (start === end) return true;
  if (source[start] !== 0x2e || end - start > 10) return false;
  for (let index = start + 1; index < end; index += 1) if (digit(source, index) < 0) return false;
  return true;
}

/** -1000 or less when one of them is no digit, so that no sum of digits hides it. */
function twoDigits(source: Uint8Array, start: number): number {
  return digit(source, start) * 10 + digit(source, start + 1);
}

function digit(source: Uint8Array, index: number): number {
  const value = (source[index] as number) - 48;
  return value >= 0 && value <= 9 ? value : -100_000;
}
