import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutList, joinList, splitList } from './json-list.ts';

describe('splitList', () => {
  it('finds the items of any array, however it is laid out', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue(), { maxLength: 6 }), fc.constantFrom(0, 1, 3), (values, indent) => {
        const items = splitList(JSON.stringify(values, null, indent));
        // -0 is written as 0.
        expect(items?.map((item) => JSON.parse(item))).toEqual(JSON.parse(JSON.stringify(values)));
        expect(JSON.parse(joinList(items ?? []))).toEqual(JSON.parse(JSON.stringify(values)));
      }),
    );
  });

  it('leaves items as they are written', () => {
    expect(splitList('[1.10, {"n": 12345678901234567890} ,"a,]\\"b"]')).toEqual([
      '1.10',
      '{"n": 12345678901234567890}',
      '"a,]\\"b"',
    ]);
    expect(splitList(' [ ] ')).toEqual([]);
  });

  it.each(['{"a":[1]}', '"[1,2]"', '12', 'null', ''])('does not take %s for an array', (text) => {
    expect(splitList(text)).toBeUndefined();
  });
});

describe('cutList', () => {
  it('keeps the first items', () => {
    expect(cutList('[1, 2, 3]', 2)).toBe('[1,2]');
    expect(cutList('[1, 2, 3]', 3)).toBe('[1, 2, 3]');
    expect(cutList('{"a": [1, 2, 3]}', 1)).toBe('{"a": [1, 2, 3]}');
  });
});
