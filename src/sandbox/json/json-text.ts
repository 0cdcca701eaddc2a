import { isExactNumber, isJsonArray, isJsonObject, type JsonValue, NUMBER_TEXT } from './json-value.ts';

/** Text that JSON.stringify only puts in quotes: nothing to escape. The test is twice as fast as the call. */
const PLAIN_TEXT = /^[ !#-[\]-\ud7ff\ue000-\uffff]*$/;

/** JSON text without white space; exact numbers come out with the digits they came in with. */
export function jsonText(value: JsonValue): string {
  if (typeof value === 'string' && PLAIN_TEXT.test(value)) return `"${value}"`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (isExactNumber(value)) return value[NUMBER_TEXT];
  return holdsExactNumber(value) ? textOfParts(value) : JSON.stringify(value);
}

function holdsExactNumber(value: JsonValue): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return isExactNumber(value) || Object.values(value).some(holdsExactNumber);
}

function textOfParts(value: JsonValue): string {
  if (isJsonArray(value)) return `[${value.map(jsonText).join(',')}]`;
  if (!isJsonObject(value)) return jsonText(value);
  const members = Object.entries(value).map(
    ([name, member]) => `${JSON.stringify(name)}:${jsonText(member)}`,
  );
  return `{${members.join(',')}}`;
}

/**
 * A stored JSON literal as the App API shows it: every value a string (case 99), text without its
 * quotes, numbers and booleans as spelled, objects and arrays as JSON text.
 */
export function literalAsString(literal: string): string {
  return literal.startsWith('"') ? (JSON.parse(literal) as string) : literal;
}
