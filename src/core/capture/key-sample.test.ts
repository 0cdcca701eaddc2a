import { describe, expect, it } from 'vitest';
import { KeySample, scopeDifference } from './key-sample.ts';

describe('KeySample', () => {
  it('keeps all rows of the keys that it chooses, in whatever order they come', () => {
    const rows = Array.from({ length: 3000 }, (_, index) => [String(index % 1000), `row ${index}`] as const);
    const draw = (order: readonly (readonly [string, string])[], seed = 'a') => {
      const sample = new KeySample(20, seed);
      for (const [key, row] of order) sample.add(key, row);
      return sample.rows();
    };
    const one = draw(rows);
    expect(one.size).toBe(20);
    for (const [key, found] of one) {
      expect(found).toEqual([`row ${key}`, `row ${Number(key) + 1000}`, `row ${Number(key) + 2000}`]);
    }
    expect([...draw([...rows].reverse()).keys()].sort()).toEqual([...one.keys()].sort());
    expect([...draw(rows, 'b').keys()].sort()).not.toEqual([...one.keys()].sort());
  });

  it('keeps all keys when there are few', () => {
    const sample = new KeySample(20, 'a');
    sample.add('1', 'x');
    expect(sample.rows()).toEqual(new Map([['1', ['x']]]));
  });
});

describe('scopeDifference', () => {
  const whole = new Map([
    ['1', ['a', 'b']],
    ['2', ['c']],
  ]);

  it('is none when every key has the same rows', () => {
    expect(
      scopeDifference(
        whole,
        new Map([
          ['2', ['c']],
          ['1', ['b', 'a']],
        ]),
      ),
    ).toBeUndefined();
  });

  it('tells missing rows, other rows, and keys that nobody asked for', () => {
    expect(
      scopeDifference(
        whole,
        new Map([
          ['1', ['a']],
          ['2', ['x']],
          ['3', ['c']],
        ]),
      ),
    ).toEqual({
      missing: 1,
      other: 1,
      unasked: 1,
    });
    expect(scopeDifference(whole, new Map())).toEqual({ missing: 2, other: 0, unasked: 0 });
    expect(
      scopeDifference(
        whole,
        new Map([
          ['1', ['a', 'b']],
          ['2', ['c', 'c']],
        ]),
      ),
    ).toMatchObject({ other: 1 });
  });
});
