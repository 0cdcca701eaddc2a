/** Marks a number that is kept as the text it was sent as, because a JavaScript number would change it. */
export const NUMBER_TEXT: unique symbol = Symbol('number text');

/** A JSON number of more digits than a double holds, or spelled unusually (1.10, 1e3, -0). */
export interface ExactNumber {
  readonly [NUMBER_TEXT]: string;
}

export type JsonArray = readonly JsonValue[];

export interface JsonObject {
  readonly [name: string]: JsonValue;
}

export type JsonValue = null | boolean | number | string | ExactNumber | JsonArray | JsonObject;

export function isExactNumber(value: JsonValue | undefined): value is ExactNumber {
  return typeof value === 'object' && value !== null && NUMBER_TEXT in value;
}

export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(NUMBER_TEXT in value);
}

export function isJsonArray(value: JsonValue | undefined): value is JsonArray {
  return Array.isArray(value);
}

/** The value as a double, for times and counts; undefined when it is no number. */
export function numberOf(value: JsonValue | undefined): number | undefined {
  if (typeof value === 'number') return value;
  return isExactNumber(value) ? Number(value[NUMBER_TEXT]) : undefined;
}
