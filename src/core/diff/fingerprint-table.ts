import {
  ENTRY_WORDS,
  type EntryReference,
  FINGERPRINT_WORD,
  type Fingerprint,
  KEY_WORDS,
  REFERENCE_WORD,
} from './entry.ts';
import { type KeyWords, ringPosition } from './key-words.ts';
import type { Outcome } from './outcome.ts';

/** Where a key stands in the table. Valid until the next insertion. */
export type Slot = number;

export const NO_SLOT: Slot = -1;

/** Slots in use at most: with linear probing, look-ups stay short below this share. */
const LOAD_MAX = 0.7;
const CAPACITY_MIN = 4096;

/** Small tables grow fast; in large ones the old and the new one lie in memory together for a moment. */
const LARGE_CAPACITY = 1 << 18;
const LARGE_GROWTH = 2;
const SMALL_GROWTH = 4;

const OCCUPIED = 1;
const DELIVERED = 2;

/** The upper bits of a slot's flags hold what this run found for the key. */
const OUTCOME_SHIFT = 2;
const FLAGS_MASK = (1 << OUTCOME_SHIFT) - 1;

/**
 * The hot table: what was last delivered for each key of one model, 33 bytes a slot, in memory.
 * An open-addressing hash table over typed arrays, because a Map of a million objects takes ten times the room.
 */
export class FingerprintTable {
  private words: Uint32Array;
  private flags: Uint8Array;
  private capacity: number;
  private occupied = 0;
  private delivered = 0;

  constructor(expectedKeys = 0) {
    this.capacity = Math.max(CAPACITY_MIN, Math.ceil(expectedKeys / LOAD_MAX) + 1);
    this.words = new Uint32Array(this.capacity * ENTRY_WORDS);
    this.flags = new Uint8Array(this.capacity);
  }

  /** Number of keys that something was delivered for. */
  get deliveredCount(): number {
    return this.delivered;
  }

  find(key: KeyWords): Slot {
    const slot = this.probe(key, 0);
    return this.flags[slot] === 0 ? NO_SLOT : slot;
  }

  /** The key's slot; a new one, with nothing delivered, when the key was not there. */
  findOrInsert(keys: Uint32Array, start = 0): Slot {
    const slot = this.probe(keys, start);
    if (this.flags[slot] !== 0) return slot;
    if (this.occupied + 1 > this.capacity * LOAD_MAX) {
      this.grow();
      return this.findOrInsert(keys, start);
    }
    copyWords(keys, start, this.words, slot * ENTRY_WORDS, KEY_WORDS);
    this.flags[slot] = OCCUPIED;
    this.occupied += 1;
    return slot;
  }

  /** Takes over entries as the state file holds them; the later of two entries for one key counts. */
  load(entries: Uint32Array): void {
    for (let start = 0; start < entries.length; start += ENTRY_WORDS) {
      const slot = this.findOrInsert(entries, start);
      copyWords(entries, start, this.words, slot * ENTRY_WORDS, ENTRY_WORDS);
      if (!this.has(slot, DELIVERED)) this.delivered += 1;
      this.flags[slot] = (this.flags[slot] as number) | DELIVERED;
    }
  }

  isDelivered(slot: Slot): boolean {
    return this.has(slot, DELIVERED);
  }

  /** What this run found for the key; NOT_SEEN until it is set. */
  outcome(slot: Slot): Outcome {
    return ((this.flags[slot] as number) >> OUTCOME_SHIFT) as Outcome;
  }

  setOutcome(slot: Slot, outcome: Outcome): void {
    this.flags[slot] = ((this.flags[slot] as number) & FLAGS_MASK) | (outcome << OUTCOME_SHIFT);
  }

  hasFingerprint(slot: Slot, high: number, low: number): boolean {
    const at = slot * ENTRY_WORDS + FINGERPRINT_WORD;
    return this.has(slot, DELIVERED) && this.words[at] === high >>> 0 && this.words[at + 1] === low >>> 0;
  }

  fingerprint(slot: Slot): Fingerprint {
    const at = slot * ENTRY_WORDS + FINGERPRINT_WORD;
    return { high: this.words[at] as number, low: this.words[at + 1] as number };
  }

  reference(slot: Slot): EntryReference {
    const at = slot * ENTRY_WORDS + REFERENCE_WORD;
    return { first: this.words[at] as number, second: this.words[at + 1] as number };
  }

  /** Number of delivered keys that this run did not see. */
  countUnseen(): number {
    let count = 0;
    for (const flags of this.flags) if ((flags & DELIVERED) !== 0 && flags >> OUTCOME_SHIFT === 0) count += 1;
    return count;
  }

  /** The entries of everything delivered, in blocks that do not share memory with the table. */
  *deliveredEntries(entriesPerBlock: number): Generator<Uint32Array> {
    let block = new Uint32Array(entriesPerBlock * ENTRY_WORDS);
    let used = 0;
    for (let slot = 0; slot < this.capacity; slot += 1) {
      if (!this.has(slot, DELIVERED)) continue;
      copyWords(this.words, slot * ENTRY_WORDS, block, used, ENTRY_WORDS);
      used += ENTRY_WORDS;
      if (used < block.length) continue;
      yield block;
      block = new Uint32Array(entriesPerBlock * ENTRY_WORDS);
      used = 0;
    }
    if (used > 0) yield block.slice(0, used);
  }

  private has(slot: Slot, flag: number): boolean {
    return ((this.flags[slot] as number) & flag) !== 0;
  }

  /** The slot that holds the key beginning at `keys[start]`, or the empty one where it belongs. */
  private probe(keys: Uint32Array, start: number): Slot {
    let slot = Math.floor((ringPosition(keys, start) / 0x1_0000_0000) * this.capacity);
    while (this.flags[slot] !== 0 && !this.holds(slot, keys, start)) {
      slot = slot + 1 === this.capacity ? 0 : slot + 1;
    }
    return slot;
  }

  private holds(slot: Slot, keys: Uint32Array, start: number): boolean {
    const at = slot * ENTRY_WORDS;
    return (
      this.words[at] === keys[start] &&
      this.words[at + 1] === keys[start + 1] &&
      this.words[at + 2] === keys[start + 2] &&
      this.words[at + 3] === keys[start + 3]
    );
  }

  private grow(): void {
    const { words, flags } = this;
    this.capacity = Math.ceil(this.capacity * (this.capacity < LARGE_CAPACITY ? SMALL_GROWTH : LARGE_GROWTH));
    this.words = new Uint32Array(this.capacity * ENTRY_WORDS);
    this.flags = new Uint8Array(this.capacity);
    for (let slot = 0; slot < flags.length; slot += 1) {
      if (flags[slot] === 0) continue;
      const target = this.probe(words, slot * ENTRY_WORDS);
      copyWords(words, slot * ENTRY_WORDS, this.words, target * ENTRY_WORDS, ENTRY_WORDS);
      this.flags[target] = flags[slot] as number;
    }
  }
}

/** `set(subarray())` would make two objects for every key. */
function copyWords(
  from: Uint32Array,
  fromStart: number,
  to: Uint32Array,
  toStart: number,
  count: number,
): void {
  for (let index = 0; index < count; index += 1) to[toStart + index] = from[fromStart + index] as number;
}
