import { RECORD_SEPARATOR_BYTE, RECORDS_PER_FRAME } from '../diff/delivered-values.ts';
import { ENTRY_WORDS, type EntryReference, type Fingerprint, NOWHERE } from '../diff/entry.ts';
import type { KeyWords } from '../diff/key-words.ts';
import { writeEntry } from '../diff/write-entry.ts';
import { ByteWriter } from '../shape/byte-writer.ts';
import { COMMA, ITEMS_BYTES_MAX, ITEMS_MAX, ItemBatch } from './item-batch.ts';
import { MOMENT_WORDS, type Moment } from './moments.ts';
import type { Frame, OutgoingBatch } from './outgoing-batch.ts';

const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;

const FRAME_BYTES = 16 * 1024;
const LABELS_BYTES = 64 * 1024;

/** Where the bytes of one item are written, right into the batch. */
export interface ItemWriters {
  readonly item: ByteWriter;
  /** JSON of a label, see outgoing-batch.ts. */
  readonly label: ByteWriter;
  /** For people and things: the delivered values. */
  readonly record: ByteWriter;
}

/** What is recorded for an item. */
export interface ItemEntry {
  readonly key: KeyWords;
  readonly fingerprint: Fingerprint;
  readonly isNew: boolean;
  /** For events; for people the builder knows the place of the record. */
  readonly reference?: EntryReference;
  /** For events. */
  readonly moment?: Moment;
}

/**
 * Fills batches to the last byte that Customer.io takes. An item is written between `open` and `close`;
 * `revert` takes back one that was begun.
 */
export class BatchBuilder implements ItemWriters {
  readonly item = new ByteWriter(ITEMS_BYTES_MAX + FRAME_BYTES);
  readonly label = new ByteWriter(LABELS_BYTES);
  readonly record = new ByteWriter(FRAME_BYTES);
  private readonly kind: OutgoingBatch['kind'];
  private readonly frameHeader: Buffer;
  private readonly offsets = new Uint32Array(ITEMS_MAX + 1);
  private readonly entries = new Uint32Array(ITEMS_MAX * ENTRY_WORDS);
  private readonly isNew = new Uint8Array(ITEMS_MAX);
  private readonly moments: Uint32Array;
  private readonly marks = { item: 0, label: 0, record: 0 };
  private count = 0;
  private recordCount = 0;
  private frames: Frame[] = [];

  /** `names` are those of the delivered values; empty where there are none. */
  constructor(kind: OutgoingBatch['kind'], names: readonly string[]) {
    this.kind = kind;
    this.frameHeader = Buffer.from(JSON.stringify(names), 'utf8');
    this.moments = new Uint32Array(kind === 'events' ? ITEMS_MAX * MOMENT_WORDS : 0);
  }

  /** Whether delivered values go with the items. */
  private get hasRecords(): boolean {
    return this.kind === 'people' || this.kind === 'things';
  }

  /** Makes ready for the bytes of one item. */
  open(): void {
    const { item, label, record, marks } = this;
    marks.item = item.length;
    marks.label = label.length;
    marks.record = record.length;
    label.byte(this.count === 0 ? OPEN_BRACKET : COMMA);
    if (this.count > 0) item.byte(COMMA);
    this.offsets[this.count] = item.length;
    if (!this.hasRecords) return;
    if (this.recordCount === 0) record.copy(this.frameHeader, 0, this.frameHeader.length);
    record.byte(RECORD_SEPARATOR_BYTE);
  }

  /** Bytes of the item that is being written. */
  get itemLength(): number {
    return this.item.length - (this.offsets[this.count] as number);
  }

  /** Takes back the item that was begun. */
  revert(): void {
    this.item.length = this.marks.item;
    this.label.length = this.marks.label;
    this.record.length = this.marks.record;
  }

  /** @returns false, with the item taken back, when the batch must be taken before there is room for it. */
  close({ key, fingerprint, isNew, reference, moment }: ItemEntry): boolean {
    if (this.item.length > ITEMS_BYTES_MAX || this.count === ITEMS_MAX) {
      this.revert();
      return false;
    }
    this.offsets[this.count + 1] = this.item.length + 1;
    writeEntry(this.entries, this.count, key, fingerprint, reference ?? this.placeOfRecord());
    this.isNew[this.count] = isNew ? 1 : 0;
    if (moment !== undefined) this.writeMoment(moment);
    this.count += 1;
    if (this.hasRecords) this.recordCount += 1;
    if (this.recordCount === RECORDS_PER_FRAME) this.closeFrame();
    return true;
  }

  /**
   * The batch as far as it is filled; undefined when it is empty. It lies in the builder's own memory,
   * and holds only until the next item is opened.
   */
  take(): OutgoingBatch | undefined {
    if (this.count === 0) return undefined;
    if (this.recordCount > 0) this.closeFrame();
    this.label.byte(CLOSE_BRACKET);
    const { kind, count, frames } = this;
    const batch = {
      kind,
      items: new ItemBatch(this.item.view(), this.offsets.subarray(0, count + 1)),
      entries: this.entries.subarray(0, count * ENTRY_WORDS),
      isNew: this.isNew.subarray(0, count),
      labels: this.label.view(),
      frames,
      moments: this.moments.subarray(0, kind === 'events' ? count * MOMENT_WORDS : 0),
      run: 0,
    };
    this.count = 0;
    this.frames = [];
    this.item.reset();
    this.label.reset();
    return batch;
  }

  private writeMoment({ occurredAt, personWord }: Moment): void {
    this.moments[this.count * MOMENT_WORDS] = occurredAt;
    this.moments[this.count * MOMENT_WORDS + 1] = personWord;
  }

  private placeOfRecord(): EntryReference {
    return !this.hasRecords ? NOWHERE : { first: this.frames.length, second: this.recordCount };
  }

  private closeFrame(): void {
    this.frames.push({ recordCount: this.recordCount, text: this.record.take() });
    this.recordCount = 0;
    this.record.reset();
  }
}
