import {
  ENTRY_WORDS,
  type EntryReference,
  FINGERPRINT_WORD,
  type Fingerprint,
  REFERENCE_WORD,
} from './entry.ts';
import type { KeyWords } from './key-words.ts';

/** Writes one entry into a block, at the place counted in entries. */
export function writeEntry(
  block: Uint32Array,
  place: number,
  key: KeyWords,
  fingerprint: Fingerprint,
  reference: EntryReference,
): void {
  const at = place * ENTRY_WORDS;
  block.set(key, at);
  block[at + FINGERPRINT_WORD] = fingerprint.high;
  block[at + FINGERPRINT_WORD + 1] = fingerprint.low;
  block[at + REFERENCE_WORD] = reference.first;
  block[at + REFERENCE_WORD + 1] = reference.second;
}
