import { ENTRY_WORDS } from './entry.ts';
import { ringPosition } from './key-words.ts';

/** Places in use at most: with linear probing, look-ups stay short below this share. */
const LOAD_MAX = 0.6;
const CAPACITY_MIN = 64;
const GROWTH = 2;

/** Where each key of a table stands: an open-addressing hash table of 4 bytes a place, without the keys themselves. */
export class KeyIndex {
  /** Slot + 1; 0 where nothing is. */
  private places: Uint32Array;
  private used = 0;

  constructor(expectedKeys: number) {
    this.places = new Uint32Array(Math.max(CAPACITY_MIN, Math.ceil(expectedKeys / LOAD_MAX) + 1));
  }

  /** The slot in `words` (entries, one after the other) that holds the key beginning at `keys[start]`; -1 for none. */
  find(words: Uint32Array, keys: Uint32Array, start: number): number {
    const place = this.probe(words, keys, start);
    return (this.places[place] as number) - 1;
  }

  /** Adds the key of a slot; it must not be there yet. */
  add(words: Uint32Array, slot: number): void {
    if (this.used + 1 > this.places.length * LOAD_MAX) this.grow(words);
    this.places[this.emptyPlace(words, slot)] = slot + 1;
    this.used += 1;
  }

  /** The place of the key, or the empty one where it would stand. */
  private probe(words: Uint32Array, keys: Uint32Array, start: number): number {
    let place = this.firstPlace(keys, start);
    for (let held = this.places[place] as number; held !== 0; held = this.places[place] as number) {
      if (isSameKey(words, (held - 1) * ENTRY_WORDS, keys, start)) return place;
      place = this.following(place);
    }
    return place;
  }

  private emptyPlace(words: Uint32Array, slot: number): number {
    let place = this.firstPlace(words, slot * ENTRY_WORDS);
    while (this.places[place] !== 0) place = this.following(place);
    return place;
  }

  private firstPlace(keys: Uint32Array, start: number): number {
    return Math.floor((ringPosition(keys, start) / 0x1_0000_0000) * this.places.length);
  }

  private following(place: number): number {
    return place + 1 === this.places.length ? 0 : place + 1;
  }

  private grow(words: Uint32Array): void {
    const { places } = this;
    this.places = new Uint32Array(places.length * GROWTH);
    for (const held of places) if (held !== 0) this.places[this.emptyPlace(words, held - 1)] = held;
  }
}

/** Whether the key at `at` in one array is the one at `start` in the other. */
export function isSameKey(words: Uint32Array, at: number, keys: Uint32Array, start: number): boolean {
  return (
    words[at] === keys[start] &&
    words[at + 1] === keys[start + 1] &&
    words[at + 2] === keys[start + 2] &&
    words[at + 3] === keys[start + 3]
  );
}
