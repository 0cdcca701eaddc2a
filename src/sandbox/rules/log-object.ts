import { literalAsString } from '../json/json-text.ts';
import type { FailedAttribute, ObjectActivity } from '../state/activity.ts';
import type { AttributeDifference } from '../state/attribute-set.ts';
import type { StoredObject } from '../state/object-store.ts';
import { type Applying, stampOf } from './applying.ts';

/** An activity of an object, or of a person's relationship to it. */
export function logObject(
  at: Applying,
  type: ObjectActivity['type'],
  object: StoredObject,
  person: number | null = null,
  detail = '{}',
): void {
  const { objectTypeId, objectId } = object;
  at.state.activities.append({ ...stampOf(at), type, person, objectTypeId, objectId, detail });
}

/** `{attribute: {from, to}}`, as with people. */
export function differencesDetail(differences: readonly AttributeDifference[]): string {
  const entries = differences.map(({ name, from, to }) => [name, { from: shown(from), to: shown(to) }]);
  return JSON.stringify(Object.fromEntries(entries));
}

/** `{attribute: {reason, value}}`, as with people. */
export function failuresDetail(failures: readonly FailedAttribute[]): string {
  const entries = failures.map(({ name, literal, reason }) => [name, { reason, value: shown(literal) }]);
  return JSON.stringify(Object.fromEntries(entries));
}

function shown(literal: string | null): string {
  return literal === null ? '' : literalAsString(literal);
}
