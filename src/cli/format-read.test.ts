import { describe, expect, it } from 'vitest';
import { missedLines, readLines, readWords } from './format-read.ts';

const SINCE = Date.UTC(2026, 10, 24, 9, 50) / 1000;

describe('how a model was read', () => {
  it.each([
    [
      { how: 'keys', keys: 12, since: SINCE, overlapSeconds: 600 },
      'read 12 keys, changed since 2026-11-24 09:50:00 UTC (overlap 10m)',
    ],
    [
      { how: 'since', since: SINCE, overlapSeconds: 7200 },
      'read what changed since 2026-11-24 09:50:00 UTC (overlap 2h)',
    ],
    [
      { how: 'keys', keys: 1, since: SINCE, overlapSeconds: 90 },
      'read 1 key, changed since 2026-11-24 09:50:00 UTC (overlap 90s)',
    ],
    [{ how: 'full', reason: 'first' }, 'read whole, for nothing was read before'],
    [
      { how: 'full', reason: 'due', missed: 0, missedLate: 0 },
      'read whole, for the reconcile is due; capture had missed nothing',
    ],
    [
      { how: 'full', reason: 'asked', missed: 3, missedLate: 2 },
      'read whole, for it was asked for; capture had missed 3 rows, 2 of them because they came late',
    ],
  ] as const)('%j', (read, expected) => {
    expect(readWords(read)).toBe(expected);
  });

  it('is told only where changes are captured', () => {
    expect(readLines('customers', undefined)).toEqual([]);
    expect(missedLines(new Map())).toEqual([]);
    expect(missedLines(new Map([['customers', ['1', '2']]]))[1]).toBe('  customers: 1, 2');
  });
});
