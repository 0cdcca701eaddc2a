import { createHash } from 'node:crypto';

/** 26 characters of Crockford's base 32, as Customer.io wants event ids. */
export type EventId = string;

/** Bytes of an id that tell events apart; the other 48 bits are the constant time. */
export const EVENT_ID_RANDOM_BYTES = 10;

/** 2020-01-01T00:00:00Z as the first ten characters of a ULID. Customer.io does not read the time in an id. */
const TIME_PREFIX = '01DXF6DT00';
const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/**
 * The bits that make an event's id: the first 80 of SHA-256 over namespace, event name and each part of
 * the natural key, each written as its length in bytes (4 bytes, big-endian) and its UTF-8 bytes.
 * They depend on nothing else, so that every machine and every replay makes the same id.
 */
export function eventIdBytes(namespace: string, event: string, keyParts: readonly string[]): Buffer {
  const hash = createHash('sha256');
  for (const part of [namespace, event, ...keyParts]) {
    const bytes = Buffer.from(part, 'utf8');
    const length = Buffer.allocUnsafe(4);
    length.writeUInt32BE(bytes.length);
    hash.update(length).update(bytes);
  }
  return hash.digest().subarray(0, EVENT_ID_RANDOM_BYTES);
}

/** Writes the bits as a ULID. */
export function eventIdText(bytes: Uint8Array): EventId {
  let text = TIME_PREFIX;
  for (let group = 0; group < EVENT_ID_RANDOM_BYTES; group += 5) {
    text += fiveBytesText(bytes.subarray(group, group + 5));
  }
  return text;
}

/** 40 bits are exactly eight characters. */
function fiveBytesText(bytes: Uint8Array): string {
  const [a = 0, b = 0, c = 0, d = 0, e = 0] = bytes;
  const high = (a << 12) | (b << 4) | (c >> 4);
  const low = ((c & 15) << 16) | (d << 8) | e;
  return twentyBitsText(high) + twentyBitsText(low);
}

function twentyBitsText(bits: number): string {
  return [15, 10, 5, 0].map((shift) => CROCKFORD[(bits >> shift) & 31]).join('');
}

/** The bits of an id written by `eventIdText`. */
export function eventIdFromText(id: EventId): Buffer {
  const bytes = Buffer.alloc(EVENT_ID_RANDOM_BYTES);
  for (let group = 0; group < 2; group += 1) {
    const at = TIME_PREFIX.length + group * 8;
    const high = twentyBits(id.slice(at, at + 4));
    const low = twentyBits(id.slice(at + 4, at + 8));
    bytes.writeUIntBE(high * 0x10_0000 + low, group * 5, 5);
  }
  return bytes;
}

function twentyBits(text: string): number {
  return [...text].reduce((bits, character) => bits * 32 + CROCKFORD.indexOf(character), 0);
}
