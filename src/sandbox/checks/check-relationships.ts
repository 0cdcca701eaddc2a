import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../json/json-value.ts';
import { IDENTIFIER_BYTES_MAX, isLongerThan } from '../limits.ts';
import type {
  AnonymousObjectOperation,
  AttributeChange,
  ObjectKey,
  PersonKey,
  RelationshipChange,
} from '../operation.ts';
import type { Switches } from '../switches.ts';
import { checkAttributes } from './check-attributes.ts';
import { checkIdentifiers } from './check-identifiers.ts';
import { type Checked, invalid, problemsOf, refused, required, sound } from './problem.ts';

const NOTHING_SKIPPED: ReadonlySet<string> = new Set();
const DIGITS = /^[1-9]\d*$/;

export interface RelatedPerson {
  readonly key: PersonKey;
  readonly changes: readonly AttributeChange[];
}

/** An object by its type and id, or by the id Customer.io gave it. */
export function checkObjectIdentifiers(
  identifiers: JsonValue | undefined,
  field: string,
): Checked<ObjectKey> {
  if (identifiers === undefined) return refused([required(field)]);
  if (!isJsonObject(identifiers)) return refused([invalid(field, `${field} must be an object`)]);
  const cioObjectId = identifiers['cio_object_id'];
  if (typeof cioObjectId === 'string' && cioObjectId !== '') return sound({ cioObjectId });
  const type = checkObjectTypeId(identifiers, field);
  const id = checkObjectId(identifiers, field);
  if (type.value === undefined || id.value === undefined) return refused(problemsOf(type, id));
  return sound({ objectTypeId: type.value, objectId: id.value });
}

/** Types are numbered from 1; the number is sent as text. */
function checkObjectTypeId(identifiers: JsonObject, field: string): Checked<string> {
  const path = `${field}.object_type_id`;
  const value = identifiers['object_type_id'];
  if (value === undefined) return refused([required(path)]);
  const text = typeof value === 'number' ? String(value) : value;
  const isTypeId = typeof text === 'string' && DIGITS.test(text) && !isLongerThan(text, IDENTIFIER_BYTES_MAX);
  return isTypeId
    ? sound(text)
    : refused([invalid(path, 'object_type_id must be the number of a type, as text')]);
}

function checkObjectId(identifiers: JsonObject, field: string): Checked<string> {
  const path = `${field}.object_id`;
  const value = identifiers['object_id'];
  if (value === undefined) return refused([required(path)]);
  if (typeof value !== 'string' || value === '') {
    return refused([invalid(path, 'object_id must be a string that is not empty')]);
  }
  if (!isLongerThan(value, IDENTIFIER_BYTES_MAX)) return sound(value);
  return refused([invalid(path, `object_id cannot be longer than ${IDENTIFIER_BYTES_MAX} bytes`)]);
}

/** `cio_relationships` of a person: each entry names an object. */
export function checkObjectRelationships(
  value: JsonValue | undefined,
  field: string,
  switches: Switches,
): Checked<readonly RelationshipChange[]> {
  return checkEntries(value, field, (entry, path) => {
    const object = checkObjectIdentifiers(entry['identifiers'], `${path}.identifiers`);
    const changes = checkRelationshipAttributes(entry, path, switches);
    if (object.value === undefined || changes.value === undefined)
      return refused(problemsOf(object, changes));
    return sound({ object: object.value, changes: changes.value });
  });
}

/** `cio_relationships` of an object: each entry names a person, by anything but a phone number. */
export function checkPersonRelationships(
  value: JsonValue | undefined,
  field: string,
  switches: Switches,
): Checked<readonly RelatedPerson[]> {
  return checkEntries(value, field, (entry, path) => {
    const key = checkIdentifiers(entry['identifiers'], `${path}.identifiers`, {
      ...switches,
      phoneIdentifier: false,
    });
    const changes = checkRelationshipAttributes(entry, path, switches);
    if (key.value === undefined || changes.value === undefined) return refused(problemsOf(key, changes));
    return sound({ key: key.value, changes: changes.value });
  });
}

/** `cio_relationships` of an object of somebody not known yet. */
export function checkAnonymousRelationships(
  value: JsonValue | undefined,
  field: string,
  switches: Switches,
): Checked<AnonymousObjectOperation['anonymous']> {
  return checkEntries(value, field, (entry, path) => {
    const identifiers = isJsonObject(entry['identifiers']) ? entry['identifiers'] : {};
    const anonymousId = identifiers['anonymous_id'];
    const isNamed = typeof anonymousId === 'string' && anonymousId !== '';
    const name = isNamed ? sound(anonymousId) : refused([required(`${path}.identifiers.anonymous_id`)]);
    const changes = checkRelationshipAttributes(entry, path, switches);
    if (name.value === undefined || changes.value === undefined) return refused(problemsOf(name, changes));
    return sound({ anonymousId: name.value, changes: changes.value });
  });
}

function checkRelationshipAttributes(entry: JsonObject, path: string, switches: Switches) {
  const field = `${path}.relationship_attributes`;
  return checkAttributes(entry['relationship_attributes'], field, NOTHING_SKIPPED, switches);
}

function checkEntries<Entry>(
  value: JsonValue | undefined,
  field: string,
  checkEntry: (entry: JsonObject, path: string) => Checked<Entry>,
): Checked<readonly Entry[]> {
  if (value === undefined) return sound([]);
  if (!isJsonArray(value)) return refused([invalid(field, `${field} must be an array`)]);
  const entries = value.map((entry, index) => {
    const path = `${field}[${index}]`;
    return isJsonObject(entry)
      ? checkEntry(entry, path)
      : refused([invalid(path, `${path} must be an object`)]);
  });
  const problems = problemsOf(...entries);
  if (problems.length > 0) return refused(problems);
  return sound(entries.map((entry) => entry.value).filter((entry) => entry !== undefined));
}
