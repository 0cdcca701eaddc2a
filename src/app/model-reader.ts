import { createHash } from 'node:crypto';
import type { Model } from '../core/contract/contract.ts';
import type { ReadPhone } from '../core/identity/phone.ts';
import type { RowBatch, Scan, Snapshot } from '../ports/source.ts';
import { columnIndex, type FieldSurroundings } from './bind-fields.ts';
import type { DescribedModel } from './check-models.ts';
import { type ModelQueries, queriesOf } from './model-queries.ts';
import { type OperationSink, spoolSink } from './operation-sink.ts';
import type { Reading } from './reading.ts';

/** A model with what its query returns. */
export type Described<M extends Model> = DescribedModel & { readonly model: M };

/** Runs the queries of one plan and hands their rows on. */
export class ModelReader {
  readonly reading: Reading;
  private readonly readPhone: ReadPhone;

  constructor(reading: Reading, readPhone: ReadPhone) {
    this.reading = reading;
    this.readPhone = readPhone;
  }

  /** Where a model's operations go. */
  sinkOf(name: string): Promise<OperationSink> {
    const { session, options } = this.reading;
    return spoolSink(session.spools, options.planId, name);
  }

  get surroundings(): FieldSurroundings {
    const { session, now } = this.reading;
    const { clockSkewSeconds } = session.contract.project;
    return { latest: now + clockSkewSeconds, readPhone: this.readPhone };
  }

  queriesOf(model: Model): ModelQueries {
    const { starts, now } = this.reading;
    return queriesOf(model, starts.get(model.name), now);
  }

  async query(snapshot: Snapshot, { model, columns }: DescribedModel) {
    const scan = await snapshot.scan(this.queriesOf(model).rows, scanSeed(model, columns));
    return { scan, index: columnIndex(model.sqlFile, scan.columns) };
  }

  async feed(
    model: Model,
    scan: Scan,
    takers: readonly { take(batch: RowBatch): Promise<void> }[],
  ): Promise<void> {
    const { session, options } = this.reading;
    let rows = 0;
    for await (const batch of scan.batches) {
      options.signal?.throwIfAborted();
      for (const taker of takers) await taker.take(batch);
      rows += batch.length;
      session.toolbox.observer.observe({
        kind: 'progress',
        progress: { activity: 'reading', model: model.name, done: rows, total: undefined },
      });
    }
  }
}

/** Fingerprints of rows hold only as long as the definition and the columns' types are the same. */
function scanSeed(model: Model, columns: DescribedModel['columns']): number {
  const text = JSON.stringify([model.definitionHash, columns.map(({ name, kind }) => [name, kind])]);
  return createHash('sha256').update(text).digest().readUInt32LE(0);
}
