import { REQUEST_BYTES_MAX } from '../customerio/limits.ts';

const HEAD = Buffer.from('{"batch":[');
const IDS_HEAD = Buffer.from('{"ids":[');
const TAIL = Buffer.from(']}');

/** Bytes of the items of one request, the commas between them included. */
export const ITEMS_BYTES_MAX = REQUEST_BYTES_MAX - HEAD.length - TAIL.length;

/** The shortest item has about 80 bytes, so that no batch has more items. */
export const ITEMS_MAX = 8000;

/** Items of one request as bytes, ready to be sent, and where each of them begins. */
export class ItemBatch {
  /** Items with a comma between them. */
  readonly bytes: Uint8Array;
  /** Start of each item, and behind the last one the end plus one (for a comma that is not there). */
  readonly offsets: Uint32Array;

  constructor(bytes: Uint8Array, offsets: Uint32Array) {
    this.bytes = bytes;
    this.offsets = offsets;
  }

  /** A batch of these items, whose bytes are copied. */
  static of(items: readonly Uint8Array[]): ItemBatch {
    const offsets = new Uint32Array(items.length + 1);
    items.forEach((item, index) => {
      offsets[index + 1] = (offsets[index] as number) + item.length + 1;
    });
    const bytes = new Uint8Array(Math.max(0, (offsets[items.length] as number) - 1)).fill(COMMA);
    items.forEach((item, index) => {
      bytes.set(item, offsets[index]);
    });
    return new ItemBatch(bytes, offsets);
  }

  get length(): number {
    return this.offsets.length - 1;
  }

  /** The body of a v2 batch request. */
  body(): Buffer {
    return Buffer.concat([HEAD, this.bytes, TAIL]);
  }

  /** The body of a request about the members of a segment. */
  idsBody(): Buffer {
    return Buffer.concat([IDS_HEAD, this.bytes, TAIL]);
  }

  /** A part of the batch: items `start` to `end`, the latter not included. */
  slice(start: number, end: number): ItemBatch {
    const from = this.offsets[start] as number;
    const bytes = this.bytes.subarray(from, Math.max(from, (this.offsets[end] as number) - 1));
    return new ItemBatch(
      bytes,
      this.offsets.slice(start, end + 1).map((offset) => offset - from),
    );
  }

  /** The items at these indexes, in this order. */
  pick(indexes: readonly number[]): ItemBatch {
    return ItemBatch.of(indexes.map((index) => this.item(index)));
  }

  /** The bytes of one item. */
  item(index: number): Uint8Array {
    return this.bytes.subarray(this.offsets[index], (this.offsets[index + 1] as number) - 1);
  }
}

export const COMMA = 0x2c;
