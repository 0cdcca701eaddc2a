import type { FieldType } from '../contract/contract.ts';
import type { YamlPath } from '../contract/yaml-file.ts';
import type { RawCells } from '../shape/encode-person.ts';

/** A column that is looked at while its rows pass. */
export interface WatchedColumn {
  readonly name: string;
  /** Where the model's file speaks of it. */
  readonly path: YamlPath;
  /** What it is declared as; `identifier` for the key of a person. */
  readonly type: FieldType | 'identifier';
  /** Index in the result. */
  readonly index: number;
}

/** What was seen of one column. Never a value. */
export interface ColumnFacts extends WatchedColumn {
  /** Rows looked at in which it was not NULL. */
  readonly values: number;
  /** Different values; exact up to DISTINCT_MAX. */
  readonly distinct: number;
  readonly bytesMax: number;
  readonly bytesTotal: number;
  /** Values that are a JSON object or array, or HTML or XML. */
  readonly documents: number;
  /** Values that begin like a date. */
  readonly dates: number;
}

export interface SightFacts {
  readonly rows: number;
  readonly rowBytesMax: number;
  readonly columns: readonly ColumnFacts[];
}

/** Rows as the source hands them on. */
interface Rows {
  readonly length: number;
  raw(row: number): RawCells;
}

/** The first rows are all looked at, then every so-manieth, then none: looking costs little and is bounded. */
const ROWS_ALL = 4096;
const ROWS_STEP = 16;
const ROWS_MAX = 20_000;

/** Different values that are told apart. */
export const DISTINCT_MAX = 1000;

/** Bytes of a value that are looked at to tell it from others. */
const HASHED_BYTES_MAX = 64;

interface Tally {
  values: number;
  readonly seen: Set<number>;
  bytesMax: number;
  bytesTotal: number;
  documents: number;
  dates: number;
}

/** Looks at some of the rows that pass by, without decoding them, and remembers sizes and counts only. */
export class ColumnSight {
  private readonly columns: readonly WatchedColumn[];
  private readonly tallies: readonly Tally[];
  private passed = 0;
  private looked = 0;
  private rowBytesMax = 0;

  constructor(columns: readonly WatchedColumn[]) {
    this.columns = columns;
    this.tallies = columns.map(() => ({
      values: 0,
      seen: new Set(),
      bytesMax: 0,
      bytesTotal: 0,
      documents: 0,
      dates: 0,
    }));
  }

  take(rows: Rows): void {
    const step = this.passed < ROWS_ALL ? 1 : ROWS_STEP;
    for (let row = 0; row < rows.length && this.looked < ROWS_MAX; row += step) {
      this.look(rows.raw(row));
      this.looked += 1;
    }
    this.passed += rows.length;
  }

  facts(): SightFacts {
    const columns = this.columns.map((column, place): ColumnFacts => {
      const { seen, ...tally } = this.tallies[place] as Tally;
      return { ...column, ...tally, distinct: seen.size };
    });
    return { rows: this.looked, rowBytesMax: this.rowBytesMax, columns };
  }

  private look({ buffer, starts, ends }: RawCells): void {
    let rowBytes = 0;
    for (let place = 0; place < this.columns.length; place += 1) {
      const { index } = this.columns[place] as WatchedColumn;
      const start = starts[index] as number;
      const end = ends[index] as number;
      if (end < 0) continue;
      rowBytes += end - start;
      tell(this.tallies[place] as Tally, buffer, start, end);
    }
    if (rowBytes > this.rowBytesMax) this.rowBytesMax = rowBytes;
  }
}

function tell(tally: Tally, buffer: Uint8Array, start: number, end: number): void {
  const bytes = end - start;
  tally.values += 1;
  tally.bytesTotal += bytes;
  if (bytes > tally.bytesMax) tally.bytesMax = bytes;
  if (tally.seen.size < DISTINCT_MAX) tally.seen.add(hash(buffer, start, end));
  if (isDocument(buffer, start, end)) tally.documents += 1;
  else if (isDate(buffer, start, end)) tally.dates += 1;
}

/** FNV-1a over the first bytes and the length: enough to count different values, no matter which. */
function hash(buffer: Uint8Array, start: number, end: number): number {
  let h = 0x811c9dc5 ^ (end - start);
  for (let at = start; at < end && at < start + HASHED_BYTES_MAX; at += 1) {
    h = Math.imul(h ^ (buffer[at] as number), 0x01000193);
  }
  return h >>> 0;
}

const DOCUMENT_BYTES_MIN = 8;

/** `{…}`, `[…]` or `<…>`. */
function isDocument(buffer: Uint8Array, start: number, end: number): boolean {
  if (end - start < DOCUMENT_BYTES_MIN) return false;
  const first = buffer[start];
  const last = buffer[end - 1];
  return (
    (first === 0x7b && last === 0x7d) ||
    (first === 0x5b && last === 0x5d) ||
    (first === 0x3c && last === 0x3e)
  );
}

/** `2026-11-23…` */
function isDate(buffer: Uint8Array, start: number, end: number): boolean {
  if (end - start < 10 || buffer[start + 4] !== 0x2d || buffer[start + 7] !== 0x2d) return false;
  for (const offset of [0, 1, 2, 3, 5, 6, 8, 9]) {
    const byte = buffer[start + offset] as number;
    if (byte < 0x30 || byte > 0x39) return false;
  }
  return true;
}
