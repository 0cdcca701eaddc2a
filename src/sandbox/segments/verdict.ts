/** The answer of a condition about one person at one moment. */
export interface Verdict {
  readonly isMatch: boolean;
  /** The first moment at which the answer may be another although nothing changed but the clock. */
  readonly changesAtMs: number;
  /** A journey that this match triggers begins no earlier: the future value of "is a timestamp" (case 122). */
  readonly startsAtMs: number;
}

const NEVER = Number.POSITIVE_INFINITY;

export const MATCH: Verdict = { isMatch: true, changesAtMs: NEVER, startsAtMs: 0 };
export const NO_MATCH: Verdict = { isMatch: false, changesAtMs: NEVER, startsAtMs: 0 };

export function verdict(isMatch: boolean): Verdict {
  return isMatch ? MATCH : NO_MATCH;
}

export function verdictUntil(isMatch: boolean, changesAtMs: number): Verdict {
  return changesAtMs === NEVER ? verdict(isMatch) : { isMatch, changesAtMs, startsAtMs: 0 };
}

/** Fails until every part that fails has changed; holds until the first part changes. */
export function allOf(parts: readonly Verdict[]): Verdict {
  const failing = parts.filter((part) => !part.isMatch);
  if (failing.length > 0) return verdictUntil(false, Math.max(...failing.map((part) => part.changesAtMs)));
  return {
    isMatch: true,
    changesAtMs: Math.min(NEVER, ...parts.map((part) => part.changesAtMs)),
    startsAtMs: Math.max(0, ...parts.map((part) => part.startsAtMs)),
  };
}

/** Holds until every part that holds has changed; fails until the first part changes. */
export function anyOf(parts: readonly Verdict[]): Verdict {
  const holding = parts.filter((part) => part.isMatch);
  if (holding.length === 0) {
    return verdictUntil(false, Math.min(NEVER, ...parts.map((part) => part.changesAtMs)));
  }
  return {
    isMatch: true,
    changesAtMs: Math.max(...holding.map((part) => part.changesAtMs)),
    startsAtMs: Math.min(...holding.map((part) => part.startsAtMs)),
  };
}

export function notThat(part: Verdict): Verdict {
  return verdictUntil(!part.isMatch, part.changesAtMs);
}
