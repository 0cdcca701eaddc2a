import type { RawCells } from '../../core/shape/encode-person.ts';
import type { Cell } from '../../core/shape/shape-value.ts';
import type { RowBatch, Scan, SourceQuery } from '../../ports/source.ts';
import { chunksOf, KEYS_PER_QUERY } from './key-chunks.ts';

/**
 * The rows of these keys, some hundred keys a query. A collation may take two keys for one (`a` and `A`), so that
 * both bring the same rows; those that an earlier query brought are passed over.
 */
export async function* scopedRows(
  keys: readonly string[],
  queryOf: (keys: readonly string[]) => SourceQuery,
  scan: (query: SourceQuery) => Promise<Scan>,
): AsyncGenerator<RowBatch> {
  const seen = new Set<string>();
  for (const chunk of chunksOf(keys, KEYS_PER_QUERY)) {
    const fresh: string[] = [];
    // One after the other: they share one connection.
    for await (const batch of (await scan(queryOf(chunk))).batches) {
      const prints = Array.from({ length: batch.length }, (_, row) => printOf(batch, row));
      fresh.push(...prints);
      const rows = [...prints.keys()].filter((row) => !seen.has(prints[row] as string));
      if (rows.length > 0) yield rows.length === batch.length ? batch : new PickedRows(batch, rows);
    }
    for (const print of fresh) seen.add(print);
  }
}

function printOf(batch: RowBatch, row: number): string {
  return `${batch.fingerprintHigh(row)} ${batch.fingerprintLow(row)}`;
}

/** Some rows of a batch. */
class PickedRows implements RowBatch {
  readonly length: number;
  private readonly batch: RowBatch;
  private readonly rows: readonly number[];

  constructor(batch: RowBatch, rows: readonly number[]) {
    this.batch = batch;
    this.rows = rows;
    this.length = rows.length;
  }

  fingerprintHigh(row: number): number {
    return this.batch.fingerprintHigh(this.at(row));
  }

  fingerprintLow(row: number): number {
    return this.batch.fingerprintLow(this.at(row));
  }

  raw(row: number): RawCells {
    return this.batch.raw(this.at(row));
  }

  cells(row: number): readonly Cell[] {
    return this.batch.cells(this.at(row));
  }

  private at(row: number): number {
    return this.rows[row] as number;
  }
}
