import type { Field } from '../contract/contract.ts';
import { ATTRIBUTE_VALUE_BYTES_MAX } from '../customerio/limits.ts';
import { quickTime } from '../time/quick-time.ts';
import type { ByteWriter } from './byte-writer.ts';

/**
 * Writes the fragment of a cell straight from MySQL's bytes to the bytes that are sent, for the forms that
 * nearly all values have. @returns false, with nothing written, for every other form: `shapeValue` decides
 * those, and for the forms taken here it writes the same.
 */
export type QuickFragment = (source: Uint8Array, start: number, end: number, out: ByteWriter) => boolean;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const PLUS = 0x2b;
const MINUS = 0x2d;
const POINT = 0x2e;
const AT = 0x40;
const ZERO = 0x30;
const NINE = 0x39;

const NEVER: QuickFragment = () => false;

export function quickFragment(field: Field): QuickFragment {
  switch (field.type) {
    case 'string':
      return field.oneOf === undefined ? quickString : quickOneOf(field.oneOf);
    case 'email':
      return quickEmail;
    case 'phone':
      return quickPhone;
    case 'integer':
      return quickInteger;
    case 'decimal':
      return quickDecimal;
    case 'boolean':
      return quickBoolean;
    case 'timestamp':
      return quickTimestamp(field);
    case 'date':
    case 'string_list':
    case 'json':
      return NEVER;
  }
}

/** ASCII in which JSON escapes nothing. */
export function isPlain(source: Uint8Array, start: number, end: number): boolean {
  for (let index = start; index < end; index += 1) {
    const byte = source[index] as number;
    if (byte < 0x20 || byte > 0x7e || byte === QUOTE || byte === BACKSLASH) return false;
  }
  return true;
}

function quickString(source: Uint8Array, start: number, end: number, out: ByteWriter): boolean {
  if (end - start > ATTRIBUTE_VALUE_BYTES_MAX || !isPlain(source, start, end)) return false;
  return writeQuoted(source, start, end, out);
}

function writeQuoted(source: Uint8Array, start: number, end: number, out: ByteWriter): true {
  out.byte(QUOTE);
  out.copy(source, start, end);
  out.byte(QUOTE);
  return true;
}

function quickOneOf(texts: readonly string[]): QuickFragment {
  const choices = texts.map((text) => Buffer.from(text, 'utf8'));
  return (source, start, end, out) =>
    choices.some((choice) => isSame(choice, source, start, end)) && quickString(source, start, end, out);
}

function isSame(choice: Uint8Array, source: Uint8Array, start: number, end: number): boolean {
  if (choice.length !== end - start) return false;
  for (let index = 0; index < choice.length; index += 1) {
    if (choice[index] !== source[start + index]) return false;
  }
  return true;
}

/** Lower case, with one @ that has something on both sides. */
export function isNormalEmail(source: Uint8Array, start: number, end: number): boolean {
  let at = -1;
  for (let index = start; index < end; index += 1) {
    const byte = source[index] as number;
    if (byte === AT && at < 0) at = index;
    else if (!isEmailByte(byte, at >= 0)) return false;
  }
  return at > start && at < end - 1;
}

function isEmailByte(byte: number, isDomain: boolean): boolean {
  if ((byte >= 0x61 && byte <= 0x7a) || isDigit(byte) || byte === POINT || byte === MINUS) return true;
  return !isDomain && (byte === 0x5f || byte === 0x25 || byte === 0x2b);
}

function quickEmail(source: Uint8Array, start: number, end: number, out: ByteWriter): boolean {
  if (end - start > ATTRIBUTE_VALUE_BYTES_MAX || !isNormalEmail(source, start, end)) return false;
  return writeQuoted(source, start, end, out);
}

/** A plus sign and 7 to 15 digits, the first of them not 0: E.164, which is sent as it is. */
export function isE164(source: Uint8Array, start: number, end: number): boolean {
  const digits = end - start - 1;
  if (source[start] !== PLUS || digits < 7 || digits > 15 || source[start + 1] === ZERO) return false;
  return endOfDigits(source, start + 1, end) === end;
}

function quickPhone(source: Uint8Array, start: number, end: number, out: ByteWriter): boolean {
  return isE164(source, start, end) && writeQuoted(source, start, end, out);
}

function isDigit(byte: number): boolean {
  return byte >= ZERO && byte <= NINE;
}

/** End of the digits that begin at `start`. */
function endOfDigits(source: Uint8Array, start: number, end: number): number {
  let index = start;
  while (index < end && isDigit(source[index] as number)) index += 1;
  return index;
}

/** Digits without zeros in front; those are left to the general way. */
function endOfTidyDigits(source: Uint8Array, start: number, end: number): number {
  const digitsEnd = endOfDigits(source, start, end);
  const isPadded = digitsEnd - start > 1 && source[start] === ZERO;
  return isPadded ? start : digitsEnd;
}

function quickInteger(source: Uint8Array, start: number, end: number, out: ByteWriter): boolean {
  const isNegative = source[start] === MINUS;
  const digits = isNegative ? start + 1 : start;
  const isTidy = digits < end && endOfTidyDigits(source, digits, end) === end;
  if (!isTidy || end - start > ATTRIBUTE_VALUE_BYTES_MAX || (isNegative && source[digits] === ZERO))
    return false;
  out.copy(source, start, end);
  return true;
}

function quickDecimal(source: Uint8Array, start: number, end: number, out: ByteWriter): boolean {
  const digits = source[start] === MINUS ? start + 1 : start;
  const point = endOfTidyDigits(source, digits, end);
  if (point === digits || point === end) return point === end && quickInteger(source, start, end, out);
  if (source[point] !== POINT || endOfDigits(source, point + 1, end) !== end) return false;
  let last = end;
  while (source[last - 1] === ZERO) last -= 1;
  if (last - 1 === point) return quickInteger(source, start, point, out);
  out.copy(source, start, last);
  return true;
}

const TRUE = Buffer.from('true');
const FALSE = Buffer.from('false');

function quickBoolean(source: Uint8Array, start: number, end: number, out: ByteWriter): boolean {
  if (end - start !== 1) return false;
  const byte = (source[start] as number) & ~ZERO;
  const isBoolean = byte <= 1 && (source[start] === byte || source[start] === byte + ZERO);
  if (isBoolean) out.copy(byte === 1 ? TRUE : FALSE, 0, byte === 1 ? TRUE.length : FALSE.length);
  return isBoolean;
}

function quickTimestamp(field: Field): QuickFragment {
  if (field.time.format !== 'datetime') return NEVER;
  const read = quickTime(field.time);
  return (source, start, end, out) => {
    const unixSeconds = read(source, start, end);
    if (unixSeconds < 0) return false;
    out.digits(unixSeconds);
    return true;
  };
}
