import type { CanonicalIdentifier, Field } from '../contract/contract.ts';
import { ITEM_BYTES_MAX } from '../customerio/limits.ts';
import { FRAGMENT_SEPARATOR_BYTE } from '../diff/delivered-values.ts';
import { ByteWriter } from './byte-writer.ts';
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

/**
 * Makes of a new person's row what is sent and what is remembered, in one go and in bytes: a first sync
 * does this for everybody. Does the same as shaping, diffing and writing one after the other, which is how
 * changed people are done; a test holds the two against each other.
 */
export class PersonEncoder {
  /** The item of the batch. */
  readonly item = new ByteWriter(4096);
  /** The delivered values. */
  readonly record = new ByteWriter(4096);
  /** The key as JSON. */
  readonly label = new ByteWriter(256);
  /** 1 for each attribute that is sent. */
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
  encode(cells: RawCells): boolean {
    this.item.reset();
    this.record.reset();
    if (!this.writeKey(cells)) return false;
    let isFirst = true;
    for (let index = 0; index < this.fields.length; index += 1) {
      const field = this.fields[index] as EncodedField;
      if (index > 0) this.record.byte(FRAGMENT_SEPARATOR_BYTE);
      const start = this.record.length;
      if (!this.writeFragment(cells, field)) return false;
      this.isSent[index] = this.record.length > start ? 1 : 0;
      if (this.record.length === start) continue;
      this.item.copy(field.name, isFirst ? 1 : 0, field.name.length);
      this.item.copy(this.record.bytes, start, this.record.length);
      isFirst = false;
    }
    this.item.copy(TAIL, 0, TAIL.length);
    return this.item.length <= ITEM_BYTES_MAX;
  }

  private writeKey({ buffer, starts, ends }: RawCells): boolean {
    const start = starts[this.keyIndex] as number;
    const end = ends[this.keyIndex] as number;
    if (end <= start || !this.isKeyPlain(buffer, start, end)) return false;
    this.label.reset();
    this.label.byte(QUOTE);
    this.label.copy(buffer, start, end);
    this.label.byte(QUOTE);
    this.item.copy(this.head, 0, this.head.length);
    this.item.copy(this.label.bytes, 0, this.label.length);
    this.item.copy(MIDDLE, 0, MIDDLE.length);
    return true;
  }

  private writeFragment({ buffer, starts, ends }: RawCells, { field, index, quick }: EncodedField): boolean {
    const start = starts[index] as number;
    const end = ends[index] as number;
    if (end < 0) return this.writeNull(field);
    if (quick(buffer, start, end, this.record)) return true;
    const shaped = shapeValue(decodeCell(buffer, start, end), field);
    if (typeof shaped !== 'string' || isTooLongForAttribute(shaped)) return false;
    this.record.text(shaped);
    return true;
  }

  private writeNull(field: Field): boolean {
    if (field.whenNull === 'clear') this.record.copy(NULL_TEXT, 0, NULL_TEXT.length);
    return field.whenNull === 'clear' || field.whenNull === 'keep';
  }
}

function nameOf(field: Field): Buffer {
  return Buffer.from(`,${JSON.stringify(field.name)}:`, 'utf8');
}

/** Not blank, and nothing that JSON would escape. Length was checked before. */
function isPlainKey(source: Uint8Array, start: number, end: number): boolean {
  return source[start] !== 0x20 && isPlain(source, start, end);
}
