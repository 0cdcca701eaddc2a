import { murmur3 } from '../diff/murmur3.ts';

/** Number of a text in its pool, counted from 0. */
export type Ordinal = number;

export const NO_TEXT: Ordinal = -1;

/** Slots in use at most: with linear probing, look-ups stay short below this share. */
const LOAD_MAX = 0.6;
const SLOTS_MIN = 4096;
const TEXT_BYTES_GUESS = 16;

/** Texts are identifiers, which are shorter; their length is packed into one byte. */
const TEXT_BYTES_MAX = 255;

/**
 * Many short texts, each kept once, as UTF-8 in one piece of memory: a million strings in a Map would take
 * ten times the room. Texts get numbers in the order in which they come, and keep them.
 */
export class TextPool {
  private bytes: Buffer;
  /** Where each text ends; it begins where the one before it ends. */
  private ends: Uint32Array;
  /** Ordinal + 1 of the text in each slot; 0 for none. */
  private slots: Uint32Array;
  private used = 0;
  private readonly seed: number;
  private readonly hash = new Uint32Array(4);

  constructor(seed: number, expectedTexts = 0) {
    this.seed = seed;
    this.slots = new Uint32Array(Math.max(SLOTS_MIN, Math.ceil(expectedTexts / LOAD_MAX)));
    this.ends = new Uint32Array(Math.max(SLOTS_MIN, expectedTexts));
    this.bytes = Buffer.allocUnsafe(this.ends.length * TEXT_BYTES_GUESS);
  }

  get count(): number {
    return this.used;
  }

  /** The number of a text, or NO_TEXT. */
  find(source: Uint8Array, start: number, end: number): Ordinal {
    return (this.slots[this.probe(source, start, end)] as number) - 1;
  }

  findText(text: string): Ordinal {
    const bytes = Buffer.from(text, 'utf8');
    return this.find(bytes, 0, bytes.length);
  }

  /** The number of a text, which is kept if it was not. @throws RangeError when it is longer than 255 bytes. */
  add(source: Uint8Array, start: number, end: number): Ordinal {
    const slot = this.probe(source, start, end);
    const known = this.slots[slot] as number;
    if (known > 0) return known - 1;
    if (this.used + 1 > this.slots.length * LOAD_MAX) {
      this.growSlots();
      return this.add(source, start, end);
    }
    this.append(source, start, end);
    this.slots[slot] = this.used;
    return this.used - 1;
  }

  addText(text: string): Ordinal {
    const bytes = Buffer.from(text, 'utf8');
    return this.add(bytes, 0, bytes.length);
  }

  text(ordinal: Ordinal): string {
    return this.bytes.toString('utf8', this.startOf(ordinal), this.ends[ordinal]);
  }

  /** The texts from a number on, each behind its length. */
  pack(from: Ordinal): Uint8Array {
    const size = this.startOf(this.used) - this.startOf(from) + this.used - from;
    const packed = Buffer.allocUnsafe(size);
    let at = 0;
    for (let ordinal = from; ordinal < this.used; ordinal += 1) {
      const start = this.startOf(ordinal);
      const end = this.ends[ordinal] as number;
      packed[at] = end - start;
      this.bytes.copy(packed, at + 1, start, end);
      at += 1 + end - start;
    }
    return packed;
  }

  /** Adds packed texts; they get the numbers that they had. */
  load(packed: Uint8Array): void {
    let at = 0;
    while (at < packed.length) {
      const end = at + 1 + (packed[at] as number);
      this.add(packed, at + 1, end);
      at = end;
    }
  }

  private startOf(ordinal: Ordinal): number {
    return ordinal === 0 ? 0 : (this.ends[ordinal - 1] as number);
  }

  private append(source: Uint8Array, start: number, end: number): void {
    const length = end - start;
    if (length > TEXT_BYTES_MAX) throw new RangeError(`the text is longer than ${TEXT_BYTES_MAX} bytes`);
    const at = this.startOf(this.used);
    if (at + length > this.bytes.length) this.growBytes(at + length);
    if (this.used === this.ends.length) this.ends = grown(this.ends);
    for (let index = 0; index < length; index += 1) this.bytes[at + index] = source[start + index] as number;
    this.ends[this.used] = at + length;
    this.used += 1;
  }

  /** The slot that holds the text, or the empty one where it belongs. */
  private probe(source: Uint8Array, start: number, end: number): number {
    murmur3(source, start, end, this.seed, this.hash);
    let slot = Math.floor(((this.hash[0] as number) / 0x1_0000_0000) * this.slots.length);
    for (;;) {
      const found = this.slots[slot] as number;
      if (found === 0 || this.holds(found - 1, source, start, end)) return slot;
      slot = slot + 1 === this.slots.length ? 0 : slot + 1;
    }
  }

  private holds(ordinal: Ordinal, source: Uint8Array, start: number, end: number): boolean {
    const at = this.startOf(ordinal);
    const length = end - start;
    if ((this.ends[ordinal] as number) - at !== length) return false;
    for (let index = 0; index < length; index += 1) {
      if (this.bytes[at + index] !== source[start + index]) return false;
    }
    return true;
  }

  private growBytes(needed: number): void {
    const larger = Buffer.allocUnsafe(Math.max(needed, this.bytes.length * 2));
    this.bytes.copy(larger, 0, 0, this.startOf(this.used));
    this.bytes = larger;
  }

  private growSlots(): void {
    this.slots = new Uint32Array(this.slots.length * 2);
    for (let ordinal = 0; ordinal < this.used; ordinal += 1) {
      const slot = this.probe(this.bytes, this.startOf(ordinal), this.ends[ordinal] as number);
      this.slots[slot] = ordinal + 1;
    }
  }
}

function grown(words: Uint32Array): Uint32Array {
  const larger = new Uint32Array(words.length * 2);
  larger.set(words);
  return larger;
}
