import type { GivenResult } from '../../core/contract-test/contract-test.ts';
import { murmur3 } from '../../core/diff/murmur3.ts';
import { BugError } from '../../core/errors/millrace-error.ts';
import type { RawCells } from '../../core/shape/encode-person.ts';
import type { Cell } from '../../core/shape/shape-value.ts';
import type { RowBatch, Scan, Source } from '../../ports/source.ts';

const NULL_END = -1;

/** A source whose queries return the rows of a test, as if MySQL had sent them. */
export function givenSource(given: GivenResult): Source {
  const names = given.columns.map(({ name }) => name);
  const rows = given.rows.map(({ cells }) => names.map((name) => cells.get(name) ?? null));
  return {
    // Whether a NULL is allowed is for the rows to show.
    describe: async () => given.columns.map((column) => ({ ...column, isNullable: false })),
    openSnapshot: async () => ({
      scan: async (_query, seed) => scanOf(names, rows, seed),
      explain: async () => [],
      close: async () => undefined,
    }),
    moment: () => Promise.reject(new BugError('given rows were asked for the clock of their server')),
    inspect: () => Promise.reject(new BugError('given rows were asked for the server they come from')),
    close: async () => undefined,
  };
}

type Row = readonly (string | null)[];

function scanOf(columns: readonly string[], rows: readonly Row[], seed: number): Scan {
  return {
    columns,
    batches: (async function* () {
      if (rows.length > 0) yield new GivenRows(rows, seed);
    })(),
  };
}

class GivenRows implements RowBatch {
  readonly length: number;
  private readonly rows: readonly Row[];
  private readonly seed: number;

  constructor(rows: readonly Row[], seed: number) {
    this.rows = rows;
    this.seed = seed;
    this.length = rows.length;
  }

  fingerprintHigh(row: number): number {
    return this.fingerprint(row)[0] as number;
  }

  fingerprintLow(row: number): number {
    return this.fingerprint(row)[1] as number;
  }

  raw(row: number): RawCells {
    const cells = this.rows[row] ?? [];
    const parts = cells.map((cell) => Buffer.from(cell ?? '', 'utf8'));
    const starts = new Int32Array(cells.length);
    const ends = new Int32Array(cells.length);
    let at = 0;
    parts.forEach((part, column) => {
      starts[column] = at;
      at += part.length;
      ends[column] = cells[column] === null ? NULL_END : at;
    });
    return { buffer: Buffer.concat(parts), starts, ends };
  }

  cells(row: number): readonly Cell[] {
    return this.rows[row] ?? [];
  }

  private fingerprint(row: number): Uint32Array {
    const bytes = Buffer.from(JSON.stringify(this.rows[row]), 'utf8');
    const words = new Uint32Array(4);
    murmur3(bytes, 0, bytes.length, this.seed, words);
    return words;
  }
}
