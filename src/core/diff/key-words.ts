import { KEY_WORDS } from './entry.ts';
import { murmur3 } from './murmur3.ts';

/** 128 bits that stand for a key. */
export type KeyWords = Uint32Array;

/** Longest key that is kept as it is, so that two such keys can never be taken for each other. */
const EXACT_BYTES_MAX = 15;
const HASHED_TAG = 0xff;
const EVENT_TAG = 0xfe;

export function newKeyWords(): KeyWords {
  return new Uint32Array(KEY_WORDS);
}

/**
 * Writes the words of the key that lies between `start` and `end`: short keys (numbers, mostly) exactly,
 * with their length in the first byte; longer ones as 120 bits of a hash. The seed differs from state to
 * state, so that nobody can prepare keys that collide.
 */
export function writeKeyWords(
  bytes: Uint8Array,
  start: number,
  end: number,
  seed: number,
  out: KeyWords,
): void {
  const length = end - start;
  if (length > EXACT_BYTES_MAX) {
    murmur3(bytes, start, end, seed, out);
    out[0] = ((out[0] as number) & ~0xff) | HASHED_TAG;
    return;
  }
  writeTagged(bytes, start, end, length, out);
}

/** The words of a key given as text. */
export function writeTextKeyWords(text: string, seed: number, out: KeyWords): void {
  const bytes = Buffer.from(text, 'utf8');
  writeKeyWords(bytes, 0, bytes.length, seed, out);
}

/** The ten bytes that make an event id. */
export function writeEventKeyWords(idBytes: Uint8Array, out: KeyWords): void {
  writeTagged(idBytes, 0, idBytes.length, EVENT_TAG, out);
}

function writeTagged(bytes: Uint8Array, start: number, end: number, tag: number, out: KeyWords): void {
  out[0] = tag;
  out[1] = 0;
  out[2] = 0;
  out[3] = 0;
  for (let index = start, place = 1; index < end; index += 1, place += 1) {
    out[place >> 2] = (out[place >> 2] as number) | ((bytes[index] as number) << ((place & 3) * 8));
  }
}

/** 32 bits spread evenly over all keys: the place in the ring that key ranges and partitions divide. */
export function ringPosition(words: Uint32Array, start = 0): number {
  let h = (words[start] as number) ^ Math.imul(words[start + 1] as number, 0x9e3779b1);
  h = Math.imul(h ^ (h >>> 15), 0x85ebca6b) ^ Math.imul(words[start + 2] as number, 0xc2b2ae35);
  h = Math.imul(h ^ (h >>> 13), 0x27d4eb2f) ^ Math.imul(words[start + 3] as number, 0x165667b1);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
