/**
 * One entry of the hot table: eight 32-bit words, the same in memory and in the state file.
 *
 * | words | people                                   | events                                   |
 * |-------|------------------------------------------|------------------------------------------|
 * | 0-3   | key (see key-words.ts)                   | key                                      |
 * | 4-5   | fingerprint of the row's bytes           | hash of the content that was delivered   |
 * | 6     | frame that holds the delivered values    | 32 bits of the fingerprint of the row    |
 * | 7     | place in that frame                      | unix seconds when it was accepted        |
 *
 * Words 4-7 all zero: nothing is delivered any more; what was recorded for the key before is void.
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

/** Fingerprint of a row that must be looked at again, because a part of what it holds could not be sent. */
export const UNSETTLED: Fingerprint = { high: 0, low: 0 };

/** Fingerprint of a person whom the query no longer returned; no row's is the same but by one chance in 2^64. */
export const GONE: Fingerprint = { high: 0xffff_ffff, low: 0x474f_4e45 };

/** Of somebody who is gone, and for whom an operation leaves or may have left: who comes back is sent whole. */
export const REMOVING: Fingerprint = { high: 0xffff_ffff, low: 0x524d_5647 };

/** The same, when that operation was accepted. */
export const REMOVED: Fingerprint = { high: 0xffff_ffff, low: 0x524d_5644 };

/** For entries whose place is not known yet. */
export const NOWHERE: EntryReference = { first: 0, second: 0 };
