import { jsonText } from '../json/json-text.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json/json-value.ts';
import { ATTRIBUTE_VALUE_BYTES_MAX, IDENTIFIER_BYTES_MAX, isLongerThan } from '../limits.ts';
import type { AttributeChange, IdentifyOperation, PersonKey, RelationshipChange } from '../operation.ts';
import type { Switches } from '../switches.ts';
import { checkAttributes } from './check-attributes.ts';
import { checkTimestamp } from './check-timestamp.ts';
import { ABSENT, type Checked, invalid, problemsOf, refused, sound } from './problem.ts';

/** Where v1 and v2 keep what is not an attribute. */
export interface IdentifyParts {
  readonly key: Checked<PersonKey>;
  readonly attributes: JsonValue | undefined;
  readonly timestamp: JsonValue | undefined;
  readonly timestampField: string;
  readonly added: Checked<readonly RelationshipChange[]>;
  readonly deleted: Checked<readonly RelationshipChange[]>;
}

const NO_CHANGES: readonly AttributeChange[] = [];
const INSTRUCTIONS = ['_update', '_timestamp', 'cio_relationships', 'email'];
/** In an email_only workspace `id` is an attribute like any other; so is `phone` where it is no identifier. */
const SKIPPED_NAMES = {
  withIds: {
    withPhone: new Set([...INSTRUCTIONS, 'id', 'phone']),
    withoutPhone: new Set([...INSTRUCTIONS, 'id']),
  },
  withoutIds: { withPhone: new Set([...INSTRUCTIONS, 'phone']), withoutPhone: new Set(INSTRUCTIONS) },
} as const;

/** The common part of v1 and v2 identify (cases 7, 22 to 31, 70). */
export function checkIdentify(parts: IdentifyParts, switches: Switches): Checked<IdentifyOperation> {
  const hasIds = switches.identifiers !== 'email_only';
  const attributes = isJsonObject(parts.attributes) ? parts.attributes : {};
  const id = hasIds ? checkIdWish(attributes['id']) : ABSENT;
  const email = checkTextWish('email', attributes['email']);
  const phone = switches.phoneIdentifier ? checkTextWish('phone', attributes['phone']) : ABSENT;
  const skipped = skippedNames(hasIds, switches.phoneIdentifier);
  const changes = checkAttributes(parts.attributes, 'attributes', skipped, switches);
  const timestamp = checkTimestamp(parts.timestamp, parts.timestampField, switches);
  const problems = problemsOf(parts.key, id, email, phone, changes, timestamp, parts.added, parts.deleted);
  if (problems.length > 0 || parts.key.value === undefined) return refused(problems);
  return sound({
    kind: 'identify',
    key: parts.key.value,
    id: id.value,
    email: email.value,
    phone: phone.value,
    anonymousId: anonymousIdOf(attributes),
    changes: changes.value ?? NO_CHANGES,
    isUpdateOnly: attributes['_update'] === true,
    timestamp: timestamp.value,
    addedRelationships: parts.added.value ?? [],
    deletedRelationships: parts.deleted.value ?? [],
  });
}

/** Cases 27 to 29. null asks for removal, which only cio_id may (the applying part decides). */
function checkIdWish(value: JsonValue | undefined): Checked<string | null | undefined> {
  if (value === undefined || value === null) return sound(value);
  if (typeof value !== 'string') return refused([invalid('id', 'id attribute must be a string value')]);
  if (value === '') return refused([invalid('id', 'id attribute cannot be an empty string')]);
  if (!isLongerThan(value, IDENTIFIER_BYTES_MAX)) return sound(value);
  return refused([invalid('id', `id cannot be longer than ${IDENTIFIER_BYTES_MAX} bytes`)]);
}

/** Whether the text is an address or a number is found out later: that failure comes after the 200. */
function checkTextWish(
  name: 'email' | 'phone',
  value: JsonValue | undefined,
): Checked<string | null | undefined> {
  if (value === undefined) return ABSENT;
  if (value === null || value === '') return sound(null);
  const text = typeof value === 'string' ? value : jsonText(value);
  if (!isLongerThan(text, ATTRIBUTE_VALUE_BYTES_MAX)) return sound(text);
  const message = `value for attribute '${name}' cannot be longer than ${ATTRIBUTE_VALUE_BYTES_MAX} bytes`;
  return refused([invalid(name, message)]);
}

function skippedNames(hasIds: boolean, hasPhone: boolean): ReadonlySet<string> {
  const names = hasIds ? SKIPPED_NAMES.withIds : SKIPPED_NAMES.withoutIds;
  return hasPhone ? names.withPhone : names.withoutPhone;
}

function anonymousIdOf(attributes: JsonObject): string | undefined {
  const value = attributes['anonymous_id'];
  return typeof value === 'string' && value !== '' ? value : undefined;
}
