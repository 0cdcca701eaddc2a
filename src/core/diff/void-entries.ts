import { ENTRY_WORDS, NOWHERE, UNSETTLED } from './entry.ts';
import { newKeyWords, writeTextKeyWords } from './key-words.ts';
import { writeEntry } from './write-entry.ts';

/** Entries by which nothing counts as delivered any more of these people, given by their keys. */
export function voidEntries(people: readonly string[], keySeed: number): Uint32Array {
  const entries = new Uint32Array(people.length * ENTRY_WORDS);
  const words = newKeyWords();
  people.forEach((person, place) => {
    writeTextKeyWords(person, keySeed, words);
    writeEntry(entries, place, words, UNSETTLED, NOWHERE);
  });
  return entries;
}
