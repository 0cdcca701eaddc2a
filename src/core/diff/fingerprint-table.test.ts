import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ENTRY_WORDS } from './entry.ts';
import { FingerprintTable, NO_SLOT } from './fingerprint-table.ts';
import { newKeyWords, writeEventKeyWords, writeTextKeyWords } from './key-words.ts';
import { OUTCOME } from './outcome.ts';
import { writeEntry } from './write-entry.ts';

const wordsOf = (key: string, seed = 5) => {
  const words = newKeyWords();
  writeTextKeyWords(key, seed, words);
  return words;
};

const entriesOf = (pairs: readonly (readonly [string, number])[]) => {
  const entries = new Uint32Array(pairs.length * ENTRY_WORDS);
  pairs.forEach(([key, value], place) => {
    writeEntry(
      entries,
      place,
      wordsOf(key),
      { high: value, low: ~value },
      { first: value + 1, second: place },
    );
  });
  return entries;
};

describe('FingerprintTable', () => {
  it('holds what a Map would hold, through growth and replacement', () => {
    const keys = fc.oneof(fc.integer({ min: 0, max: 40 }).map(String), fc.string({ maxLength: 40 }));
    fc.assert(
      fc.property(fc.array(fc.tuple(keys, fc.nat(1000)), { maxLength: 300 }), (pairs) => {
        const table = new FingerprintTable();
        table.load(entriesOf(pairs));
        const expected = new Map(pairs);
        expect(table.deliveredCount).toBe(expected.size);
        for (const [key, value] of expected) {
          const slot = table.find(wordsOf(key));
          expect(table.hasFingerprint(slot, value, ~value)).toBe(true);
          expect(table.reference(slot).first).toBe(value + 1);
        }
        expect(table.find(wordsOf('a key that is not there, and is long'))).toBe(-1);
        const copied = new FingerprintTable();
        for (const block of table.deliveredEntries(7)) copied.load(block);
        expect(copied.deliveredCount).toBe(expected.size);
      }),
    );
  });

  it('finds keys in any order, those asked for again and those never loaded, whatever was announced', () => {
    const key = fc.integer({ min: 0, max: 60 }).map(String);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(key, fc.nat(1000)), { maxLength: 80 }),
        fc.array(key, { maxLength: 120 }),
        (pairs, asked) => {
          const expected = new Map(pairs);
          const repeat = pairs.findIndex(([each], at) => pairs.findIndex(([first]) => first === each) < at);
          const distinct = repeat < 0 ? pairs.length : repeat;
          const table = new FingerprintTable({ keys: expected.size, entries: pairs.length, distinct });
          for (const pair of pairs) table.load(entriesOf([pair]));
          const inserted = new Map<string, number>();
          for (const [index, each] of asked.entries()) {
            const isLookedUp = index % 3 > 0;
            const slot = isLookedUp ? table.find(wordsOf(each)) : table.findOrInsert(wordsOf(each));
            const value = expected.get(each);
            if (value !== undefined) expect(table.hasFingerprint(slot, value, ~value)).toBe(true);
            else if (isLookedUp) expect(slot).toBe(inserted.get(each) ?? NO_SLOT);
            else expect(slot).toBe(inserted.get(each) ?? slot);
            if (value === undefined && slot !== NO_SLOT) inserted.set(each, slot);
          }
          expect(table.deliveredCount).toBe(expected.size);
        },
      ),
    );
  });

  it('finds all of a hundred thousand keys', () => {
    const table = new FingerprintTable();
    for (let id = 0; id < 100_000; id += 1) table.findOrInsert(wordsOf(`${id}`));
    for (let id = 0; id < 100_000; id += 7) expect(table.find(wordsOf(`${id}`))).toBeGreaterThanOrEqual(0);
    expect(table.find(wordsOf('100000'))).toBe(-1);
    expect(table.deliveredCount).toBe(0);
  });

  it('keeps outcomes when it grows, and counts the keys that were not seen', () => {
    const table = new FingerprintTable();
    table.load(entriesOf(Array.from({ length: 50 }, (_, index) => [`${index}`, index])));
    table.setOutcome(table.find(wordsOf('7')), OUTCOME.DUPLICATE);
    for (let id = 1000; id < 20_000; id += 1) table.findOrInsert(wordsOf(`${id}`));
    expect(table.outcome(table.find(wordsOf('7')))).toBe(OUTCOME.DUPLICATE);
    expect(table.isDelivered(table.find(wordsOf('7')))).toBe(true);
    expect(table.isDelivered(table.find(wordsOf('1000')))).toBe(false);
    expect([...table.unseen()].length).toBe(49);
  });
});

describe('key words', () => {
  it('tell short keys apart exactly, and long ones by a hash that depends on the seed', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 15 }), fc.string({ maxLength: 15 }), (a, b) => {
        if (a !== b && Buffer.byteLength(a) <= 15 && Buffer.byteLength(b) <= 15) {
          expect([...wordsOf(a)]).not.toEqual([...wordsOf(b)]);
        }
      }),
    );
    const long = 'somebody.with.a.long.address@example.com';
    expect([...wordsOf(long, 1)]).not.toEqual([...wordsOf(long, 2)]);
    expect([...wordsOf('17', 1)]).toEqual([...wordsOf('17', 2)]);
    expect((wordsOf(long)[0] ?? 0) & 0xff).toBe(0xff);
  });

  it('of an event are never those of a person', () => {
    const words = newKeyWords();
    writeEventKeyWords(Buffer.from('0123456789'), words);
    expect([...words]).not.toEqual([...wordsOf('0123456789')]);
  });
});
