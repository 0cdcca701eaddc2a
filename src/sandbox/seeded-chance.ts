const GOLDEN_STEP = 0x9e3779b9;
const UINT32 = 0x1_0000_0000;

/**
 * A number in [0, 1) that depends on the seed and the ordinal alone: the nth draw is the same in every
 * run, whatever else was drawn. (Mixing steps of the public-domain splitmix32.)
 */
export function chance(seed: number, ordinal: number): number {
  let mixed = (Math.imul(ordinal + 1, GOLDEN_STEP) ^ Math.imul(seed + 1, 0x85ebca6b)) | 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
  return ((mixed ^ (mixed >>> 15)) >>> 0) / UINT32;
}

/** A shuffled copy; the same seed and start give the same order. */
export function shuffled<Item>(items: readonly Item[], seed: number, start: number): readonly Item[] {
  return items
    .map((item, index) => ({ item, weight: chance(seed, start + index) }))
    .toSorted((a, b) => a.weight - b.weight)
    .map(({ item }) => item);
}
