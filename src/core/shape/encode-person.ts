import type { CanonicalIdentifier, Field } from '../contract/contract.ts';
import { ITEM_BYTES_MAX } from '../customerio/limits.ts';
import { FRAGMENT_SEPARATOR_BYTE } from '../diff/delivered-values.ts';
import type { ByteWriter } from './byte-writer.ts';
import { isNormalEmail, isPlain, type QuickFragment, quickFragment } from './quick-fragment.ts';
import type { BoundField } from './shape-row.ts';
import { decodeCell, isTooLongForAttribute, shapeValue } from './shape-value.ts';

/** The cells of one row where they lie: `ends` is -1 for NULL. */
export interface RawCells {
  readonly buffer: Buffer;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
}

interface EncodedField extends BoundField {
  readonly quick: QuickFragment;
  /** `,"name":` */
  readonly name: Buffer;
}

const NULL_TEXT = Buffer.from('null');
const MIDDLE = Buffer.from('},"attributes":{');
const TAIL = Buffer.from('}}');
const QUOTE = 0x22;

/** Where the parts of an encoded person go. */
export interface PersonWriters {
  /** The item of the batch. */
  readonly item: ByteWriter;
  /** The delivered values. */
  readonly record: ByteWriter;
  /** The key as JSON. */
  readonly label: ByteWriter;
}

/**
 * Makes of a new person's row what is sent and what is remembered, in one go and in bytes: a first sync
 * does this for everybody. Does the same as shaping, diffing and writing one after the other, which is how
 * changed people are done; a test holds the two against each other.
 */
export class PersonEncoder {
  /** After `encode`: 1 for each attribute that is sent. */
  readonly isSent: Uint8Array;
  private readonly fields: readonly EncodedField[];
  private readonly keyIndex: number;
  private readonly head: Buffer;
  private readonly isKeyPlain: (source: Uint8Array, start: number, end: number) => boolean;

  constructor(canonical: CanonicalIdentifier, keyIndex: number, fields: readonly BoundField[]) {
    this.keyIndex = keyIndex;
    this.fields = fields.map((bound) => ({
      ...bound,
      quick: quickFragment(bound.field),
      name: nameOf(bound.field),
    }));
    this.isSent = new Uint8Array(fields.length);
    this.head = Buffer.from(`{"type":"person","action":"identify","identifiers":{"${canonical}":`);
    this.isKeyPlain = canonical === 'email' ? isNormalEmail : isPlainKey;
  }

  /** @returns false when the row is a fault or out of the ordinary: it must then go the general way. */
  encode(cells: RawCells, { item, record, label }: PersonWriters): boolean {
    const itemStart = item.length;
    if (!this.writeKey(cells, item, label)) return false;
    let isFirst = true;
    for (let index = 0; index < this.fields.length; index += 1) {
      const field = this.fields[index] as EncodedField;
      if (index > 0) record.byte(FRAGMENT_SEPARATOR_BYTE);
      const start = record.length;
      if (!this.writeFragment(cells, field, record)) return false;
      this.isSent[index] = record.length > start ? 1 : 0;
      if (record.length === start) continue;
      item.copy(field.name, isFirst ? 1 : 0, field.name.length);
      item.copy(record.bytes, start, record.length);
      isFirst = false;
    }
    item.copy(TAIL, 0, TAIL.length);
    return item.length - itemStart <= ITEM_BYTES_MAX;
  }

  private writeKey({ buffer, starts, ends }: RawCells, item: ByteWriter, label: ByteWriter): boolean {
    const start = starts[this.keyIndex] as number;
    const end = ends[this.keyIndex] as number;
    if (end <= start || !this.isKeyPlain(buffer, start, end)) return false;
    const labelStart = label.length;
    label.byte(QUOTE);
    label.copy(buffer, start, end);
    label.byte(QUOTE);
    item.copy(this.head, 0, this.head.length);
    item.copy(label.bytes, labelStart, label.length);
    item.copy(MIDDLE, 0, MIDDLE.length);
    return true;
  }

  private writeFragment(
    { buffer, starts, ends }: RawCells,
    { field, index, quick }: EncodedField,
    out: ByteWriter,
  ): boolean {
    const start = starts[index] as number;
    const end = ends[index] as number;
    if (end < 0) return writeNull(field, out);
    if (quick(buffer, start, end, out)) return true;
    const shaped = shapeValue(decodeCell(buffer, start, end), field);
    if (typeof shaped !== 'string' || isTooLongForAttribute(shaped)) return false;
    out.text(shaped);
    return true;
  }
}

function writeNull(field: Field, out: ByteWriter): boolean {
  if (field.whenNull === 'clear') out.copy(NULL_TEXT, 0, NULL_TEXT.length);
  return field.whenNull === 'clear' || field.whenNull === 'keep';
}

function nameOf(field: Field): Buffer {
  return Buffer.from(`,${JSON.stringify(field.name)}:`, 'utf8');
}

/** Not blank, and nothing that JSON would escape. Length was checked before. */
function isPlainKey(source: Uint8Array, start: number, end: number): boolean {
  return source[start] !== 0x20 && isPlain(source, start, end);
}
