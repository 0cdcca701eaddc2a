import { describe, expect, it } from 'vitest';
import { dueAt, isCronPattern, type Schedule, usualGapSeconds } from './schedule.ts';

const at = (text: string): number => Date.parse(text);
const every: Schedule = { kind: 'every', seconds: 900 };
const nightly: Schedule = { kind: 'cron', pattern: '30 2 * * *', timeZone: 'Europe/Berlin' };

describe('when a model is due', () => {
  const now = at('2026-03-28T12:00:00Z');

  it.each([
    ['at once when it was never run', every, undefined, now],
    ['so long after it was last begun', every, now - 600_000, now + 300_000],
    ['at once when that is over', every, now - 3_600_000, now - 2_700_000],
    ['once for all times that were missed', nightly, at('2026-03-25T02:00:00Z'), at('2026-03-26T01:30:00Z')],
    ['never by the clock when it goes after another', { kind: 'after', model: 'a' }, undefined, undefined],
  ] satisfies readonly (readonly [string, Schedule, number | undefined, number | undefined])[])(
    '%s',
    (_, schedule, last, expected) => {
      expect(dueAt(schedule, last, now)).toBe(expected);
    },
  );

  // 29 March 2026, 02:30, does not exist in Berlin: the clock goes from 02:00 to 03:00.
  it('in an hour that does not exist it is due in the same night all the same', () => {
    const due = dueAt(nightly, at('2026-03-28T12:00:00Z'), now) ?? 0;
    expect(due).toBeGreaterThanOrEqual(at('2026-03-29T01:00:00Z'));
    expect(due).toBeLessThan(at('2026-03-29T03:00:00Z'));
  });

  it('in an hour that exists twice it is due once', () => {
    const first = dueAt(nightly, at('2026-10-24T12:00:00Z'), now) ?? 0;
    const second = dueAt(nightly, first, now) ?? 0;
    expect(second - first).toBeGreaterThan(20 * 3_600_000);
  });
});

it.each([
  ['*/5 * * * *', true],
  ['0 0 3 * * *', true],
  ['0 3 * *', false],
  ['61 * * * *', false],
  ['0 0 30 2 *', false],
  ['often', false],
])('%s is a pattern: %s', (pattern, isOne) => {
  expect(isCronPattern(pattern)).toBe(isOne);
});

it.each([
  [every, 900],
  [nightly, 86_400],
  [{ kind: 'after', model: 'a' } satisfies Schedule, undefined],
])('%j comes round every %s seconds', (schedule, gap) => {
  expect(usualGapSeconds(schedule, at('2026-06-01T00:00:00Z'))).toBe(gap);
});
