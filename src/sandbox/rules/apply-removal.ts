import type { PersonRemovalOperation } from '../operation.ts';
import { identifiersOf, type Person, type PersonStatus } from '../state/person.ts';
import { type Applying, findPerson, logProfile, namedBy } from './applying.ts';

/** Deletes, suppresses or frees a person's identifiers (cases 37 to 41). */
export function applyRemoval(at: Applying, operation: PersonRemovalOperation): void {
  const { state } = at;
  switch (operation.kind) {
    case 'delete':
      removePerson(at, findPerson(state, operation.key), 'deleted');
      return;
    case 'suppress':
      suppress(at, operation);
      return;
    case 'unsuppress':
      state.suppressions.free(operation.key);
  }
}

/** Deletes the profile, redacts its activity and blocks what identifiers it had; an unknown one is blocked too. */
function suppress(at: Applying, { key }: PersonRemovalOperation): void {
  const person = findPerson(at.state, key);
  if (person !== undefined) {
    removePerson(at, person, 'suppressed');
    const isEmailIdentifier = at.switches.identifiers !== 'id_only';
    const identifiers = identifiersOf(person);
    at.state.suppressions.add(isEmailIdentifier ? identifiers : { ...identifiers, email: null });
  } else if (key.kind !== 'cio_id') {
    at.state.suppressions.add(namedBy(key));
  }
}

function removePerson(at: Applying, person: Person | undefined, status: Exclude<PersonStatus, 'live'>): void {
  if (person === undefined) return;
  at.state.people.remove(person, status);
  at.state.devices.removePerson(person.serial);
  at.state.objects.removePerson(person.serial);
  logProfile(at, 'profile_delete', person.serial);
}
