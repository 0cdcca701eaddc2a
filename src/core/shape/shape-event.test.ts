import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { throttledKey } from './shape-event.ts';

const seconds = (text: string) => Date.parse(`${text.replace(' ', 'T')}Z`) / 1000;

describe('throttledKey', () => {
  it('leaves keys alone when nothing is throttled', () => {
    expect(throttledKey(['77'], undefined, seconds('2026-11-23 10:00:00'))).toEqual(['77']);
  });

  it.each([
    ['2026-11-23 10:00:00', 3600, '2026-11-23 10:00:00'],
    ['2026-11-23 10:59:59', 3600, '2026-11-23 10:00:00'],
    ['2026-11-23 11:00:00', 3600, '2026-11-23 11:00:00'],
    ['2026-11-23 10:17:31', 600, '2026-11-23 10:10:00'],
    ['2026-11-23 10:17:31', 86_400, '2026-11-23 00:00:00'],
  ])('puts %s with %i s into the window of %s', (text, throttle, window) => {
    expect(throttledKey(['77'], throttle, seconds(text))).toEqual(['77', window]);
  });

  it('gives two moments one key only when less than the throttle lies between them', () => {
    const moment = fc.integer({ min: 1_000_000_000, max: 3_000_000_000 });
    fc.assert(
      fc.property(
        moment,
        fc.nat({ max: 20_000 }),
        fc.integer({ min: 1, max: 10_000 }),
        (at, gap, throttle) => {
          const [, first] = throttledKey(['77'], throttle, at);
          const [, second] = throttledKey(['77'], throttle, at + gap);
          if (gap >= throttle) expect(second).not.toBe(first);
          expect((second ?? '') >= (first ?? '')).toBe(true);
        },
      ),
    );
  });
});
