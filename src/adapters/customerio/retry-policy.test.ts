import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { delayMs, isRetryable, isWithinBudget, RETRY_POLICY, retryAfterMs } from './retry-policy.ts';

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

  it('waits as long as the server asks, but never less than it would by itself', () => {
    expect(delayMs(3, 0, 1)).toBe(1000);
    expect(delayMs(1, 60_000, 0.3)).toBe(60_000);
    const now = Date.parse('2026-11-23T10:00:00Z');
    expect(retryAfterMs('60', now)).toBe(60_000);
    expect(retryAfterMs('Mon, 23 Nov 2026 10:00:30 GMT', now)).toBe(30_000);
    expect(retryAfterMs('Mon, 23 Nov 2026 09:00:30 GMT', now)).toBe(0);
    expect(retryAfterMs('soon', now)).toBeUndefined();
    expect(retryAfterMs(undefined, now)).toBeUndefined();
  });

  it('ends when the budget is used up', () => {
    expect(isWithinBudget(0, 100)).toBe(true);
    expect(isWithinBudget(RETRY_POLICY.budgetMs, 1)).toBe(false);
    expect(isWithinBudget(0, RETRY_POLICY.budgetMs + 1)).toBe(false);
  });

  it('tries again what may pass, and nothing else', () => {
    expect([429, 500, 502, 503, 504].every(isRetryable)).toBe(true);
    expect([200, 207, 400, 401, 403, 404, 413].some(isRetryable)).toBe(false);
  });
});
