import type { ItemText } from './item.ts';
import { REQUEST_BYTES_MAX } from './limits.ts';

const HEAD = '{"batch":[';
const TAIL = ']}';
const ENVELOPE_BYTES = HEAD.length + TAIL.length;

/** The body of a v2 batch. */
export function batchBody(items: readonly ItemText[]): string {
  return `${HEAD}${items.join(',')}${TAIL}`;
}

/** Bytes that the item adds to a batch: itself and the comma before it. */
export function bytesInBatch(item: ItemText): number {
  return Buffer.byteLength(item) + 1;
}

/** Counts the bytes of the batch being filled, in UTF-8 and with its envelope. */
export class BatchSize {
  private bytes = ENVELOPE_BYTES;
  private readonly bytesMax: number;

  constructor(bytesMax = REQUEST_BYTES_MAX) {
    this.bytesMax = bytesMax;
  }

  fits(itemBytes: number): boolean {
    return this.bytes + itemBytes <= this.bytesMax;
  }

  add(itemBytes: number): void {
    this.bytes += itemBytes;
  }

  reset(): void {
    this.bytes = ENVELOPE_BYTES;
  }
}
