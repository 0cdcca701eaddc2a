import { createHash } from 'node:crypto';
import type { Model } from '../core/contract/contract.ts';
import type { ReadPhone } from '../core/identity/phone.ts';
import type { KeySort } from '../core/sql/key-list.ts';
import type { RowBatch, Scan, Snapshot } from '../ports/source.ts';
import { columnIndex, type FieldSurroundings } from './bind-fields.ts';
import { type ModelRead, READ_ALL } from './capture/model-read.ts';
import { scopedRows } from './capture/scoped-rows.ts';
import type { DescribedModel } from './check-models.ts';
import { changedQueryOf, type ModelQueries, queriesOf, scopedQueryOf } from './model-queries.ts';
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

  async query(snapshot: Snapshot, described: DescribedModel, read: ModelRead = READ_ALL) {
    const { model, columns } = described;
    const scan = await this.scan(snapshot, described, read);
    const names = scan.columns ?? columns.map(({ name }) => name);
    return { scan, index: columnIndex(model.sqlFile, names) };
  }

  /** The rows of these keys. */
  scoped(
    snapshot: Snapshot,
    { model, columns }: DescribedModel,
    keys: readonly string[],
    sort: KeySort,
  ): AsyncIterable<RowBatch> {
    const { starts, now } = this.reading;
    const seed = scanSeed(model, columns);
    return scopedRows(
      keys,
      (some) => scopedQueryOf(model, starts.get(model.name), now, { keys: some, sort }),
      (query) => snapshot.scan(query, seed),
    );
  }

  private async scan(
    snapshot: Snapshot,
    described: DescribedModel,
    read: ModelRead,
  ): Promise<{ readonly columns?: readonly string[]; readonly batches: AsyncIterable<RowBatch> }> {
    const { model, columns } = described;
    const { starts, now } = this.reading;
    if (read.how === 'keys') return { batches: this.scoped(snapshot, described, read.keys, read.sort) };
    const query =
      read.how === 'full'
        ? this.queriesOf(model).rows
        : changedQueryOf(model, starts.get(model.name), now, dayStart(read.since, described));
    return snapshot.scan(query, scanSeed(model, columns));
  }

  async feed(
    model: Model,
    { batches }: Pick<Scan, 'batches'>,
    takers: readonly { take(batch: RowBatch): Promise<void> }[],
  ): Promise<void> {
    const { session, options } = this.reading;
    let rows = 0;
    for await (const batch of batches) {
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

/** A date is the whole day: where the column holds dates, the day before is read too, whatever zone it is of. */
function dayStart(since: number, { model, columns }: DescribedModel): number {
  const column = columns.find(({ name }) => name === model.capture?.cursor);
  return column?.kind === 'date' ? since - DAY_SECONDS : since;
}

const DAY_SECONDS = 86_400;

/** Fingerprints of rows hold only as long as the definition and the columns' types are the same. */
function scanSeed(model: Model, columns: DescribedModel['columns']): number {
  const text = JSON.stringify([model.definitionHash, columns.map(({ name, kind }) => [name, kind])]);
  return createHash('sha256').update(text).digest().readUInt32LE(0);
}
