import { expect, it } from 'vitest';
import { ENTRY_WORDS, NOWHERE } from './entry.ts';
import { FingerprintTable } from './fingerprint-table.ts';
import { newKeyWords, writeTextKeyWords } from './key-words.ts';
import { voidEntries } from './void-entries.ts';
import { writeEntry } from './write-entry.ts';

const SEED = 7;

it('void entries take back what was delivered of these people, and of nobody else', () => {
  const words = newKeyWords();
  const wordsOf = (person: string) => {
    writeTextKeyWords(person, SEED, words);
    return words;
  };
  const delivered = new Uint32Array(2 * ENTRY_WORDS);
  writeEntry(delivered, 0, wordsOf('1'), { high: 3, low: 4 }, NOWHERE);
  writeEntry(delivered, 1, wordsOf('a-rather-long-identifier'), { high: 5, low: 6 }, NOWHERE);
  const table = new FingerprintTable();
  table.load(delivered);
  table.load(voidEntries(['a-rather-long-identifier'], SEED));
  expect(table.deliveredCount).toBe(1);
  expect(table.isDelivered(table.find(wordsOf('1')))).toBe(true);
  expect(table.isDelivered(table.find(wordsOf('a-rather-long-identifier')))).toBe(false);
});
