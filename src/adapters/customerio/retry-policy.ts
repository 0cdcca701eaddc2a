/**
 * How requests to Customer.io are tried again: one policy for all of them.
 * Attribute updates set the same values again and events carry ids, so a repetition does no harm.
 */
export const RETRY_POLICY = {
  attemptsMax: 8,
  /** For the first question of a run: whoever waits at the terminal wants to hear soon that nobody is there. */
  firstContactAttemptsMax: 3,
  firstDelayMs: 250,
  factor: 2,
  delayMsMax: 30_000,
  /** No new attempt begins when a batch has taken this long. */
  budgetMs: 300_000,
  /** Answers worth another attempt; every other error is final. */
  statuses: new Set([408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524]),
} as const;

export function isRetryable(status: number): boolean {
  return RETRY_POLICY.statuses.has(status);
}

/**
 * Milliseconds to wait before the next attempt: growing and jittered (`chance` in 0..1), so that clients that
 * failed together do not come back together; longer when the server asks for that.
 */
export function delayMs(attempt: number, retryAfterMs: number | undefined, chance: number): number {
  const { firstDelayMs, factor, delayMsMax } = RETRY_POLICY;
  const grown = Math.min(delayMsMax, firstDelayMs * factor ** (attempt - 1));
  return Math.max(retryAfterMs ?? 0, Math.round(grown * (0.5 + chance / 2)));
}

/** True when another attempt after the delay would still lie within the budget. */
export function isWithinBudget(elapsedMs: number, nextDelayMs: number): boolean {
  return elapsedMs + nextDelayMs <= RETRY_POLICY.budgetMs;
}

/** A Retry-After header: seconds, or a date. Undefined when it is absent or says nothing. */
export function retryAfterMs(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d{1,9}$/.test(header.trim())) return Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
