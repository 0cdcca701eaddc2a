import { describe, expect, it } from 'vitest';
import { toCaptureRule } from '../contract/capture-rule.ts';
import type { CapturePosition, SourceMoment } from './capture-position.ts';
import { cursorSpan, rememberedLag, widestSince } from './cursor-span.ts';
import { fullReason, type ReadChoice } from './full-reason.ts';

const NOW = 1_764_000_000;
const RULE = toCaptureRule(
  { changed: 'SELECT 1, 2', overlap: '10m', overlap_max: '1h', reconcile: '24h' },
  'UTC',
);
if (RULE === undefined) throw new Error('no rule');

const POSITION: CapturePosition = {
  model: 'customers',
  definitionHash: 'd',
  captureHash: RULE.hash,
  readAt: NOW - 60,
  openSince: undefined,
  clockDifference: 2,
  lag: 0,
  lagSeenAt: NOW - 3600,
  fullReadAt: NOW - 3600,
};
const MOMENT: SourceMoment = { at: NOW, openSince: undefined, seesTransactions: true };
const spanOf = (position: Partial<CapturePosition>, at = NOW) =>
  cursorSpan({ ...POSITION, ...position }, RULE, { ...MOMENT, at });

describe('cursorSpan', () => {
  it('reads back by the declared overlap', () => {
    expect(spanOf({})).toEqual({ since: NOW - 660, overlapSeconds: 600, isCut: false });
  });

  it('reads back to the begin of the oldest transaction that was open, and by twice the lag that was seen', () => {
    expect(spanOf({ openSince: NOW - 2060 }).overlapSeconds).toBe(2000);
    expect(spanOf({ openSince: NOW - 20 }).overlapSeconds).toBe(600);
    expect(spanOf({ lag: 700, openSince: NOW - 1000 }).overlapSeconds).toBe(1400);
  });

  it('reads back no further than declared, and says so', () => {
    expect(spanOf({ lag: 7200 })).toEqual({ since: NOW - 3660, overlapSeconds: 3600, isCut: true });
    expect(widestSince(POSITION, RULE, MOMENT)).toBe(NOW - 3660);
  });

  it('leaves no gap where the clock went back a little', () => {
    expect(spanOf({ readAt: NOW + 30 }).since).toBe(NOW - 600);
  });
});

describe('rememberedLag', () => {
  it('is the longest of the last week', () => {
    const before = { lag: 50, lagSeenAt: NOW - 86_400 };
    expect(rememberedLag(before, 10, NOW)).toEqual(before);
    expect(rememberedLag(before, 60, NOW)).toEqual({ lag: 60, lagSeenAt: NOW });
    expect(rememberedLag({ lag: 50, lagSeenAt: NOW - 8 * 86_400 }, 0, NOW)).toEqual({
      lag: 0,
      lagSeenAt: NOW,
    });
    expect(rememberedLag(undefined, 0, NOW)).toEqual({ lag: 0, lagSeenAt: NOW });
  });
});

describe('fullReason', () => {
  const choice: ReadChoice = {
    rule: RULE,
    definitionHash: 'd',
    position: POSITION,
    moment: MOMENT,
    clockDifference: 2,
    isAsked: false,
    isHistory: false,
  };

  it.each<[Partial<ReadChoice>, ReturnType<typeof fullReason>]>([
    [{}, undefined],
    [{ position: undefined }, 'first'],
    [{ definitionHash: 'e' }, 'definition'],
    [{ rule: { ...RULE, hash: 'other' } }, 'capture'],
    [{ isAsked: true }, 'asked'],
    [{ isAsked: true, position: undefined }, 'first'],
    [{ isHistory: true }, 'history'],
    [{ clockDifference: 62 }, undefined],
    [{ clockDifference: 63 }, 'clock'],
    [{ clockDifference: -59 }, 'clock'],
    [{ moment: { ...MOMENT, at: NOW - 3600 + 86_400 } }, 'due'],
    [{ moment: { ...MOMENT, at: NOW - 3601 + 86_400 } }, undefined],
  ])('of %j is %s', (change, expected) => {
    expect(fullReason({ ...choice, ...change })).toBe(expected);
  });
});
