/**
 * MurmurHash3 x86 128 bit (public domain, Austin Appleby): fast in JavaScript because it needs only
 * 32-bit arithmetic. Written into `out[0..3]`, so that hashing a million rows makes no garbage.
 */
export function murmur3(bytes: Uint8Array, start: number, end: number, seed: number, out: Uint32Array): void {
  let h1 = seed;
  let h2 = seed;
  let h3 = seed;
  let h4 = seed;
  const blocksEnd = start + ((end - start) & ~15);
  for (let index = start; index < blocksEnd; index += 16) {
    h1 ^= mixK1(word(bytes, index));
    h1 = (Math.imul(rotate(h1, 19) + h2, 5) + 0x561ccd1b) | 0;
    h2 ^= mixK2(word(bytes, index + 4));
    h2 = (Math.imul(rotate(h2, 17) + h3, 5) + 0x0bcaa747) | 0;
    h3 ^= mixK3(word(bytes, index + 8));
    h3 = (Math.imul(rotate(h3, 15) + h4, 5) + 0x96cd1c35) | 0;
    h4 ^= mixK4(word(bytes, index + 12));
    h4 = (Math.imul(rotate(h4, 13) + h1, 5) + 0x32ac3b17) | 0;
  }
  h1 ^= mixK1(tailWord(bytes, blocksEnd, end));
  h2 ^= mixK2(tailWord(bytes, blocksEnd + 4, end));
  h3 ^= mixK3(tailWord(bytes, blocksEnd + 8, end));
  h4 ^= mixK4(tailWord(bytes, blocksEnd + 12, end));
  finish(h1, h2, h3, h4, end - start, out);
}

const C1 = 0x239b961b;
const C2 = 0xab0e9789;
const C3 = 0x38b34ae5;
const C4 = 0xa1e38b93;

function mixK1(k: number): number {
  return Math.imul(rotate(Math.imul(k, C1), 15), C2);
}

function mixK2(k: number): number {
  return Math.imul(rotate(Math.imul(k, C2), 16), C3);
}

function mixK3(k: number): number {
  return Math.imul(rotate(Math.imul(k, C3), 17), C4);
}

function mixK4(k: number): number {
  return Math.imul(rotate(Math.imul(k, C4), 18), C1);
}

function rotate(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}

function word(bytes: Uint8Array, index: number): number {
  return (
    (bytes[index] as number) |
    ((bytes[index + 1] as number) << 8) |
    ((bytes[index + 2] as number) << 16) |
    ((bytes[index + 3] as number) << 24)
  );
}

/** The last bytes, padded with zeros; mixing a zero word changes nothing, as the algorithm wants. */
function tailWord(bytes: Uint8Array, index: number, end: number): number {
  let value = 0;
  for (let shift = 0; shift < 32 && index < end; shift += 8, index += 1) {
    value |= (bytes[index] as number) << shift;
  }
  return value;
}

function finish(a: number, b: number, c: number, d: number, length: number, out: Uint32Array): void {
  let [h1, h2, h3, h4] = [a ^ length, b ^ length, c ^ length, d ^ length];
  h1 = (h1 + h2 + h3 + h4) | 0;
  h2 = (h2 + h1) | 0;
  h3 = (h3 + h1) | 0;
  h4 = (h4 + h1) | 0;
  h1 = avalanche(h1);
  h2 = avalanche(h2);
  h3 = avalanche(h3);
  h4 = avalanche(h4);
  h1 = (h1 + h2 + h3 + h4) | 0;
  out[0] = h1;
  out[1] = (h2 + h1) | 0;
  out[2] = (h3 + h1) | 0;
  out[3] = (h4 + h1) | 0;
}

function avalanche(value: number): number {
  let h = value;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
