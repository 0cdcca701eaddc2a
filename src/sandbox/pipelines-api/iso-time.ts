import { isJsonArray, isJsonObject, type JsonValue } from '../json/json-value.ts';

/** ISO 8601 with a date, a time and a zone: what names one moment. */
const ISO_MOMENT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})$/;

/** The moment as unix seconds; undefined where the text names none. */
export function isoSeconds(text: string): number | undefined {
  if (!ISO_MOMENT.test(text)) return undefined;
  const ms = Date.parse(text.replace(/([+-]\d{2})(\d{2})$/, '$1:$2'));
  return Number.isNaN(ms) ? undefined : Math.floor(ms / 1000);
}

/** Every moment within becomes unix seconds: only those match the date conditions of segments. */
export function withUnixTimes(value: JsonValue): JsonValue {
  if (typeof value === 'string') return isoSeconds(value) ?? value;
  if (isJsonArray(value)) return value.map(withUnixTimes);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, withUnixTimes(part)]));
}
