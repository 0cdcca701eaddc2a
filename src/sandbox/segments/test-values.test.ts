import { describe, expect, test } from 'vitest';
import { caseName } from '../cases/case-name.ts';
import type { ValueTest } from './condition.ts';
import { testValues, timestampMsIn } from './test-values.ts';

const NOW_MS = Date.UTC(2026, 10, 23, 12);
const NOW_S = NOW_MS / 1000;
const DAY_MS = 86_400_000;

function holds(test_: ValueTest, ...texts: readonly string[]): boolean {
  return testValues(test_, texts, NOW_MS, true).isMatch;
}

describe('values are compared as text in any case, and as numbers where both are', () => {
  test.each([
    ['Pro', 'pro', true],
    ['ÄRGER', 'ärger', true],
    ['pro ', 'pro', false],
    ['129.90', '129.9', true],
    ['1e2', '100', true],
    ['0x10', '16', false],
    ['true', 'TRUE', true],
    ['1', 'true', false],
    ['', '0', false],
    ['18446744073709551615', '18446744073709551616', false],
    ['18446744073709551615', '18446744073709551615', true],
  ])('"%s" eq "%s" is %s, and ne the opposite', (text, value, expected) => {
    expect(holds({ kind: 'eq', value }, text)).toBe(expected);
    expect(holds({ kind: 'ne', value }, text)).toBe(!expected);
  });

  test.each([
    ['gt', '10', 9, true],
    ['gt', '9', 10, false],
    ['gt', '9', 9, false],
    ['gte', '9', 9, true],
    ['lt', '-3.5', 0, true],
    ['lte', '0', 0, true],
    ['gt', 'ten', 9, false],
    ['lt', '', 9, false],
  ] as const)('%s: "%s" against %d is %s: text is never above or below', (kind, text, value, expected) => {
    expect(holds({ kind, value }, text)).toBe(expected);
  });

  test('contains looks for a part in any case', () => {
    expect(holds({ kind: 'contains', value: '@Shop.' }, 'a@shop.example')).toBe(true);
    expect(holds({ kind: 'not_contains', value: '@Shop.' }, 'a@shop.example')).toBe(false);
  });

  test('what is absent exists not, equals nothing, and is unequal to everything, if the workspace says so', () => {
    expect(holds({ kind: 'exists' })).toBe(false);
    expect(holds({ kind: 'exists' }, 'x')).toBe(true);
    expect(holds({ kind: 'eq', value: 'x' })).toBe(false);
    expect(holds({ kind: 'gt', value: 0 })).toBe(false);
    expect(holds({ kind: 'within_past', spanMs: DAY_MS })).toBe(false);
    expect(testValues({ kind: 'ne', value: 'x' }, [], NOW_MS, true).isMatch).toBe(true);
    expect(testValues({ kind: 'ne', value: 'x' }, [], NOW_MS, false).isMatch).toBe(false);
    expect(testValues({ kind: 'not_contains', value: 'x' }, [], NOW_MS, false).isMatch).toBe(false);
  });
});

describe('timestamps', () => {
  test.each([
    ['1461866400', true],
    ['0', true],
    ['1461866400000', false],
    ['1461866400.5', false],
    ['-1461866400', false],
    ['2016-04-28T18:00:00Z', false],
    ['soon', false],
    ['', false],
  ])(`${caseName(120, 'only whole unix seconds are a timestamp')}: "%s" is %s`, (text, expected) => {
    expect(holds({ kind: 'is_timestamp' }, text)).toBe(expected);
    expect(timestampMsIn(text) !== undefined).toBe(expected);
  });

  test(
    caseName(122, 'a future timestamp is one at once, with the moment at which a journey may begin'),
    () => {
      const future = String(NOW_S + 60);
      expect(testValues({ kind: 'is_timestamp' }, [future], NOW_MS, true)).toMatchObject({
        isMatch: true,
        startsAtMs: NOW_MS + 60_000,
      });
      expect(testValues({ kind: 'is_timestamp' }, [String(NOW_S)], NOW_MS, true).startsAtMs).toBe(0);
    },
  );

  /** A value this many seconds from now, and when the answer changes by itself. */
  test.each([
    ['within_past', -1, true, -1 + 86_400],
    ['within_past', -86_400, false, undefined],
    ['within_past', 0, true, 86_400],
    ['within_past', 30, false, 30],
    ['before_past', -86_400, true, undefined],
    ['before_past', -86_399, false, 1],
    ['before_past', 30, false, 30 + 86_400],
    ['within_next', 86_400, true, 86_400],
    ['within_next', 86_401, false, 1],
    ['within_next', 0, false, undefined],
    ['after_next', 86_401, true, 1],
    ['after_next', 86_400, false, undefined],
  ] as const)('%s a day, %d seconds from now: %s, until %s', (kind, offset, isMatch, changesIn) => {
    const verdict = testValues({ kind, spanMs: DAY_MS }, [String(NOW_S + offset)], NOW_MS, true);
    const changesAtMs = changesIn === undefined ? Number.POSITIVE_INFINITY : NOW_MS + changesIn * 1000;
    expect(verdict).toMatchObject({ isMatch, changesAtMs });
  });

  test('before and after a fixed moment do not change with time', () => {
    const early = String(NOW_S - 1);
    expect(testValues({ kind: 'before', atMs: NOW_MS }, [early], NOW_MS, true)).toMatchObject({
      isMatch: true,
    });
    expect(holds({ kind: 'before', atMs: NOW_MS }, String(NOW_S))).toBe(false);
    expect(holds({ kind: 'after', atMs: NOW_MS }, String(NOW_S))).toBe(true);
    expect(holds({ kind: 'after', atMs: NOW_MS }, early)).toBe(false);
  });

  test('a zero date is fifty years old: it is lapsed, and no recent customer', () => {
    expect(holds({ kind: 'before_past', spanMs: 90 * DAY_MS }, '0')).toBe(true);
    expect(holds({ kind: 'within_past', spanMs: 90 * DAY_MS }, '0')).toBe(false);
  });

  test('milliseconds and ISO text never match a condition on time', () => {
    for (const text of [String(NOW_MS), '2026-11-23T11:00:00Z']) {
      for (const kind of ['within_past', 'before_past', 'within_next', 'after_next'] as const) {
        expect(holds({ kind, spanMs: DAY_MS }, text)).toBe(false);
      }
      expect(holds({ kind: 'after', atMs: 0 }, text)).toBe(false);
    }
  });
});
