import { describe, expect, it } from 'vitest';
import { busiestHour, eventHours } from './event-hours.ts';

const HOUR = 3600;
const at = { now: 1000 * HOUR, hoursKnownMin: 24 };

describe('eventHours', () => {
  it('counts the events at these places', () => {
    const moments = Uint32Array.of(HOUR, 1, HOUR + 3599, 2, 2 * HOUR, 3, 9 * HOUR, 4);
    expect([...eventHours(moments, [0, 1, 2])]).toEqual([
      [1, 2],
      [2, 1],
    ]);
    expect(eventHours(new Uint32Array(0), [0]).size).toBe(0);
  });
});

describe('busiestHour', () => {
  const sent = new Map([
    [900, 40],
    [999, 70],
  ]);

  it('adds what an hour had already, and compares with the others', () => {
    expect(busiestHour(new Map([[999, 10]]), sent, at)).toEqual({ hour: 999, events: 80, usual: 40 });
    expect(busiestHour(new Map([[998, 10]]), sent, at)).toEqual({ hour: 998, events: 10, usual: 70 });
  });

  it('is silent without a day of history, and when nothing is to be sent', () => {
    expect(busiestHour(new Map([[999, 10]]), new Map([[977, 1]]), at)).toBeUndefined();
    expect(busiestHour(new Map([[999, 10]]), new Map([[976, 1]]), at)).toBeDefined();
    expect(busiestHour(new Map([[999, 10]]), new Map(), at)).toBeUndefined();
    expect(busiestHour(new Map(), sent, at)).toBeUndefined();
  });
});
