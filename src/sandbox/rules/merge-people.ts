import type { MergeOperation } from '../operation.ts';
import { secondsOf } from '../sandbox-clock.ts';
import { changeAttributes, literalOf, literalsOf } from '../state/attribute-set.ts';
import type { Person } from '../state/person.ts';
import { type Applying, findPerson, logChanges, stampOf } from './applying.ts';

/** An explicit merge: does nothing unless both people exist and differ (cases 63, 77). */
export function applyMerge(at: Applying, operation: MergeOperation): void {
  const primary = findPerson(at.state, operation.primary);
  const secondary = findPerson(at.state, operation.secondary);
  if (primary === undefined || secondary === undefined || primary.serial === secondary.serial) {
    at.state.tallies.add('merges_without_effect');
    return;
  }
  mergePeople(at, primary, secondary);
}

/**
 * Merges the secondary into the primary and removes it: blanks of the primary are filled, identifiers
 * that it lacks included; events, devices and relationships move. Cannot be undone.
 */
export function mergePeople(at: Applying, primary: Person, secondary: Person): Person {
  const { state } = at;
  const missing = missingAttributes(primary, secondary);
  const update = changeAttributes(state.rootNames, primary.attributes, missing, secondsOf(at.appliedAtMs));
  const merged: Person = {
    ...primary,
    id: primary.id ?? secondary.id,
    email: primary.email ?? secondary.email,
    phone: primary.phone ?? secondary.phone,
    idSetAt: primary.id === null ? secondary.idSetAt : primary.idSetAt,
    emailSetAt: primary.email === null ? secondary.emailSetAt : primary.emailSetAt,
    phoneSetAt: primary.phone === null ? secondary.phoneSetAt : primary.phoneSetAt,
    editedAt: Math.max(primary.editedAt, secondary.editedAt),
    attributes: update.attributes,
  };
  state.people.removeMerged(secondary, primary);
  state.people.replace(merged);
  state.devices.movePerson(secondary.serial, primary.serial);
  state.objects.movePerson(secondary.serial, primary.serial);
  state.activities.append({
    ...stampOf(at),
    type: 'profile_merge',
    person: primary.serial,
    detail: mergeDetail(at, secondary),
    mergedFrom: secondary.serial,
  });
  logChanges(at, primary, merged, update.differences);
  return merged;
}

/** Attributes "that are not set, or are empty" on the primary. */
function missingAttributes(primary: Person, secondary: Person) {
  const literals = literalsOf(secondary.attributes);
  return secondary.attributes.names.names
    .map((name, position) => ({ name, literal: literals[position] ?? null }))
    .filter(({ name }) => isBlank(literalOf(primary.attributes, name)));
}

function isBlank(literal: string | undefined): boolean {
  return literal === undefined || literal === '""' || literal === 'null';
}

function mergeDetail(at: Applying, secondary: Person): string {
  const { id, email, serial } = secondary;
  return JSON.stringify({ secondary: { id, email, cio_id: at.state.people.cioIdOf(serial) } });
}
