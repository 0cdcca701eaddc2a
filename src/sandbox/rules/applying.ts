import type { PersonKey } from '../operation.ts';
import { secondsOf } from '../sandbox-clock.ts';
import type { FailedAttribute } from '../state/activity.ts';
import { type AttributeDifference, packLiterals } from '../state/attribute-set.ts';
import { areSameIdentifiers, type Identifiers, NO_IDENTIFIERS, type Person } from '../state/person.ts';
import type { WorkspaceState } from '../state/workspace-state.ts';
import type { Switches } from '../switches.ts';

/** What operations change beside people and events. */
export interface ConsequenceCalls {
  /** Puts people into a manual segment or takes them out. */
  changeMembers(segmentId: number, people: readonly number[], isMember: boolean, atMs: number): void;
  /** Notes what became of a message (undefined: nothing to note). @returns who got it; undefined: no such message. */
  noteDelivery(deliveryId: string, metric: string | undefined, at: number): number | undefined;
}

/** What every rule works on while one accepted operation is applied. */
export interface Applying {
  readonly state: WorkspaceState;
  readonly switches: Switches;
  readonly consequences: ConsequenceCalls;
  /** When the request was answered. */
  readonly receivedAtMs: number;
  /** When the change becomes visible: the apply delay later. */
  readonly appliedAtMs: number;
}

/** The person a key names now; undefined also for a `cio_id` that is gone. */
export function findPerson(state: WorkspaceState, key: PersonKey): Person | undefined {
  switch (key.kind) {
    case 'id':
      return state.people.byId(key.value);
    case 'email':
      return state.people.byEmail(key.value);
    case 'phone':
      return state.people.byPhone(key.value);
    case 'cio_id':
      return state.people.byCioId(key.value);
  }
}

/** The identifiers in a key, for activities about somebody who is not there. */
export function namedBy(key: PersonKey): Identifiers {
  return key.kind === 'cio_id' ? NO_IDENTIFIERS : { ...NO_IDENTIFIERS, [key.kind]: key.value };
}

interface Stamp {
  readonly serial: number;
  readonly timestamp: number;
  readonly appliedAtMs: number;
}

/** Place and time of an activity that happens now. */
export function stampOf(at: Applying): Stamp {
  return {
    serial: at.state.activities.takeSerial(),
    timestamp: secondsOf(at.appliedAtMs),
    appliedAtMs: at.appliedAtMs,
  };
}

export function logProfile(
  at: Applying,
  type: 'profile_create' | 'profile_delete' | 'profile_merge' | 'anon_merge' | 'device_change',
  person: number,
  detail = '{}',
): void {
  // Written out: a spread in the path of every item cost a third of the whole.
  at.state.activities.append({
    serial: at.state.activities.takeSerial(),
    timestamp: secondsOf(at.appliedAtMs),
    appliedAtMs: at.appliedAtMs,
    type,
    person,
    detail,
  });
}

/** What a person begins with. Speaks of the profile's own values, so nothing is copied. */
export function logFirstAttributes(at: Applying, person: Person): void {
  const { names, packed } = person.attributes;
  at.state.activities.append({
    serial: at.state.activities.takeSerial(),
    timestamp: secondsOf(at.appliedAtMs),
    appliedAtMs: at.appliedAtMs,
    type: 'attribute_change',
    person: person.serial,
    identifiersFrom: NO_IDENTIFIERS,
    identifiersTo: person,
    names,
    from: '',
    to: packed,
  });
}

/** Differences become one attribute_change; none leave no trace. Says whether there were any. */
export function logChanges(
  at: Applying,
  before: Person,
  after: Person,
  differences: readonly AttributeDifference[],
): boolean {
  if (differences.length === 0 && areSameIdentifiers(before, after)) return false;
  at.state.activities.append({
    serial: at.state.activities.takeSerial(),
    timestamp: secondsOf(at.appliedAtMs),
    appliedAtMs: at.appliedAtMs,
    type: 'attribute_change',
    person: after.serial,
    identifiersFrom: before,
    identifiersTo: after,
    names: differences.reduce((list, difference) => list.with(difference.name), at.state.rootNames),
    from: packLiterals(differences.map((difference) => difference.from ?? '')),
    to: packLiterals(differences.map((difference) => difference.to ?? '')),
  });
  return true;
}

export function logFailures(
  at: Applying,
  type: 'failed_attribute_change' | 'skipped_update',
  person: number | null,
  attempts: readonly FailedAttribute[],
  named: Identifiers = NO_IDENTIFIERS,
): void {
  if (attempts.length === 0) return;
  at.state.activities.append({ ...stampOf(at), type, person, attempts, named });
}
