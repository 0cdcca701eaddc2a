import { closingQuote } from './closing-quote.ts';
import { type JsonObject, type JsonValue, NUMBER_TEXT } from './json-value.ts';

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WHITESPACE = /[ \t\n\r]*/y;
const WORDS: ReadonlyMap<string, null | boolean> = new Map([
  ['null', null],
  ['true', true],
  ['false', false],
]);

/** Where the parser stands in its text. */
interface Cursor {
  readonly text: string;
  at: number;
}

/**
 * Reads JSON as JSON.parse does, but gives a number whose text a double would change as an ExactNumber.
 * Throws SyntaxError where JSON.parse would. Recursive: the caller bounds the depth beforehand.
 */
export function parseExactJson(text: string): JsonValue {
  const cursor: Cursor = { text, at: 0 };
  skipWhitespace(cursor);
  const value = readValue(cursor);
  skipWhitespace(cursor);
  if (cursor.at < text.length) throw unexpected(cursor);
  return value;
}

function readValue(cursor: Cursor): JsonValue {
  switch (cursor.text[cursor.at]) {
    case '{':
      return readObject(cursor);
    case '[':
      return readArray(cursor);
    case '"':
      return readString(cursor);
    case 't':
    case 'f':
    case 'n':
      return readWord(cursor);
    default:
      return readNumber(cursor);
  }
}

function readObject(cursor: Cursor): JsonObject {
  const object: Record<string, JsonValue> = {};
  cursor.at += 1;
  skipWhitespace(cursor);
  if (consume(cursor, '}')) return object;
  for (;;) {
    readMember(cursor, object);
    skipWhitespace(cursor);
    if (consume(cursor, '}')) return object;
    expect(cursor, ',');
    skipWhitespace(cursor);
  }
}

function readMember(cursor: Cursor, object: Record<string, JsonValue>): void {
  if (cursor.text[cursor.at] !== '"') throw unexpected(cursor);
  const name = readString(cursor);
  skipWhitespace(cursor);
  expect(cursor, ':');
  skipWhitespace(cursor);
  const value = readValue(cursor);
  if (name === '__proto__') {
    // A plain assignment would set the prototype instead of a member.
    Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
  } else {
    object[name] = value;
  }
}

function readArray(cursor: Cursor): JsonValue[] {
  const array: JsonValue[] = [];
  cursor.at += 1;
  skipWhitespace(cursor);
  if (consume(cursor, ']')) return array;
  for (;;) {
    array.push(readValue(cursor));
    skipWhitespace(cursor);
    if (consume(cursor, ']')) return array;
    expect(cursor, ',');
    skipWhitespace(cursor);
  }
}

/** Finds the closing quote and leaves escapes and control characters to JSON.parse. */
function readString(cursor: Cursor): string {
  const start = cursor.at;
  const end = closingQuote(cursor.text, start);
  if (end === -1) throw unexpected({ text: cursor.text, at: cursor.text.length });
  cursor.at = end + 1;
  return JSON.parse(cursor.text.slice(start, end + 1)) as string;
}

function readWord(cursor: Cursor): null | boolean {
  const length = cursor.text[cursor.at] === 'f' ? 5 : 4;
  const value = WORDS.get(cursor.text.slice(cursor.at, cursor.at + length));
  if (value === undefined) throw unexpected(cursor);
  cursor.at += length;
  return value;
}

function readNumber(cursor: Cursor): JsonValue {
  NUMBER.lastIndex = cursor.at;
  const numberText = NUMBER.exec(cursor.text)?.[0];
  if (numberText === undefined) throw unexpected(cursor);
  cursor.at += numberText.length;
  const value = Number(numberText);
  return String(value) === numberText ? value : { [NUMBER_TEXT]: copyOf(numberText) };
}

/** A slice of a text keeps the whole text alive in V8; digits that are stored must not hold a request body. */
function copyOf(digits: string): string {
  return Buffer.from(digits, 'latin1').toString('latin1');
}

function skipWhitespace(cursor: Cursor): void {
  if (cursor.text.charCodeAt(cursor.at) > 0x20) return;
  WHITESPACE.lastIndex = cursor.at;
  cursor.at += WHITESPACE.exec(cursor.text)?.[0].length ?? 0;
}

function consume(cursor: Cursor, character: string): boolean {
  if (cursor.text[cursor.at] !== character) return false;
  cursor.at += 1;
  return true;
}

function expect(cursor: Cursor, character: string): void {
  if (!consume(cursor, character)) throw unexpected(cursor);
}

function unexpected(cursor: Cursor): SyntaxError {
  const found = cursor.text[cursor.at];
  const what = found === undefined ? 'end of text' : `"${found}"`;
  return new SyntaxError(`unexpected ${what} at position ${cursor.at}`);
}
