import type { Model } from '../core/contract/contract.ts';
import { ColumnSight } from '../core/lint/column-sight.ts';
import { dataRemarks } from '../core/lint/data-rules.ts';
import type { DataRemarks } from '../core/lint/lint-contract.ts';
import { watchedColumns } from '../core/lint/watched-columns.ts';
import type { Observer } from '../ports/observer.ts';
import type { Source, SourceQuery } from '../ports/source.ts';

/** Rows of each model that are looked at. */
const SAMPLE_ROWS = 5000;

/** Fingerprints are not used here. */
const NO_SEED = 0;

/** Reads the first rows of each model, and tells what the rules say about them. */
export async function sampleRows(
  source: Source,
  models: readonly Model[],
  queryOf: (model: Model) => SourceQuery,
  observer: Observer,
): Promise<DataRemarks> {
  const snapshot = await source.openSnapshot();
  const remarks = new Map<string, ReturnType<typeof dataRemarks>>();
  try {
    for (const model of models) {
      observer.observe({ kind: 'step', text: `Looking at rows of ${model.name}` });
      // One after the other: they share one connection.
      const scan = await snapshot.scan(firstRows(queryOf(model)), NO_SEED);
      const sight = new ColumnSight(watchedColumns(model, scan.columns));
      for await (const batch of scan.batches) sight.take(batch);
      remarks.set(model.name, dataRemarks(model, sight.facts()));
    }
    return remarks;
  } finally {
    await snapshot.close();
  }
}

/** The line break ends a comment that the query may end with. */
function firstRows({ model, sql }: SourceQuery): SourceQuery {
  return { model, sql: `SELECT * FROM (${sql}\n) AS sampled LIMIT ${SAMPLE_ROWS}` };
}
