import type {
  AnonymousObjectOperation,
  AttributeChange,
  ObjectKey,
  ObjectOperation,
  PersonKey,
  RelationshipChange,
  RelationshipOperation,
} from '../operation.ts';
import { secondsOf } from '../sandbox-clock.ts';
import { type AttributeSet, changeAttributes, noAttributes } from '../state/attribute-set.ts';
import type { StoredObject } from '../state/object-store.ts';
import type { Person } from '../state/person.ts';
import { addBarePerson } from './add-bare-person.ts';
import { type Applying, findPerson, stampOf } from './applying.ts';
import { differencesDetail, failuresDetail, logObject } from './log-object.ts';
import { writableObjectChanges } from './writable-object-changes.ts';

/** Objects and the people related to them (case 78). */
export function applyObject(at: Applying, operation: ObjectOperation): void {
  const { object, changes, people } = operation;
  switch (operation.kind) {
    case 'object_delete':
      removeObject(at, object);
      return;
    case 'object_identify':
      identifyObject(at, object, changes);
      break;
    case 'object_add_relationships':
    case 'object_delete_relationships':
      break;
  }
  for (const related of people) {
    if (operation.kind === 'object_delete_relationships') {
      const person = findPerson(at.state, related.key);
      if (person !== undefined) unrelateObject(at, person, object);
    } else {
      const person = relatedPerson(at, related.key);
      if (person !== undefined) relateObject(at, person, { object, changes: related.changes });
    }
  }
}

/** An object of somebody not known yet: the relationship waits for an identify with the anonymous_id. */
export function applyAnonymousObject(at: Applying, operation: AnonymousObjectOperation): void {
  const { object, changes, anonymous } = operation;
  identifyObject(at, object, changes);
  for (const { anonymousId, changes: relationship } of anonymous) {
    at.state.anonymousRelationships.hold(anonymousId, { object, changes: relationship });
  }
}

/** Gives a person the relationships that bear the anonymous_id. */
export function joinAnonymousRelationships(at: Applying, person: Person, anonymousId: string): void {
  if (!at.switches.anonymousEventMerging) return;
  for (const held of at.state.anonymousRelationships.take(anonymousId)) relateObject(at, person, held);
}

/** A person's own relationship action. */
export function applyRelationships(at: Applying, { kind, key, relationships }: RelationshipOperation): void {
  if (kind === 'delete_relationships') {
    const person = findPerson(at.state, key);
    if (person !== undefined) unrelateObjects(at, person, relationships);
    return;
  }
  const person = relatedPerson(at, key);
  if (person !== undefined) relateObjects(at, person, relationships);
}

/** By switch, a relationship makes the person it names; never a suppressed one. */
function relatedPerson(at: Applying, key: PersonKey): Person | undefined {
  const known = findPerson(at.state, key);
  const mayAdd =
    key.kind !== 'cio_id' &&
    at.switches.unknownRelatedPerson === 'create' &&
    !at.state.suppressions.holds(key);
  if (known !== undefined || !mayAdd) return known;
  return addBarePerson(at, key);
}

export function relateObjects(
  at: Applying,
  person: Person,
  relationships: readonly RelationshipChange[],
): void {
  for (const relationship of relationships) relateObject(at, person, relationship);
}

export function unrelateObjects(
  at: Applying,
  person: Person,
  relationships: readonly RelationshipChange[],
): void {
  for (const { object } of relationships) unrelateObject(at, person, object);
}

function identifyObject(
  at: Applying,
  key: ObjectKey,
  changes: readonly AttributeChange[],
): StoredObject | undefined {
  const { objects } = at.state;
  const object = objects.find(key) ?? createObject(at, key);
  if (object === undefined || changes.length === 0) return object;
  const update = changedAttributes(at, object.attributes, changes);
  objects.replaceAttributes(object, update.attributes);
  if (update.differences.length > 0)
    logObject(at, 'object_attribute_change', object, null, differencesDetail(update.differences));
  if (update.failures.length > 0)
    logObject(at, 'object_failed_attribute_change', object, null, failuresDetail(update.failures));
  return objects.find(key);
}

function createObject(at: Applying, key: ObjectKey): StoredObject | undefined {
  const created = at.state.objects.create(key);
  if (created !== undefined) logObject(at, 'object_create', created);
  return created;
}

function changedAttributes(at: Applying, present: AttributeSet, changes: readonly AttributeChange[]) {
  const { changes: writable, failures } = writableObjectChanges(changes, present);
  const setAt = secondsOf(at.receivedAtMs);
  return { ...changeAttributes(at.state.rootNames, present, writable, setAt), failures };
}

function removeObject(at: Applying, key: ObjectKey): void {
  const object = at.state.objects.find(key);
  if (object === undefined) return;
  at.state.objects.remove(object);
  logObject(at, 'object_delete', object);
}

/** Relates a person, creating the object where it is missing (case 35). */
function relateObject(at: Applying, person: Person, { object: key, changes }: RelationshipChange): void {
  const object = identifyObject(at, key, []);
  if (object === undefined) return;
  const before = object.people.get(person.serial);
  const update = changedAttributes(at, before ?? noAttributes(at.state.rootNames), changes);
  at.state.objects.relate(object, person.serial, update.attributes);
  if (before === undefined) logBothSides(at, 'add_relationship', object, person);
  if (update.differences.length > 0) {
    const detail = differencesDetail(update.differences);
    logObject(at, 'relationship_attribute_change', object, person.serial, detail);
  }
  if (update.failures.length > 0) {
    const detail = failuresDetail(update.failures);
    logObject(at, 'relationship_failed_attribute_change', object, person.serial, detail);
  }
}

function unrelateObject(at: Applying, person: Person, key: ObjectKey): void {
  const object = at.state.objects.find(key);
  const isChanged = object !== undefined && at.state.objects.unrelate(object, person.serial);
  if (isChanged) logBothSides(at, 'delete_relationship', object, person);
}

/** A relationship shows among the activities of the person and of the object. */
function logBothSides(
  at: Applying,
  type: 'add_relationship' | 'delete_relationship',
  object: StoredObject,
  person: Person,
): void {
  const detail = JSON.stringify({ object_type_id: object.objectTypeId, object_id: object.objectId });
  at.state.activities.append({ ...stampOf(at), type, person: person.serial, detail });
  const { id, email } = person;
  logObject(at, `object_${type}`, object, null, JSON.stringify({ customer: { id, email } }));
}
