import type { PersonKey } from '../operation.ts';
import { secondsOf } from '../sandbox-clock.ts';
import { noAttributes } from '../state/attribute-set.ts';
import type { Person } from '../state/person.ts';
import { type Applying, logProfile, namedBy } from './applying.ts';

/** A profile with nothing but the identifier it was named by. */
export function addBarePerson(at: Applying, key: PersonKey): Person {
  const { state } = at;
  const createdAt = secondsOf(at.appliedAtMs);
  const person = state.people.add(namedBy(key), createdAt, 0, noAttributes(state.rootNames));
  logProfile(at, 'profile_create', person.serial);
  return person;
}
