import type { CartChanges } from '../carts/cart-memory.ts';
import { ItemBatch } from './item-batch.ts';
import type { Frame, OutgoingBatch, RefreshBatch } from './outgoing-batch.ts';

/** What one record of a spool holds. */
export type SpooledBatch = OutgoingBatch | RefreshBatch | CartBatch;

/** What a read of carts is to change in what is remembered of them, before any of their events leaves. */
export interface CartBatch {
  readonly kind: 'carts';
  readonly changes: CartChanges;
}

/** Says how long the parts are that follow it. */
interface Header {
  readonly kind: SpooledBatch['kind'];
  readonly items: number;
  readonly offsets: number;
  readonly entries: number;
  readonly isNew: number;
  readonly labels: number;
  readonly frames: readonly (readonly [recordCount: number, bytes: number])[];
  readonly moments: number;
  readonly run: number;
  readonly table?: string | undefined;
  readonly newKeys?: number | undefined;
}

/** Header length first (4 bytes), then the header as JSON, then the parts in the order of the header. */
export function encodeBatch(batch: SpooledBatch): Buffer {
  const parts = partsOf(batch);
  const header = Buffer.from(JSON.stringify(parts.header), 'utf8');
  const length = Buffer.allocUnsafe(4);
  length.writeUInt32LE(header.length);
  return Buffer.concat([length, header, ...parts.bytes]);
}

interface Parts {
  readonly header: Header;
  readonly bytes: readonly Uint8Array[];
}

function partsOf(batch: SpooledBatch): Parts {
  switch (batch.kind) {
    case 'refresh':
      return refreshParts(batch);
    case 'carts':
      return cartParts(batch);
    case 'people':
    case 'events':
    case 'things':
    case 'removals':
      return outgoingParts(batch);
  }
}

function cartParts({ kind, changes }: CartBatch): Parts {
  const bytes = Buffer.from(JSON.stringify(changes), 'utf8');
  return { header: { ...EMPTY, kind, items: bytes.length }, bytes: [bytes] };
}

const EMPTY = {
  items: 0,
  offsets: 0,
  entries: 0,
  isNew: 0,
  labels: 0,
  frames: [],
  moments: 0,
  run: 0,
} as const;

function refreshParts({ kind, entries, table, newKeys }: RefreshBatch): Parts {
  const header = { ...EMPTY, kind, entries: entries.byteLength, table, newKeys };
  return { header, bytes: [bytesOf(entries)] };
}

function outgoingParts(batch: OutgoingBatch): Parts {
  const { kind, items, entries, isNew, labels, frames, moments, run } = batch;
  return {
    header: {
      kind,
      items: items.bytes.length,
      offsets: items.offsets.byteLength,
      entries: entries.byteLength,
      isNew: isNew.length,
      labels: labels.length,
      frames: frames.map(({ recordCount, text }) => [recordCount, text.length]),
      moments: moments.byteLength,
      run,
    },
    bytes: [
      items.bytes,
      bytesOf(items.offsets),
      bytesOf(entries),
      isNew,
      labels,
      ...frames.map((frame) => frame.text),
      bytesOf(moments),
    ],
  };
}

/** @throws when the bytes were not written by `encodeBatch`. */
export function decodeBatch(record: Buffer): SpooledBatch {
  const headerEnd = 4 + record.readUInt32LE(0);
  const header = JSON.parse(record.toString('utf8', 4, headerEnd)) as Header;
  const { kind, run } = header;
  const reader = new PartReader(record, headerEnd);
  const items = reader.bytes(header.items);
  const offsets = reader.words(header.offsets);
  const entries = reader.words(header.entries);
  if (kind === 'carts') return { kind, changes: JSON.parse(items.toString('utf8')) as CartChanges };
  if (kind === 'refresh') return { kind, entries, table: header.table, newKeys: header.newKeys };
  const isNew = reader.bytes(header.isNew);
  const labels = reader.bytes(header.labels);
  const frames = header.frames.map(
    ([recordCount, length]): Frame => ({ recordCount, text: reader.bytes(length) }),
  );
  const moments = reader.words(header.moments);
  return { kind, items: new ItemBatch(items, offsets), entries, isNew, labels, frames, moments, run };
}

class PartReader {
  private readonly record: Buffer;
  private at: number;

  constructor(record: Buffer, start: number) {
    this.record = record;
    this.at = start;
  }

  bytes(length: number): Buffer {
    if (this.at + length > this.record.length) throw new RangeError('the record is too short');
    const part = this.record.subarray(this.at, this.at + length);
    this.at += length;
    return part;
  }

  /** Copied, for 32-bit words may not lie just anywhere. */
  words(length: number): Uint32Array {
    const words = new Uint32Array(length / 4);
    bytesOf(words).set(this.bytes(length));
    return words;
  }
}

function bytesOf(words: Uint32Array): Uint8Array {
  return new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
}
