import type { ObjectOperation, RelationshipChange, RelationshipOperation } from '../operation.ts';
import { secondsOf } from '../sandbox-clock.ts';
import type { StoredObject } from '../state/object-store.ts';
import type { Person } from '../state/person.ts';
import { type Applying, findPerson, stampOf } from './applying.ts';

/** Objects and their relationships, stored simply (cases 35, 78). Relationships to unknown people are dropped. */
export function applyObject(at: Applying, operation: ObjectOperation): void {
  const { state } = at;
  if (operation.kind === 'object_delete') {
    state.objects.remove(operation.object);
    return;
  }
  if (operation.kind === 'object_identify') {
    state.objects.identify(operation.object, operation.changes, secondsOf(at.receivedAtMs));
  }
  const isRemoval = operation.kind === 'object_delete_relationships';
  for (const { key, changes } of operation.people) {
    const person = findPerson(state, key);
    const relationship = { object: operation.object, changes };
    if (person !== undefined) changeRelationship(at, person, relationship, isRemoval);
  }
}

/** A person's own relationship action; an unknown person is not created by it. */
export function applyRelationships(at: Applying, operation: RelationshipOperation): void {
  const person = findPerson(at.state, operation.key);
  if (person === undefined) return;
  if (operation.kind === 'add_relationships') relateObjects(at, person, operation.relationships);
  else unrelateObjects(at, person, operation.relationships);
}

export function relateObjects(
  at: Applying,
  person: Person,
  relationships: readonly RelationshipChange[],
): void {
  for (const relationship of relationships) changeRelationship(at, person, relationship, false);
}

export function unrelateObjects(
  at: Applying,
  person: Person,
  relationships: readonly RelationshipChange[],
): void {
  for (const relationship of relationships) changeRelationship(at, person, relationship, true);
}

function changeRelationship(
  at: Applying,
  person: Person,
  { object: key, changes }: RelationshipChange,
  isRemoval: boolean,
): void {
  const { objects, activities } = at.state;
  const object = isRemoval
    ? objects.unrelate(key, person.serial)
    : objects.relate(key, person.serial, changes, secondsOf(at.receivedAtMs));
  if (object === undefined) return;
  const type = isRemoval ? 'delete_relationship' : 'add_relationship';
  activities.append({ ...stampOf(at), type, person: person.serial, detail: detailOf(object) });
}

function detailOf(object: StoredObject): string {
  return JSON.stringify({ object_type_id: object.objectTypeId, object_id: object.objectId });
}
