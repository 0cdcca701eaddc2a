import { ringPosition } from '../diff/key-words.ts';
import type { Ordinal } from './text-pool.ts';

/**
 * One claim says that a key belongs to a person: six 32-bit words, the same in memory and in the state file.
 *
 * | words | what                                                                    |
 * |-------|-------------------------------------------------------------------------|
 * | 0-3   | hash of the key and its kind (see key-hash.ts)                          |
 * | 4     | the person: a number in the pool of persons                             |
 * | 5     | who says so: a bit for each source; the kind of key; whether it is folded |
 */
export const CLAIM_WORDS = 6;
export const PERSON_WORD = 4;
const ORIGIN_WORD = 5;

/** Sources (models that name keys) there can be: a bit for each. */
export const SOURCES_MAX = 24;
const SOURCES_MASK = 2 ** SOURCES_MAX - 1;

/** Kinds of keys there can be: they have seven bits. */
export const KINDS_MAX = 127;
const KIND_SHIFT = 24;
const KIND_MASK = 0x7f;

/** Set when the key is not the one that was given, but what a collation takes it for (see fold-email.ts). */
const FOLDED_BIT = 2 ** 31;

/** Slots in use at most: with linear probing, look-ups stay short below this share. */
const LOAD_MAX = 0.7;
const CAPACITY_MIN = 4096;

/** Small tables grow fast; in large ones the old and the new one lie in memory together for a moment. */
const LARGE_CAPACITY = 1 << 18;
const LARGE_GROWTH = 2;
const SMALL_GROWTH = 4;

const OCCUPIED = 1;
/** Said again by the source that is being followed. */
const SEEN = 2;
/** Not yet in the state. */
const CHANGED = 4;
/** Another person claims the same key, or did. */
const SHARED = 8;

type Slot = number;

/** A claim as it is found in the table. */
export interface Claim {
  readonly person: Ordinal;
  readonly kind: number;
  readonly isFolded: boolean;
}

/** What is claimed. `kind` is the number of the kind of key. */
export interface NewClaim {
  readonly key: Uint32Array;
  readonly person: Ordinal;
  readonly kind: number;
  readonly isFolded: boolean;
}

/** Who holds a key: a person's number, nobody, or several. */
export type Holder = Ordinal;
export const NOBODY: Holder = -1;
export const SEVERAL: Holder = -2;

/**
 * All claims: an open-addressing hash table over typed arrays, in which a key may stand several times, for
 * different persons. 25 bytes a slot.
 */
export class ClaimTable {
  private words: Uint32Array;
  private flags: Uint8Array;
  private capacity: number;
  private occupied = 0;
  private live = 0;

  constructor(expectedClaims = 0) {
    this.capacity = Math.max(CAPACITY_MIN, Math.ceil(expectedClaims / LOAD_MAX) + 1);
    this.words = new Uint32Array(this.capacity * CLAIM_WORDS);
    this.flags = new Uint8Array(this.capacity);
  }

  /** Claims that some source makes. */
  get liveCount(): number {
    return this.live;
  }

  /** A source makes a claim. @returns true when it is one that no source made before. */
  claim(claim: NewClaim, source: number): boolean {
    const { key, person, kind, isFolded } = claim;
    const slot = this.findOrInsert(key, 0, person, writeOrigin(kind, isFolded));
    const wasLive = this.isLive(slot);
    this.addSource(slot, 1 << source);
    this.flags[slot] = (this.flags[slot] as number) | SEEN;
    return !wasLive;
  }

  /** The only person who holds the key; folded claims do not count. */
  holder(key: Uint32Array): Holder {
    let found = NOBODY;
    for (let slot = this.home(key, 0); this.flags[slot] !== 0; slot = this.next(slot)) {
      if (!this.hasKey(slot, key, 0) || !this.isLive(slot) || this.isFolded(slot)) continue;
      const person = this.personAt(slot);
      if (((this.flags[slot] as number) & SHARED) === 0) return person;
      if (found !== NOBODY && found !== person) return SEVERAL;
      found = person;
    }
    return found;
  }

  /** Every live claim of a key, folded ones included. */
  claimsOf(key: Uint32Array): readonly Claim[] {
    const claims: Claim[] = [];
    for (let slot = this.home(key, 0); this.flags[slot] !== 0; slot = this.next(slot)) {
      if (this.hasKey(slot, key, 0) && this.isLive(slot)) claims.push(this.claimAt(slot));
    }
    return claims;
  }

  /** The claims of every key that more than one person claims. */
  *shared(): Generator<readonly Claim[]> {
    for (let slot = 0; slot < this.capacity; slot += 1) {
      if (((this.flags[slot] as number) & SHARED) === 0 || !this.isLive(slot)) continue;
      const key = this.words.subarray(slot * CLAIM_WORDS, slot * CLAIM_WORDS + PERSON_WORD);
      const isFirst = this.firstLive(key) === slot;
      const claims = isFirst ? this.claimsOf(key) : [];
      if (new Set(claims.map(({ person }) => person)).size > 1) yield claims;
    }
  }

  /** Persons with more than one key of a kind; `personCount` bounds their numbers. */
  personsWithSeveral(kind: number, personCount: number): ReadonlySet<Ordinal> {
    const hasOne = new Uint8Array(personCount);
    const several = new Set<Ordinal>();
    for (let slot = 0; slot < this.capacity; slot += 1) {
      if (this.flags[slot] === 0 || !this.isLive(slot)) continue;
      const claim = this.claimAt(slot);
      if (claim.kind !== kind) continue;
      if (hasOne[claim.person] === 1) several.add(claim.person);
      hasOne[claim.person] = 1;
    }
    return several;
  }

  /**
   * Ends the following of a source: claims that it made earlier and that `isKept` does not vouch for are
   * withdrawn. `isKept` is told whether the claim was made again.
   */
  withdraw(source: number, isKept: (person: Ordinal, wasSeen: boolean) => boolean): number {
    const bit = 1 << source;
    let withdrawn = 0;
    for (let slot = 0; slot < this.capacity; slot += 1) {
      const flags = this.flags[slot] as number;
      if (flags === 0) continue;
      const isOwn = ((this.words[slot * CLAIM_WORDS + ORIGIN_WORD] as number) & bit) !== 0;
      if (isOwn && !isKept(this.personAt(slot), (flags & SEEN) !== 0)) {
        this.removeSources(slot, bit);
        withdrawn += 1;
      }
      this.flags[slot] = (this.flags[slot] as number) & ~SEEN;
    }
    return withdrawn;
  }

  /** Sources that are no longer there claim nothing. */
  withdrawSources(sources: readonly number[]): void {
    const mask = sources.reduce((bits, source) => bits | (1 << source), 0);
    if (mask === 0) return;
    for (let slot = 0; slot < this.capacity; slot += 1) this.removeSources(slot, mask);
  }

  /** Takes over claims as the state holds them; the later of two entries for one claim counts. */
  load(entries: Uint32Array): void {
    for (let at = 0; at < entries.length; at += CLAIM_WORDS) {
      const origin = entries[at + ORIGIN_WORD] as number;
      const slot = this.findOrInsert(entries, at, entries[at + PERSON_WORD] as number, origin);
      const wasLive = this.isLive(slot);
      this.words[slot * CLAIM_WORDS + ORIGIN_WORD] = origin;
      this.live += Number(this.isLive(slot)) - Number(wasLive);
    }
  }

  /** Entries of everything that changed since it was loaded; withdrawn claims have no source. */
  changes(): Uint32Array {
    return this.entriesWhere((slot) => ((this.flags[slot] as number) & CHANGED) !== 0);
  }

  /** Entries of all claims that are made. */
  liveEntries(): Uint32Array {
    return this.entriesWhere((slot) => this.isLive(slot));
  }

  private entriesWhere(isWanted: (slot: Slot) => boolean): Uint32Array {
    let count = 0;
    for (let slot = 0; slot < this.capacity; slot += 1) if (isWanted(slot)) count += 1;
    const entries = new Uint32Array(count * CLAIM_WORDS);
    let at = 0;
    for (let slot = 0; slot < this.capacity; slot += 1) {
      if (!isWanted(slot)) continue;
      copyWords(this.words, slot * CLAIM_WORDS, entries, at, CLAIM_WORDS);
      at += CLAIM_WORDS;
    }
    return entries;
  }

  private addSource(slot: Slot, bit: number): void {
    const at = slot * CLAIM_WORDS + ORIGIN_WORD;
    const origin = this.words[at] as number;
    if ((origin & bit) !== 0) return;
    if ((origin & SOURCES_MASK) === 0) this.live += 1;
    this.words[at] = origin | bit;
    this.flags[slot] = (this.flags[slot] as number) | CHANGED;
  }

  private removeSources(slot: Slot, bits: number): void {
    const at = slot * CLAIM_WORDS + ORIGIN_WORD;
    const origin = this.words[at] as number;
    if ((origin & bits) === 0) return;
    this.words[at] = origin & ~bits;
    if ((this.words[at] & SOURCES_MASK) === 0) this.live -= 1;
    this.flags[slot] = (this.flags[slot] as number) | CHANGED;
  }

  private isLive(slot: Slot): boolean {
    return ((this.words[slot * CLAIM_WORDS + ORIGIN_WORD] as number) & SOURCES_MASK) !== 0;
  }

  private isFolded(slot: Slot): boolean {
    return (this.words[slot * CLAIM_WORDS + ORIGIN_WORD] as number) >= FOLDED_BIT;
  }

  private personAt(slot: Slot): Ordinal {
    return this.words[slot * CLAIM_WORDS + PERSON_WORD] as number;
  }

  private claimAt(slot: Slot): Claim {
    return {
      person: this.personAt(slot),
      ...readOrigin(this.words[slot * CLAIM_WORDS + ORIGIN_WORD] as number),
    };
  }

  private firstLive(key: Uint32Array): Slot {
    let slot = this.home(key, 0);
    while (!this.hasKey(slot, key, 0) || !this.isLive(slot)) slot = this.next(slot);
    return slot;
  }

  /**
   * The slot of the claim; a new one, that no source makes yet, when it was not there. `origin` gives the
   * kind and whether it is folded. Plain numbers, because an object for every claim would cost a third more.
   */
  private findOrInsert(key: Uint32Array, start: number, person: Ordinal, origin: number): Slot {
    let slot = this.home(key, start);
    let isShared = false;
    for (; this.flags[slot] !== 0; slot = this.next(slot)) {
      if (!this.hasKey(slot, key, start)) continue;
      if (this.personAt(slot) === person && this.isFolded(slot) === origin >= FOLDED_BIT) return slot;
      isShared = true;
    }
    if (this.occupied + 1 > this.capacity * LOAD_MAX) {
      this.grow();
      return this.findOrInsert(key, start, person, origin);
    }
    const at = slot * CLAIM_WORDS;
    copyWords(key, start, this.words, at, PERSON_WORD);
    this.words[at + PERSON_WORD] = person;
    this.words[at + ORIGIN_WORD] = origin & ~SOURCES_MASK;
    this.flags[slot] = OCCUPIED;
    this.occupied += 1;
    if (isShared) this.markShared(key, start);
    return slot;
  }

  private markShared(key: Uint32Array, start: number): void {
    for (let slot = this.home(key, start); this.flags[slot] !== 0; slot = this.next(slot)) {
      if (this.hasKey(slot, key, start)) this.flags[slot] = (this.flags[slot] as number) | SHARED;
    }
  }

  private home(key: Uint32Array, start: number): Slot {
    return Math.floor((ringPosition(key, start) / 0x1_0000_0000) * this.capacity);
  }

  private next(slot: Slot): Slot {
    return slot + 1 === this.capacity ? 0 : slot + 1;
  }

  private hasKey(slot: Slot, key: Uint32Array, start: number): boolean {
    const at = slot * CLAIM_WORDS;
    return (
      this.words[at] === key[start] &&
      this.words[at + 1] === key[start + 1] &&
      this.words[at + 2] === key[start + 2] &&
      this.words[at + 3] === key[start + 3]
    );
  }

  private grow(): void {
    const { words, flags } = this;
    this.capacity = Math.ceil(this.capacity * (this.capacity < LARGE_CAPACITY ? SMALL_GROWTH : LARGE_GROWTH));
    this.words = new Uint32Array(this.capacity * CLAIM_WORDS);
    this.flags = new Uint8Array(this.capacity);
    for (let from = 0; from < flags.length; from += 1) {
      if (flags[from] === 0) continue;
      let slot = this.home(words, from * CLAIM_WORDS);
      while (this.flags[slot] !== 0) slot = this.next(slot);
      copyWords(words, from * CLAIM_WORDS, this.words, slot * CLAIM_WORDS, CLAIM_WORDS);
      this.flags[slot] = flags[from] as number;
    }
  }
}

function readOrigin(origin: number): { readonly kind: number; readonly isFolded: boolean } {
  return { kind: (origin >>> KIND_SHIFT) & KIND_MASK, isFolded: origin >= FOLDED_BIT };
}

function writeOrigin(kind: number, isFolded: boolean): number {
  return ((kind << KIND_SHIFT) >>> 0) + (isFolded ? FOLDED_BIT : 0);
}

/** `set(subarray())` would make two objects for every claim. */
function copyWords(
  from: Uint32Array,
  fromStart: number,
  to: Uint32Array,
  toStart: number,
  count: number,
): void {
  for (let index = 0; index < count; index += 1) to[toStart + index] = from[fromStart + index] as number;
}
