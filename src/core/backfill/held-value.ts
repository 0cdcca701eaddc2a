import { CLEAR, type Fragment, KEEP } from '../shape/fragment.ts';

/** Whether Customer.io, which gives every value back as text, holds what a fragment of JSON says. */
export function isHeld(fragment: Fragment, held: string | undefined): boolean {
  if (fragment === KEEP) return true;
  if (fragment === CLEAR) return held === undefined || held === '';
  if (held === undefined) return false;
  const text = textOf(fragment);
  return text === held || isSameNumber(text, held);
}

/** `"abc"` → `abc`; everything else is written as it was sent. */
function textOf(fragment: Fragment): string {
  const value: unknown = JSON.parse(fragment);
  return typeof value === 'string' ? value : fragment;
}

const NUMBER = /^-?\d+(\.\d+)?$/;

/** 12.50 may come back as 12.5; whole numbers have all their digits. */
function isSameNumber(one: string, other: string): boolean {
  if (!one.includes('.') && !other.includes('.')) return false;
  return NUMBER.test(one) && NUMBER.test(other) && Number(one) === Number(other);
}
