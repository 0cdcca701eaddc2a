import { ENTRY_WORDS } from './entry.ts';
import { ringPosition } from './key-words.ts';

/** A part of the ring of keys: `from` to `to`, both inclusive, as 32-bit ring positions. */
export interface KeyRange {
  readonly from: number;
  readonly to: number;
}

export const WHOLE_RING: KeyRange = { from: 0, to: 0xffff_ffff };

/** No key lies here: leases on it overlap only with each other. */
export const BESIDE_THE_RING: KeyRange = { from: 0x1_0000_0000, to: 0x1_0000_0000 };

export function isWholeRing(range: KeyRange): boolean {
  return range.from === WHOLE_RING.from && range.to === WHOLE_RING.to;
}

export function rangesOverlap(a: KeyRange, b: KeyRange): boolean {
  return a.from <= b.to && b.from <= a.to;
}

/** The entries whose keys lie in the range. */
export function entriesInRange(entries: Uint32Array, range: KeyRange): Uint32Array {
  if (isWholeRing(range)) return entries;
  const kept: number[] = [];
  for (let start = 0; start < entries.length; start += ENTRY_WORDS) {
    const position = ringPosition(entries, start);
    if (position >= range.from && position <= range.to)
      kept.push(...entries.subarray(start, start + ENTRY_WORDS));
  }
  return Uint32Array.from(kept);
}
