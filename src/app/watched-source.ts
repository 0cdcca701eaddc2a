import type { Model } from '../core/contract/contract.ts';
import { ColumnSight } from '../core/lint/column-sight.ts';
import { dataRemarks } from '../core/lint/data-rules.ts';
import type { DataRemarks } from '../core/lint/lint-contract.ts';
import type { Remark } from '../core/lint/lint-finding.ts';
import { watchedColumns } from '../core/lint/watched-columns.ts';
import type { RowBatch, Scan, Snapshot, Source, SourceQuery } from '../ports/source.ts';

/** A source whose rows are looked at while they pass to whoever reads them. */
export interface WatchedSource extends Source {
  /** What the rules say about the rows that passed, by model. */
  remarks(): DataRemarks;
}

export function watchedSource(source: Source, models: readonly Model[]): WatchedSource {
  const sights: { readonly model: Model; readonly sight: ColumnSight }[] = [];
  const watch = (query: SourceQuery, scan: Scan): Scan => {
    const model = models.find(({ name }) => name === query.model);
    if (model === undefined) return scan;
    const sight = new ColumnSight(watchedColumns(model, scan.columns));
    sights.push({ model, sight });
    return { columns: scan.columns, batches: passing(scan.batches, sight) };
  };
  return {
    describe: (query) => source.describe(query),
    openSnapshot: async () => watchedSnapshot(await source.openSnapshot(), watch),
    moment: () => source.moment(),
    inspect: () => source.inspect(),
    close: () => source.close(),
    remarks: () => remarksOf(sights),
  };
}

/** A model may read with more than one query. */
function remarksOf(sights: readonly { readonly model: Model; readonly sight: ColumnSight }[]): DataRemarks {
  const remarks = new Map<string, readonly Remark[]>();
  for (const { model, sight } of sights) {
    remarks.set(model.name, [...(remarks.get(model.name) ?? []), ...dataRemarks(model, sight.facts())]);
  }
  return remarks;
}

function watchedSnapshot(snapshot: Snapshot, watch: (query: SourceQuery, scan: Scan) => Scan): Snapshot {
  return {
    scan: async (query, seed) => watch(query, await snapshot.scan(query, seed)),
    explain: (query) => snapshot.explain(query),
    close: () => snapshot.close(),
  };
}

async function* passing(batches: AsyncIterable<RowBatch>, sight: ColumnSight): AsyncGenerator<RowBatch> {
  for await (const batch of batches) {
    sight.take(batch);
    yield batch;
  }
}
