import { decodeBatch, type SpooledBatch } from '../core/operation/batch-codec.ts';
import { occurredAtOf } from '../core/operation/moments.ts';
import type { OutgoingBatch } from '../core/operation/outgoing-batch.ts';
import { type Pick, PickList } from '../core/operation/pick-list.ts';
import type { SpoolStore } from '../ports/spool.ts';
import type { EventModelDelivery } from './event-model-delivery.ts';

/** An event on its way out, with the model that it belongs to. */
export interface OutgoingEvent extends Pick {
  readonly model: EventModelDelivery;
}

/** One run of a model's spool: batches in order of time, from this record on. */
export interface EventRun {
  readonly model: EventModelDelivery;
  readonly run: number;
  readonly from: number;
}

/** Where one plan's operations lie. */
export interface SpoolPlace {
  readonly spools: SpoolStore;
  readonly planId: string;
}

/** Reads a model's spool once: what is no event goes to `onOther`. @returns the runs of its events. */
export async function findRuns(
  { spools, planId }: SpoolPlace,
  model: EventModelDelivery,
  onOther: (batch: Exclude<SpooledBatch, OutgoingBatch>) => Promise<void>,
): Promise<readonly EventRun[]> {
  const runs: EventRun[] = [];
  let from = 0;
  for await (const record of spools.records(planId, model.recorder.plan.model)) {
    const batch = decodeBatch(record);
    if (batch.kind === 'refresh' || batch.kind === 'carts') await onOther(batch);
    else if (runs.at(-1)?.run !== batch.run) runs.push({ model, run: batch.run, from });
    from += 1;
  }
  return runs;
}

/** The events of all runs in order of time, gathered into requests as full as Customer.io takes them, or as asked for. */
export async function* mergeEvents(
  place: SpoolPlace,
  runs: readonly EventRun[],
  perRequestMax?: number,
): AsyncGenerator<readonly OutgoingEvent[]> {
  const cursors = runs.map((run) => new RunCursor(place, run));
  let list = new PickList<OutgoingEvent>(perRequestMax);
  try {
    await Promise.all(cursors.map((cursor) => cursor.advance()));
    for (let first = earliest(cursors); first !== undefined; first = earliest(cursors)) {
      const event = first.event();
      if (!list.add(event)) {
        yield list.picks;
        list = new PickList(perRequestMax);
        list.add(event);
      }
      const reading = first.advance();
      if (reading !== undefined) await reading;
    }
    if (list.picks.length > 0) yield list.picks;
  } finally {
    await Promise.all(cursors.map((cursor) => cursor.close()));
  }
}

/** Of two in the same second, the one of the model (and run) that comes first. */
function earliest(cursors: readonly RunCursor[]): RunCursor | undefined {
  let first: RunCursor | undefined;
  for (const cursor of cursors) if (cursor.at < (first?.at ?? Number.POSITIVE_INFINITY)) first = cursor;
  return first;
}

/** Walks over one run. */
class RunCursor {
  /** Time of the event it stands at; infinite at the end. */
  at = Number.POSITIVE_INFINITY;
  private readonly run: EventRun;
  private readonly records: AsyncIterator<Buffer>;
  private batch: OutgoingBatch | undefined;
  private index = -1;

  constructor({ spools, planId }: SpoolPlace, run: EventRun) {
    this.run = run;
    this.records = spools.records(planId, run.model.recorder.plan.model, run.from)[Symbol.asyncIterator]();
  }

  event(): OutgoingEvent {
    return { model: this.run.model, batch: this.batch as OutgoingBatch, index: this.index };
  }

  /** To the next event; within a batch without waiting for the disk. */
  advance(): Promise<void> | undefined {
    this.index += 1;
    if (this.batch === undefined || this.index >= this.batch.items.length) return this.nextBatch();
    this.at = occurredAtOf(this.batch.moments, this.index);
    return undefined;
  }

  async close(): Promise<void> {
    await this.records.return?.();
  }

  private async nextBatch(): Promise<void> {
    this.at = Number.POSITIVE_INFINITY;
    for (;;) {
      const { value, done } = await this.records.next();
      if (done === true) return;
      const batch = decodeBatch(value);
      if (batch.kind === 'refresh' || batch.kind === 'carts') continue;
      if (batch.run !== this.run.run) return;
      this.batch = batch;
      this.index = 0;
      this.at = occurredAtOf(batch.moments, 0);
      return;
    }
  }
}
