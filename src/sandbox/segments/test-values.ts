import type { RelativeTest, ValueTest } from './condition.ts';
import { anyOf, NO_MATCH, type Verdict, verdict, verdictUntil } from './verdict.ts';

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
/** A double holds every number of fifteen digits; longer ones are compared as text. */
const EXACT_DIGITS_MAX = 15;
const WHOLE_SECONDS = /^\d{1,11}$/;
const SECOND_MS = 1000;

/**
 * Puts a test to the texts of a value: none when it is absent, several when a path leads to many.
 * @param absentPasses whether the negative tests (ne, not_contains) hold for what is absent.
 */
export function testValues(
  test: ValueTest,
  texts: readonly string[],
  nowMs: number,
  absentPasses: boolean,
): Verdict {
  switch (test.kind) {
    case 'eq':
      return verdict(texts.some((text) => isEqualText(text, test.value)));
    case 'ne':
      return verdict(isNone(texts, absentPasses, (text) => isEqualText(text, test.value)));
    case 'contains':
      return verdict(texts.some((text) => holdsText(text, test.value)));
    case 'not_contains':
      return verdict(isNone(texts, absentPasses, (text) => holdsText(text, test.value)));
    case 'gt':
    case 'gte':
    case 'lt':
    case 'lte':
      return verdict(texts.some((text) => isOnSide(test.kind, numberIn(text), test.value)));
    case 'exists':
      return verdict(texts.length > 0);
    default:
      return texts.length === 1
        ? testTime(test, timestampMsIn(texts[0] ?? ''), nowMs)
        : anyOf(texts.map((text) => testTime(test, timestampMsIn(text), nowMs)));
  }
}

function isNone(texts: readonly string[], absentPasses: boolean, isHit: (text: string) => boolean): boolean {
  return texts.length === 0 ? absentPasses : !texts.some(isHit);
}

/** Numbers are equal as numbers ("129.90" and 129.9), all else as text in any case. */
function isEqualText(text: string, wanted: string): boolean {
  if (text.toLowerCase() === wanted.toLowerCase()) return true;
  if (text.length > EXACT_DIGITS_MAX || wanted.length > EXACT_DIGITS_MAX) return false;
  const number = numberIn(text);
  return number !== undefined && number === numberIn(wanted);
}

function holdsText(text: string, part: string): boolean {
  return text.toLowerCase().includes(part.toLowerCase());
}

function isOnSide(kind: 'gt' | 'gte' | 'lt' | 'lte', number: number | undefined, bound: number): boolean {
  if (number === undefined) return false;
  if (kind === 'gt') return number > bound;
  if (kind === 'gte') return number >= bound;
  return kind === 'lt' ? number < bound : number <= bound;
}

function numberIn(text: string): number | undefined {
  const trimmed = text.trim();
  return NUMBER.test(trimmed) ? Number(trimmed) : undefined;
}

/** Unix seconds, whole and at most eleven digits: milliseconds and ISO text are no timestamps (case 120). */
export function timestampMsIn(text: string): number | undefined {
  return WHOLE_SECONDS.test(text) ? Number(text) * SECOND_MS : undefined;
}

type TimeTest = Extract<ValueTest, { kind: 'is_timestamp' | RelativeTest | 'before' | 'after' }>;

function testTime(test: TimeTest, atMs: number | undefined, nowMs: number): Verdict {
  if (atMs === undefined) return NO_MATCH;
  switch (test.kind) {
    case 'is_timestamp':
      return { isMatch: true, changesAtMs: Number.POSITIVE_INFINITY, startsAtMs: atMs > nowMs ? atMs : 0 };
    case 'before':
      return verdict(atMs < test.atMs);
    case 'after':
      return verdict(atMs >= test.atMs);
    case 'within_past':
      return during(atMs, atMs + test.spanMs, nowMs);
    case 'before_past':
      return during(atMs + test.spanMs, Number.POSITIVE_INFINITY, nowMs);
    case 'within_next':
      return during(atMs - test.spanMs, atMs, nowMs);
    case 'after_next':
      return during(Number.NEGATIVE_INFINITY, atMs - test.spanMs, nowMs);
  }
}

/** Holds from the first moment on, and no longer at the second. */
function during(fromMs: number, untilMs: number, nowMs: number): Verdict {
  if (nowMs < fromMs) return verdictUntil(false, fromMs);
  return nowMs < untilMs ? verdictUntil(true, untilMs) : NO_MATCH;
}
