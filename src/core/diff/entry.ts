/**
 * One entry of the hot table: eight 32-bit words, the same in memory and in the state file.
 *
 * | words | people                                   | events                                   |
 * |-------|------------------------------------------|------------------------------------------|
 * | 0-3   | key (see key-words.ts)                   | key                                      |
 * | 4-5   | fingerprint of the row's bytes           | hash of the content that was delivered   |
 * | 6     | frame that holds the delivered values    | 32 bits of the fingerprint of the row    |
 * | 7     | place in that frame                      | unix seconds when it was accepted        |
 */
export const ENTRY_WORDS = 8;
export const ENTRY_BYTES = ENTRY_WORDS * 4;

export const KEY_WORDS = 4;
export const FINGERPRINT_WORD = 4;
export const REFERENCE_WORD = 6;

/** 64 bits that tell whether a row or a content is the same as before. */
export interface Fingerprint {
  readonly high: number;
  readonly low: number;
}

/** Two 32-bit words beside the fingerprint; what they mean is in the table above. */
export interface EntryReference {
  readonly first: number;
  readonly second: number;
}

/** For entries whose place is not known yet. */
export const NOWHERE: EntryReference = { first: 0, second: 0 };
