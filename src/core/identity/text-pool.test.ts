import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NO_TEXT, TextPool } from './text-pool.ts';

describe('a pool of texts', () => {
  it('gives every text one number, in the order in which they come, and finds it again', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 60, unit: 'grapheme' })), fc.nat(), (given, seed) => {
        const texts = given.filter((text) => Buffer.byteLength(text) <= 255);
        const pool = new TextPool(seed);
        const different = [...new Set(texts)];
        for (const text of texts) pool.addText(text);
        expect(pool.count).toBe(different.length);
        different.forEach((text, ordinal) => {
          expect(pool.findText(text)).toBe(ordinal);
          expect(pool.text(ordinal)).toBe(text);
        });
      }),
      { numRuns: 200 },
    );
  });

  it('keeps the numbers when it is packed and loaded in parts', () => {
    const pool = new TextPool(1);
    for (let index = 0; index < 20_000; index += 1) pool.addText(`person-${index}`);
    const again = new TextPool(2);
    const part = new TextPool(1);
    for (let index = 0; index < 9000; index += 1) part.addText(`person-${index}`);
    again.load(part.pack(0));
    again.load(pool.pack(9000));
    expect(again.count).toBe(20_000);
    for (const index of [0, 8999, 9000, 19_999]) expect(again.text(index)).toBe(`person-${index}`);
    expect(again.findText('person-12345')).toBe(12_345);
    expect(again.findText('person-20000')).toBe(NO_TEXT);
  });

  it('takes the empty text, and refuses one that its length byte can not tell', () => {
    const pool = new TextPool(1);
    expect(pool.addText('')).toBe(0);
    expect(pool.text(0)).toBe('');
    expect(() => pool.addText('x'.repeat(256))).toThrow(RangeError);
  });
});
