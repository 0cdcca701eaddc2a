import type { Model } from '../core/contract/contract.ts';
import type { DataRemarks } from '../core/lint/lint-contract.ts';
import type { Observer } from '../ports/observer.ts';
import type { Scan, Source, SourceQuery } from '../ports/source.ts';
import { watchedSource } from './watched-source.ts';

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
  const watched = watchedSource(source, models);
  await eachSample(watched, models, { queryOf, observer }, async (_, { batches }) => {
    for await (const _batch of batches);
  });
  return watched.remarks();
}

/** Reads the first rows of each model, in one snapshot, and hands them on. */
export async function eachSample(
  source: Source,
  models: readonly Model[],
  { queryOf, observer }: { readonly queryOf: (model: Model) => SourceQuery; readonly observer: Observer },
  take: (model: Model, scan: Scan) => Promise<void>,
): Promise<void> {
  const snapshot = await source.openSnapshot();
  try {
    for (const model of models) {
      observer.observe({ kind: 'step', text: `Looking at rows of ${model.name}` });
      // One after the other: they share one connection.
      await take(model, await snapshot.scan(firstRows(queryOf(model), SAMPLE_ROWS), NO_SEED));
    }
  } finally {
    await snapshot.close();
  }
}

/** The query, ending after so many rows. The line break ends a comment that the query may end with. */
export function firstRows({ model, sql }: SourceQuery, rowsMax: number): SourceQuery {
  return { model, sql: `SELECT * FROM (${sql}\n) AS sampled LIMIT ${rowsMax}` };
}
