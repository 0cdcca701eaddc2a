import { REQUEST_BYTES_MAX } from '../customerio/limits.ts';
import { RECORD_SEPARATOR_BYTE, RECORDS_PER_FRAME } from '../diff/delivered-values.ts';
import { ENTRY_WORDS, type EntryReference, type Fingerprint } from '../diff/entry.ts';
import type { KeyWords } from '../diff/key-words.ts';
import { writeEntry } from '../diff/write-entry.ts';
import { ByteWriter } from '../shape/byte-writer.ts';
import { COMMA, ENVELOPE_BYTES, ItemBatch } from './item-batch.ts';
import type { Frame, OutgoingBatch } from './outgoing-batch.ts';

const ITEMS_BYTES_MAX = REQUEST_BYTES_MAX - ENVELOPE_BYTES;

/** The shortest item has about 80 bytes, so that no batch has more items. */
const ITEMS_MAX = 8000;

const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;

const FRAME_BYTES = 16 * 1024;
const LABELS_BYTES = 64 * 1024;

/** One item: its bytes, and what is recorded for it. */
export interface NewItem {
  readonly item: ByteWriter;
  /** JSON of a label, see outgoing-batch.ts. */
  readonly label: ByteWriter;
  readonly key: KeyWords;
  readonly fingerprint: Fingerprint;
  readonly isNew: boolean;
}

/** Fills batches to the last byte that Customer.io takes. */
export class BatchBuilder {
  private readonly kind: OutgoingBatch['kind'];
  private readonly items = new ByteWriter(ITEMS_BYTES_MAX);
  private readonly labels = new ByteWriter(LABELS_BYTES);
  private readonly frame = new ByteWriter(FRAME_BYTES);
  private readonly frameHeader: Buffer;
  private readonly offsets = new Uint32Array(ITEMS_MAX + 1);
  private readonly entries = new Uint32Array(ITEMS_MAX * ENTRY_WORDS);
  private readonly isNew = new Uint8Array(ITEMS_MAX);
  private count = 0;
  private recordCount = 0;
  private frames: Frame[] = [];

  /** `names` are those of the delivered values; empty for events. */
  constructor(kind: OutgoingBatch['kind'], names: readonly string[]) {
    this.kind = kind;
    this.frameHeader = Buffer.from(JSON.stringify(names), 'utf8');
  }

  /** False when the batch must be taken before an item of this many bytes can be added. */
  fits(itemBytes: number): boolean {
    const comma = this.count === 0 ? 0 : 1;
    return this.count < ITEMS_MAX && this.items.length + comma + itemBytes <= ITEMS_BYTES_MAX;
  }

  addPerson(person: NewItem, record: ByteWriter): void {
    this.add(person, { first: this.frames.length, second: this.recordCount });
    if (this.recordCount === 0) this.frame.copy(this.frameHeader, 0, this.frameHeader.length);
    this.frame.byte(RECORD_SEPARATOR_BYTE);
    this.frame.copy(record.bytes, 0, record.length);
    this.recordCount += 1;
    if (this.recordCount === RECORDS_PER_FRAME) this.closeFrame();
  }

  addEvent(event: NewItem, reference: EntryReference): void {
    this.add(event, reference);
  }

  /**
   * The batch as far as it is filled; undefined when it is empty. It lies in the builder's own memory,
   * and holds only until the next item is added.
   */
  take(): OutgoingBatch | undefined {
    if (this.count === 0) return undefined;
    if (this.recordCount > 0) this.closeFrame();
    this.labels.byte(CLOSE_BRACKET);
    const { kind, count, frames } = this;
    const batch = {
      kind,
      items: new ItemBatch(this.items.view(), this.offsets.subarray(0, count + 1)),
      entries: this.entries.subarray(0, count * ENTRY_WORDS),
      isNew: this.isNew.subarray(0, count),
      labels: this.labels.view(),
      frames,
    };
    this.reset();
    return batch;
  }

  private add({ item, label, key, fingerprint, isNew }: NewItem, reference: EntryReference): void {
    if (this.count > 0) this.items.byte(COMMA);
    this.offsets[this.count] = this.items.length;
    this.items.copy(item.bytes, 0, item.length);
    this.offsets[this.count + 1] = this.items.length + 1;
    this.labels.byte(this.count === 0 ? OPEN_BRACKET : COMMA);
    this.labels.copy(label.bytes, 0, label.length);
    writeEntry(this.entries, this.count, key, fingerprint, reference);
    this.isNew[this.count] = isNew ? 1 : 0;
    this.count += 1;
  }

  private closeFrame(): void {
    this.frames.push({ recordCount: this.recordCount, text: this.frame.take() });
    this.recordCount = 0;
    this.frame.reset();
  }

  private reset(): void {
    this.count = 0;
    this.frames = [];
    this.items.reset();
    this.labels.reset();
  }
}
