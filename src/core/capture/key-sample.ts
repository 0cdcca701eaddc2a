import { createHash } from 'node:crypto';

/** Rows of some keys, chosen at random while all rows pass by once. */
export class KeySample {
  private readonly size: number;
  private readonly seed: string;
  /** Key → its place in the draw, and the fingerprints of its rows. */
  private readonly chosen = new Map<string, { readonly lot: string; readonly rows: string[] }>();
  private highest: { readonly key: string; readonly lot: string } | undefined;

  constructor(size: number, seed: string) {
    this.size = size;
    this.seed = seed;
  }

  /** Each key draws a lot that depends on nothing but itself; the lowest lots stay, with all of their rows. */
  add(key: string, row: string): void {
    const known = this.chosen.get(key);
    if (known !== undefined) {
      known.rows.push(row);
      return;
    }
    const lot = createHash('sha256').update(`${this.seed} ${key}`).digest('hex');
    if (this.chosen.size >= this.size) {
      if (this.highest === undefined || lot > this.highest.lot) return;
      this.chosen.delete(this.highest.key);
    }
    this.chosen.set(key, { lot, rows: [row] });
    this.highest = this.findHighest();
  }

  /** Key → fingerprints of its rows. */
  rows(): ReadonlyMap<string, readonly string[]> {
    return new Map([...this.chosen].map(([key, { rows }]) => [key, rows]));
  }

  private findHighest(): { readonly key: string; readonly lot: string } | undefined {
    let highest: { readonly key: string; readonly lot: string } | undefined;
    for (const [key, { lot }] of this.chosen) {
      if (highest === undefined || lot > highest.lot) highest = { key, lot };
    }
    return highest;
  }
}

/** How the rows of a scoped read differ from those of the whole query, in keys. */
export interface ScopeDifference {
  /** Rows that the scoped read did not bring. */
  readonly missing: number;
  /** Other rows, or more of them. */
  readonly other: number;
  /** Keys that were not asked for. */
  readonly unasked: number;
}

/** Undefined when both are the same, whatever the order of the rows. */
export function scopeDifference(
  whole: ReadonlyMap<string, readonly string[]>,
  scoped: ReadonlyMap<string, readonly string[]>,
): ScopeDifference | undefined {
  let missing = 0;
  let other = 0;
  for (const [key, rows] of whole) {
    const found = scoped.get(key) ?? [];
    if (found.length < rows.length) missing += 1;
    else if (sorted(found) !== sorted(rows)) other += 1;
  }
  const unasked = [...scoped.keys()].filter((key) => !whole.has(key)).length;
  return missing + other + unasked === 0 ? undefined : { missing, other, unasked };
}

function sorted(rows: readonly string[]): string {
  return JSON.stringify([...rows].sort());
}
