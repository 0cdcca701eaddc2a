import type { Field } from '../contract/contract.ts';
import { ATTRIBUTE_VALUE_BYTES_MAX } from '../customerio/limits.ts';
import { normaliseEmail } from '../identity/email.ts';
import { type ReadPhone, readE164 } from '../identity/phone.ts';
import { readDateTime } from '../time/datetime-text.ts';
import type { FaultCode } from './fault.ts';
import { CLEAR, type Fragment, KEEP } from './fragment.ts';
import { cutList } from './json-list.ts';
import { shapeTime } from './shape-time.ts';

/** A shaped value, or why it may not be sent. The value is a bare string: a run makes millions of them. */
export type Shaped = Fragment | Unshaped;

export interface Unshaped {
  readonly fault: FaultCode;
}

/** One cell as MySQL wrote it (text protocol); undefined stands for bytes that are not valid UTF-8. */
export type Cell = string | null | undefined;

/** The text of a cell. Only text that holds the replacement character can have been something else. */
export function decodeCell(buffer: Buffer, start: number, end: number): Cell {
  const text = buffer.toString('utf8', start, end);
  return text.includes('\uFFFD') && Buffer.compare(Buffer.from(text), buffer.subarray(start, end)) !== 0
    ? undefined
    : text;
}

/** Shapes one cell as its field declares. */
export function shapeValue(cell: Cell, field: Field): Shaped {
  if (cell === null) return shapeNull(field);
  return cell === undefined ? { fault: 'not_text' } : shapeText(cell, field);
}

function shapeNull(field: Field): Shaped {
  switch (field.whenNull) {
    case 'keep':
      return KEEP;
    case 'clear':
      return CLEAR;
    case 'reject':
    case undefined:
      return { fault: 'value_missing' };
  }
}

function shapeText(text: string, field: Field): Shaped {
  switch (field.type) {
    case 'string':
      return shapeString(text, field);
    case 'email':
      return shapeEmail(text);
    case 'phone':
      return shapePhone(text, field.readPhone ?? readE164);
    case 'integer':
      return shapeInteger(text);
    case 'decimal':
      return shapeDecimal(text);
    case 'boolean':
      return shapeBoolean(text);
    case 'timestamp':
      return shapeTimestamp(text, field);
    case 'date':
      return shapeDate(text);
    case 'string_list':
      return cut(shapeList(text, field.separator), field);
    case 'json':
      return cut(shapeJson(text), field);
  }
}

function shapeString(text: string, field: Field): Shaped {
  if (field.oneOf !== undefined && !field.oneOf.includes(text)) return { fault: 'not_allowed' };
  return quoted(text);
}

function shapeEmail(text: string): Shaped {
  const email = normaliseEmail(text);
  return email === undefined ? { fault: 'not_an_email' } : quoted(email);
}

function shapePhone(text: string, readPhone: ReadPhone): Shaped {
  const phone = readPhone(text.trim());
  return phone === undefined ? { fault: 'not_a_phone' } : quoted(phone);
}

/** Text in which JSON escapes nothing; most texts are, and adding quotes is quicker than asking JSON. */
const PLAIN_TEXT = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/;

function quoted(text: string): Fragment {
  return PLAIN_TEXT.test(text) ? `"${text}"` : JSON.stringify(text);
}

const INTEGER = /^-?\d+$/;

function shapeInteger(text: string): Shaped {
  if (!INTEGER.test(text)) return { fault: 'not_an_integer' };
  return withoutLeadingZeros(text);
}

/** ZEROFILL columns write 007; JSON does not allow it. */
function withoutLeadingZeros(digits: string): string {
  if (digits.length === 1 || /^[1-9]/.test(digits)) return digits;
  const plain = digits.replace(/^(-?)0+(?=\d)/, '$1');
  return plain === '-0' ? '0' : plain;
}

/** A decimal that is written as JSON wants it: no zeros too many, neither in front nor at the end. */
const TIDY_DECIMAL = /^[1-9]\d*(?:\.\d*[1-9])?$/;
const DECIMAL = /^(-?)(\d+)(?:\.(\d*))?$/;
const FLOAT = /^-?\d+(?:\.\d+)?e[+-]?\d+$/i;

/** Written without trailing zeros, as any reader of JSON numbers would write it back. */
function shapeDecimal(text: string): Shaped {
  if (TIDY_DECIMAL.test(text)) return text;
  const match = DECIMAL.exec(text);
  if (match === null) return FLOAT.test(text) ? shapeFloat(text) : { fault: 'not_a_number' };
  const [, sign = '', whole = '0', decimals = ''] = match;
  const significant = decimals.replace(/0+$/, '');
  const number = withoutLeadingZeros(sign + whole);
  if (significant === '') return number;
  return `${sign === '-' && number === '0' ? '-0' : number}.${significant}`;
}

/** FLOAT and DOUBLE are written with an exponent when large or small; they hold no more digits than a double. */
function shapeFloat(text: string): Shaped {
  const value = Number(text);
  return Number.isFinite(value) ? JSON.stringify(value) : { fault: 'not_a_number' };
}

/** BIT(1) arrives as a byte, JSON booleans as words, everything else as a digit. */
const BOOLEANS: ReadonlyMap<string, Fragment> = new Map([
  ['0', 'false'],
  ['1', 'true'],
  ['\u0000', 'false'],
  ['\u0001', 'true'],
  ['false', 'false'],
  ['true', 'true'],
]);

function shapeBoolean(text: string): Shaped {
  return BOOLEANS.get(text) ?? { fault: 'not_a_boolean' };
}

function shapeTimestamp(text: string, field: Field): Shaped {
  const time = shapeTime(text, field.time);
  return 'fault' in time ? time : String(time.unixSeconds);
}

function shapeDate(text: string): Shaped {
  const reading = readDateTime(text);
  if (reading.kind === 'zero') return { fault: 'time_zero' };
  if (reading.kind === 'invalid') return { fault: 'time_invalid' };
  return JSON.stringify(text.slice(0, 10));
}

function cut(shaped: Shaped, { itemsMax }: Field): Shaped {
  return itemsMax === undefined || typeof shaped !== 'string' ? shaped : cutList(shaped, itemsMax);
}

function shapeList(text: string, separator: string | undefined): Shaped {
  const items = separator === undefined ? parseJson(text) : splitList(text, separator);
  if (!Array.isArray(items) || !items.every((item) => typeof item === 'string'))
    return { fault: 'not_a_list' };
  return JSON.stringify(items);
}

function splitList(text: string, separator: string): readonly string[] {
  return text
    .split(separator)
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

/** Sent as MySQL wrote it, so that numbers keep their digits; line breaks in JSON are only layout. */
function shapeJson(text: string): Shaped {
  const value = parseJson(text);
  const isContainer = typeof value === 'object' && value !== null;
  return isContainer ? text.trim().replace(/[\t\r\n]+/g, ' ') : { fault: 'not_an_object' };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** True when Customer.io would refuse the attribute for its length. Texts count without their quotes. */
export function isTooLongForAttribute(fragment: Fragment): boolean {
  if (fragment.length * 3 <= ATTRIBUTE_VALUE_BYTES_MAX) return false;
  const value = fragment.startsWith('"') ? String(JSON.parse(fragment)) : fragment;
  return Buffer.byteLength(value) > ATTRIBUTE_VALUE_BYTES_MAX;
}
