import {
  ENTRY_WORDS,
  type EntryReference,
  FINGERPRINT_WORD,
  type Fingerprint,
  KEY_WORDS,
  REFERENCE_WORD,
} from './entry.ts';
import { isSameKey, KeyIndex } from './key-index.ts';
import type { KeyWords } from './key-words.ts';
import type { Outcome } from './outcome.ts';

/** Where a key stands in the table; valid as long as the table lives. */
export type Slot = number;

export const NO_SLOT: Slot = -1;

const CAPACITY_MIN = 1024;

/** Small tables grow fast; in large ones the old and the new one lie in memory together for a moment. */
const LARGE_CAPACITY = 1 << 18;
const LARGE_GROWTH = 1.5;
const SMALL_GROWTH = 4;

/** Slots after the last one found that are tried first: rows mostly come in the order in which they were delivered. */
const NEIGHBOURS_TRIED = 4;

const DELIVERED = 1;

/** What will be loaded; see `TableSize` of the state. Zeros, where nothing is known, cost only time. */
export interface ExpectedEntries {
  readonly keys: number;
  readonly entries: number;
  readonly distinct: number;
}

/** The upper bits of a slot's flags hold what this run found for the key. */
const OUTCOME_SHIFT = 1;
const FLAGS_MASK = (1 << OUTCOME_SHIFT) - 1;

/**
 * The hot table: what was last delivered for each key of one model, 33 bytes a slot, in memory, in the order
 * of delivery. Typed arrays, because a Map of a million objects takes ten times the room. Rows usually arrive
 * in the same order, so that a key is found beside the last one; only when it is not, an index is made.
 */
export class FingerprintTable {
  private readonly expected: ExpectedEntries;
  private words: Uint32Array;
  private flags: Uint8Array;
  private used = 0;
  private delivered = 0;
  private next: Slot = 0;
  /** Entries were loaded of which some may replace others. */
  private isLoading = false;
  private index: KeyIndex | undefined;

  /** `expected`: what will be loaded. As long as each entry has a key of its own, loading is only copying. */
  constructor(expected: ExpectedEntries = { keys: 0, entries: 0, distinct: 0 }) {
    this.expected = expected;
    const capacity = Math.max(CAPACITY_MIN, expected.entries);
    this.words = new Uint32Array(capacity * ENTRY_WORDS);
    this.flags = new Uint8Array(capacity);
  }

  /** Number of keys that something was delivered for. */
  get deliveredCount(): number {
    this.settle();
    return this.delivered;
  }

  find(key: KeyWords): Slot {
    this.settle();
    const slot = this.findBeside(key, 0);
    return slot === NO_SLOT ? this.lookUp(key, 0) : slot;
  }

  /** The key's slot; a new one, with nothing delivered, when the key was not there. */
  findOrInsert(keys: Uint32Array, start = 0): Slot {
    this.settle();
    const beside = this.findBeside(keys, start);
    if (beside !== NO_SLOT) return beside;
    const known = this.lookUp(keys, start);
    return known === NO_SLOT ? this.append(keys, start) : known;
  }

  /** Takes over entries as the state file holds them; the later of two entries for one key counts. */
  load(entries: Uint32Array): void {
    const count = entries.length / ENTRY_WORDS;
    this.makeRoom(count);
    this.words.set(entries, this.used * ENTRY_WORDS);
    this.flags.fill(DELIVERED, this.used, this.used + count);
    this.used += count;
    this.index = undefined;
    this.isLoading = true;
  }

  /** The words of the slot's key. */
  copyKey(slot: Slot, out: KeyWords): void {
    copyWords(this.words, slot * ENTRY_WORDS, out, 0, KEY_WORDS);
  }

  isDelivered(slot: Slot): boolean {
    return ((this.flags[slot] as number) & DELIVERED) !== 0;
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
    return this.isDelivered(slot) && this.words[at] === high >>> 0 && this.words[at + 1] === low >>> 0;
  }

  fingerprint(slot: Slot): Fingerprint {
    const at = slot * ENTRY_WORDS + FINGERPRINT_WORD;
    return { high: this.words[at] as number, low: this.words[at + 1] as number };
  }

  reference(slot: Slot): EntryReference {
    const at = slot * ENTRY_WORDS + REFERENCE_WORD;
    return { first: this.words[at] as number, second: this.words[at + 1] as number };
  }

  /** Delivered keys that this run did not see. */
  *unseen(): Generator<Slot> {
    this.settle();
    for (let slot = 0; slot < this.used; slot += 1) if (this.flags[slot] === DELIVERED) yield slot;
  }

  /** All keys, those that nothing was delivered for too. */
  *slots(): Generator<Slot> {
    this.settle();
    for (let slot = 0; slot < this.used; slot += 1) yield slot;
  }

  /** The entries of everything delivered, in blocks that do not share memory with the table. */
  *deliveredEntries(entriesPerBlock: number): Generator<Uint32Array> {
    this.settle();
    let block = new Uint32Array(entriesPerBlock * ENTRY_WORDS);
    let filled = 0;
    for (let slot = 0; slot < this.used; slot += 1) {
      if (!this.isDelivered(slot)) continue;
      copyWords(this.words, slot * ENTRY_WORDS, block, filled, ENTRY_WORDS);
      filled += ENTRY_WORDS;
      if (filled < block.length) continue;
      yield block;
      block = new Uint32Array(entriesPerBlock * ENTRY_WORDS);
      filled = 0;
    }
    if (filled > 0) yield block.slice(0, filled);
  }

  /** The key's slot, when it is one of those after the last one found. */
  private findBeside(keys: Uint32Array, start: number): Slot {
    const end = Math.min(this.used, this.next + NEIGHBOURS_TRIED);
    for (let slot = this.next; slot < end; slot += 1) {
      if (!isSameKey(this.words, slot * ENTRY_WORDS, keys, start)) continue;
      this.next = slot + 1;
      return slot;
    }
    return NO_SLOT;
  }

  private lookUp(keys: Uint32Array, start: number): Slot {
    this.index ??= this.makeIndex();
    const slot = this.index.find(this.words, keys, start);
    if (slot !== NO_SLOT) this.next = slot + 1;
    return slot;
  }

  private append(keys: Uint32Array, start: number): Slot {
    this.makeRoom(1);
    const slot = this.used;
    copyWords(keys, start, this.words, slot * ENTRY_WORDS, KEY_WORDS);
    this.used += 1;
    this.index?.add(this.words, slot);
    this.next = this.used;
    return slot;
  }

  private makeIndex(): KeyIndex {
    const index = new KeyIndex(this.used);
    for (let slot = 0; slot < this.used; slot += 1) index.add(this.words, slot);
    return index;
  }

  /** After loading: every key once, with its latest entry, at the place of its first one. */
  private settle(): void {
    if (!this.isLoading) return;
    this.isLoading = false;
    this.delivered = this.used;
    if (this.used === this.expected.keys) return;
    this.dropReplaced();
    this.delivered = this.used;
    for (let slot = 0; slot < this.used; slot += 1) if (isVoid(this.words, slot)) this.makeVoid(slot);
  }

  private makeVoid(slot: Slot): void {
    this.flags[slot] = (this.flags[slot] as number) & ~DELIVERED;
    this.delivered -= 1;
  }

  private dropReplaced(): void {
    const { words, flags } = this;
    const firstLater = Math.min(this.expected.distinct, this.used);
    const later = new KeyIndex(this.used - firstLater);
    const end = this.keepLatest(firstLater, later);
    for (let slot = 0; slot < firstLater; slot += 1) {
      const replacing = later.find(words, words, slot * ENTRY_WORDS);
      if (replacing === NO_SLOT) continue;
      copyWords(words, replacing * ENTRY_WORDS, words, slot * ENTRY_WORDS, ENTRY_WORDS);
      flags[replacing] = 0;
    }
    const loaded = this.used;
    this.used = firstLater;
    for (let slot = firstLater; slot < end; slot += 1) if (flags[slot] !== 0) this.moveToEnd(slot);
    flags.fill(DELIVERED, firstLater, this.used);
    flags.fill(0, this.used, loaded);
  }

  /** Leaves one entry for each key from a slot on, the latest. @returns the slot behind the last of them. */
  private keepLatest(from: Slot, index: KeyIndex): Slot {
    const { words } = this;
    let end = from;
    for (let slot = from; slot < this.used; slot += 1) {
      const known = index.find(words, words, slot * ENTRY_WORDS);
      copyWords(
        words,
        slot * ENTRY_WORDS,
        words,
        (known === NO_SLOT ? end : known) * ENTRY_WORDS,
        ENTRY_WORDS,
      );
      if (known !== NO_SLOT) continue;
      index.add(words, end);
      end += 1;
    }
    return end;
  }

  private moveToEnd(slot: Slot): void {
    copyWords(this.words, slot * ENTRY_WORDS, this.words, this.used * ENTRY_WORDS, ENTRY_WORDS);
    this.used += 1;
  }

  private makeRoom(count: number): void {
    const wanted = this.used + count;
    if (wanted <= this.flags.length) return;
    const growth = this.flags.length < LARGE_CAPACITY ? SMALL_GROWTH : LARGE_GROWTH;
    const capacity = Math.max(wanted, Math.ceil(this.flags.length * growth));
    const { words, flags } = this;
    this.words = new Uint32Array(capacity * ENTRY_WORDS);
    this.words.set(words.subarray(0, this.used * ENTRY_WORDS));
    this.flags = new Uint8Array(capacity);
    this.flags.set(flags);
  }
}

function isVoid(words: Uint32Array, slot: Slot): boolean {
  const at = slot * ENTRY_WORDS;
  for (let word = KEY_WORDS; word < ENTRY_WORDS; word += 1) if (words[at + word] !== 0) return false;
  return true;
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
