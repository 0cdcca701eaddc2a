import type { SpooledBatch } from '../core/operation/batch-codec.ts';
import { isInOrder, MOMENT_WORDS } from '../core/operation/moments.ts';
import type { OutgoingBatch } from '../core/operation/outgoing-batch.ts';
import { copyEvents, sortEvents } from '../core/operation/sort-events.ts';
import type { OperationSink } from './operation-sink.ts';

/** Bytes of events that are held to be sorted. What is beyond makes a run of its own; runs are merged when they are sent. */
const HELD_BYTES_MAX = 32 * 1024 * 1024;

/** Brings the events of one model into order of time before they are spooled; a query in that order passes straight through. */
export class TimeOrderedSink implements OperationSink {
  private readonly sink: OperationSink;
  private readonly heldBytesMax: number;
  private held: OutgoingBatch[] = [];
  private heldBytes = 0;
  private run = 0;
  /** Time of the last event of the run. */
  private lastAt = 0;

  constructor(sink: OperationSink, heldBytesMax = HELD_BYTES_MAX) {
    this.sink = sink;
    this.heldBytesMax = heldBytesMax;
  }

  async put(batch: SpooledBatch): Promise<void> {
    if (batch.kind !== 'events') return this.sink.put(batch);
    if (this.held.length === 0 && isInOrder(batch.moments) && this.follows(batch)) return this.write(batch);
    this.held.push(copyEvents(batch));
    this.heldBytes += batch.items.bytes.length;
    return this.heldBytes < this.heldBytesMax ? undefined : this.writeHeld();
  }

  async finish(): Promise<void> {
    await this.writeHeld();
    await this.sink.finish();
  }

  rewrite(change: (batch: SpooledBatch) => SpooledBatch | undefined): Promise<void> {
    return this.sink.rewrite(change);
  }

  /** Hands everything on at once, for more may be put before it is written. */
  private async writeHeld(): Promise<void> {
    const written: Promise<void>[] = [];
    for (const batch of sortEvents(this.held)) written.push(this.write(batch));
    this.held = [];
    this.heldBytes = 0;
    await Promise.all(written);
  }

  private write(batch: OutgoingBatch): Promise<void> {
    if (!this.follows(batch)) this.run += 1;
    this.lastAt = batch.moments.at(-MOMENT_WORDS) ?? this.lastAt;
    return this.sink.put({ ...batch, run: this.run });
  }

  private follows(batch: OutgoingBatch): boolean {
    return (batch.moments[0] ?? 0) >= this.lastAt;
  }
}
