import type { ByteWriter } from '../core/shape/byte-writer.ts';

/** Adds members to an item that was just written and ends in `}}`. */
export function writeMore(item: ByteWriter, pairs: string): void {
  const isEmpty = item.bytes[item.length - CLOSING_BYTES - 1] === OPEN_BRACE;
  item.length -= CLOSING_BYTES;
  item.text(`${isEmpty ? '' : ','}${pairs}}}`);
}

const OPEN_BRACE = 0x7b;
const CLOSING_BYTES = 2;
