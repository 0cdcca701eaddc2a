const HEAD = Buffer.from('{"batch":[');
const TAIL = Buffer.from(']}');

/** Bytes of a request besides its items. */
export const ENVELOPE_BYTES = HEAD.length + TAIL.length;

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

  get length(): number {
    return this.offsets.length - 1;
  }

  /** The body of a v2 batch request. */
  body(): Buffer {
    return Buffer.concat([HEAD, this.bytes, TAIL]);
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

  /** The items at these indexes, which rise. */
  pick(indexes: readonly number[]): ItemBatch {
    const parts = indexes.map((index) => this.item(index));
    const offsets = new Uint32Array(indexes.length + 1);
    parts.forEach((part, index) => {
      offsets[index + 1] = (offsets[index] as number) + part.length + 1;
    });
    const bytes = new Uint8Array(Math.max(0, (offsets[indexes.length] as number) - 1)).fill(COMMA);
    parts.forEach((part, index) => {
      bytes.set(part, offsets[index]);
    });
    return new ItemBatch(bytes, offsets);
  }

  /** The bytes of one item. */
  item(index: number): Uint8Array {
    return this.bytes.subarray(this.offsets[index], (this.offsets[index + 1] as number) - 1);
  }
}

export const COMMA = 0x2c;
