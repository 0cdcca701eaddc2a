import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { delayMs, isRetryable, mayRetry, RETRY_POLICY, retryAfterMs } from './retry-policy.ts';

describe('retry policy', () => {
  it('waits longer from attempt to attempt, never longer than its bound', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 50 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (attempt, chance) => {
          const delay = delayMs(attempt, undefined, chance);
          expect(delay).toBeGreaterThanOrEqual(RETRY_POLICY.firstDelayMs / 2);
          expect(delay).toBeLessThanOrEqual(RETRY_POLICY.delayMsMax);
        },
      ),
    );
    expect(delayMs(3, undefined, 1)).toBe(1000);
  });

  it('waits as long as the server asks', () => {
    expect(delayMs(1, 60_000, 0.3)).toBe(60_000);
    const now = Date.parse('2026-11-23T10:00:00Z');
    expect(retryAfterMs('60', now)).toBe(60_000);
    expect(retryAfterMs('Mon, 23 Nov 2026 10:00:30 GMT', now)).toBe(30_000);
    expect(retryAfterMs('Mon, 23 Nov 2026 09:00:30 GMT', now)).toBe(0);
    expect(retryAfterMs('soon', now)).toBeUndefined();
    expect(retryAfterMs(undefined, now)).toBeUndefined();
  });

  it('ends: after some attempts, and when the budget is used up', () => {
    expect(mayRetry(1, 0, 100)).toBe(true);
    expect(mayRetry(RETRY_POLICY.attemptsMax, 0, 100)).toBe(false);
    expect(mayRetry(1, RETRY_POLICY.budgetMs, 1)).toBe(false);
    expect(mayRetry(1, 0, RETRY_POLICY.budgetMs + 1)).toBe(false);
  });

  it('tries again what may pass, and nothing else', () => {
    expect([429, 500, 502, 503, 504].every(isRetryable)).toBe(true);
    expect([200, 207, 400, 401, 403, 404, 413].some(isRetryable)).toBe(false);
  });
});
