import { type EntryReference, type Fingerprint, NOWHERE, UNSETTLED } from '../core/diff/entry.ts';
import type { KeyWords } from '../core/diff/key-words.ts';
import { BatchBuilder, type ItemEntry, type ItemWriters } from '../core/operation/batch-builder.ts';
import type { SpooledBatch } from '../core/operation/batch-codec.ts';
import { type EventHours, hourOf } from '../core/operation/event-hours.ts';
import type { OutgoingBatch } from '../core/operation/outgoing-batch.ts';
import type { OperationSink } from './operation-sink.ts';
import { RefreshCollector } from './refresh-collector.ts';

/** Writes an item into the batch. @returns false when it is not to be sent after all. */
export type WriteItem = (writers: ItemWriters) => boolean;

/** The way from reading to the spool: fills batches and hands full ones on. */
export class Outgoing {
  private readonly sink: OperationSink;
  private readonly builder: BatchBuilder;
  private readonly refreshed = new RefreshCollector();
  private readonly forgotten = new RefreshCollector({ newKeysEach: -1 });
  private readonly counted = new Map<number, number>();
  private writing: Promise<void> = Promise.resolve();

  constructor(sink: OperationSink, kind: OutgoingBatch['kind'], names: readonly string[]) {
    this.sink = sink;
    this.builder = new BatchBuilder(kind, names);
  }

  /** @returns bytes of the item that was added, or undefined when `write` thought better of it. */
  add(write: WriteItem, entry: ItemEntry): number | undefined {
    for (;;) {
      this.builder.open();
      if (!write(this.builder)) {
        this.builder.revert();
        return undefined;
      }
      const bytes = this.builder.itemLength;
      if (this.builder.close(entry)) {
        if (entry.moment !== undefined) this.count(entry.moment.occurredAt);
        return bytes;
      }
      // No room: the item, taken back, is written anew into the next batch.
      this.put(this.builder.take());
    }
  }

  /** Events that were added, by the hour in which they happened. */
  get hours(): EventHours {
    return this.counted;
  }

  refresh(key: KeyWords, fingerprint: Fingerprint, reference: EntryReference): void {
    this.note(this.refreshed, key, fingerprint, reference);
  }

  /** What was recorded for the key is void from now on. */
  forget(key: KeyWords): void {
    this.note(this.forgotten, key, UNSETTLED, NOWHERE);
  }

  /** Adds to a collector, and hands on what it holds when it is full. */
  note(
    collector: RefreshCollector,
    key: KeyWords,
    fingerprint: Fingerprint,
    reference: EntryReference,
  ): void {
    if (collector.isFull) this.put(collector.take());
    collector.add(key, fingerprint, reference);
  }

  /** Hands on what a collector holds. */
  takeNotes(collector: RefreshCollector): void {
    this.put(collector.take());
  }

  /** Resolves when what was handed on is written: so reading never runs ahead of the disk by more than a batch of rows. */
  written(): Promise<void> {
    return this.writing;
  }

  async finish(): Promise<void> {
    this.put(this.builder.take());
    this.put(this.refreshed.take());
    this.put(this.forgotten.take());
    await this.writing;
    await this.sink.finish();
  }

  private count(occurredAt: number): void {
    const hour = hourOf(occurredAt);
    this.counted.set(hour, (this.counted.get(hour) ?? 0) + 1);
  }

  /** The batch is copied at once, for it lies in memory that is used again. */
  private put(batch: SpooledBatch | undefined): void {
    if (batch === undefined) return;
    const written = this.sink.put(batch);
    this.writing = this.writing.then(() => written);
    // Whoever waits for `written` hears of a failure; until then it must not count as unhandled.
    this.writing.catch(() => undefined);
  }
}
