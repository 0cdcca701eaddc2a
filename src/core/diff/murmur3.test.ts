import { describe, expect, it } from 'vitest';
import { murmur3 } from './murmur3.ts';

const hash = (text: string, seed = 0) => {
  const bytes = Buffer.from(text);
  const out = new Uint32Array(4);
  murmur3(bytes, 0, bytes.length, seed, out);
  return [...out].map((word) => word.toString(16).padStart(8, '0')).join('');
};

describe('murmur3 (x86, 128 bit)', () => {
  it.each([
    ['', 0, '00000000000000000000000000000000'],
    ['', 1, '88c4adec54d201b954d201b954d201b9'],
    ['I will not buy this record, it is scratched.', 0, 'a0a9683b25ac5e40d9af2895890dddf5'],
    ['The quick brown fox jumps over the lazy dog', 0, '2f1583c3ecee2c675d7bf66ce5e91d2c'],
  ])('gives the published value for %j with seed %i', (text, seed, expected) => {
    expect(hash(text, seed)).toEqual(expected);
  });

  it('hashes a slice like the same bytes alone, whatever stands around it', () => {
    for (let length = 0; length < 40; length += 1) {
      const text = 'abcdefghijklmnopqrstuvwxyz0123456789ABCD'.slice(0, length);
      const padded = Buffer.from(`..${text}!!`);
      const out = new Uint32Array(4);
      murmur3(padded, 2, padded.length - 2, 7, out);
      expect([...out].map((word) => word.toString(16).padStart(8, '0')).join('')).toBe(hash(text, 7));
    }
  });
});
