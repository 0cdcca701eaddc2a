import type { EntryReference, Fingerprint } from '../core/diff/entry.ts';
import type { KeyWords } from '../core/diff/key-words.ts';
import type { BatchBuilder } from '../core/operation/batch-builder.ts';
import type { SpooledBatch } from '../core/operation/batch-codec.ts';
import type { OperationSink } from './operation-sink.ts';
import { RefreshCollector } from './refresh-collector.ts';

/** The way from reading to the spool: fills batches and hands full ones on. */
export class Outgoing {
  readonly builder: BatchBuilder;
  private readonly sink: OperationSink;
  private readonly refreshed = new RefreshCollector();

  constructor(sink: OperationSink, builder: BatchBuilder) {
    this.sink = sink;
    this.builder = builder;
  }

  /** Makes room for the item. @returns a promise when a full batch had to be handed on. */
  makeRoom(itemBytes: number): Promise<void> | undefined {
    return this.builder.fits(itemBytes) ? undefined : this.put(this.builder.take());
  }

  refresh(key: KeyWords, fingerprint: Fingerprint, reference: EntryReference): Promise<void> | undefined {
    const full = this.refreshed.isFull ? this.put(this.refreshed.take()) : undefined;
    this.refreshed.add(key, fingerprint, reference);
    return full;
  }

  async finish(): Promise<void> {
    await this.put(this.builder.take());
    await this.put(this.refreshed.take());
    await this.sink.finish();
  }

  /** The batch is copied at once, for it lies in memory that is used again. */
  private put(batch: SpooledBatch | undefined): Promise<void> | undefined {
    return batch && this.sink.put(batch);
  }
}
