import { jsonText } from '../json/json-text.ts';
import { isJsonObject, type JsonValue } from '../json/json-value.ts';
import { EVENT_NAME_BYTES_MAX, isLongerThan } from '../limits.ts';
import type { Switches } from '../switches.ts';
import { ABSENT, type Checked, invalid, refused, required, sound } from './problem.ts';

/** 26 characters of Crockford's base 32; the first holds three bits only. */
const ULID = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/i;

/** Event names are trimmed, never blank, at most 100 bytes (cases 43, 44). */
export function checkEventName(name: JsonValue | undefined): Checked<string> {
  if (name === undefined || name === null) return refused([required('name', 'event name must not be blank')]);
  if (typeof name !== 'string') return refused([invalid('name', 'event name must be a string')]);
  const trimmed = name.trim();
  if (trimmed === '') return refused([required('name', 'event name must not be blank')]);
  if (!isLongerThan(trimmed, EVENT_NAME_BYTES_MAX)) return sound(trimmed);
  return refused([invalid('name', `event name cannot be longer than ${EVENT_NAME_BYTES_MAX} bytes`)]);
}

/** The key of deduplication: a ULID; what happens to other text is a switch (case 51). */
export function checkEventId(id: JsonValue | undefined, switches: Switches): Checked<string | undefined> {
  if (id === undefined || id === null) return ABSENT;
  if (typeof id === 'string' && ULID.test(id)) return sound(id.toUpperCase());
  if (typeof id === 'string' && switches.nonUlidEventId === 'accept')
    return sound(id === '' ? undefined : id);
  return refused([invalid('id', 'event id must be a valid ULID')]);
}

/** Properties: `attributes` in v2, `data` in v1 (case 45). Absent means none. */
export function checkEventProperties(properties: JsonValue | undefined, field: string): Checked<string> {
  if (properties === undefined || properties === null) return sound('{}');
  if (isJsonObject(properties)) return sound(jsonText(properties));
  return refused([invalid(field, 'event data must be a hash')]);
}
