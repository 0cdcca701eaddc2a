import type { AttributeChange, IdentifyOperation } from '../operation.ts';
import { secondsOf } from '../sandbox-clock.ts';
import type { FailedAttribute } from '../state/activity.ts';
import {
  type AttributeDifference,
  type AttributeSet,
  changeAttributes,
  firstAttributes,
  noAttributes,
  setAtOf,
} from '../state/attribute-set.ts';
import { identifiersOf, type Person } from '../state/person.ts';
import type { WorkspaceState } from '../state/workspace-state.ts';
import { joinAnonymousEvents } from './apply-event.ts';
import { joinAnonymousRelationships, relateObjects, unrelateObjects } from './apply-objects.ts';
import { type Applying, logChanges, logFailures, logFirstAttributes, logProfile } from './applying.ts';
import { identifierDifferences } from './identifier-differences.ts';
import { identifyPerson } from './identify-person.ts';
import type { IdentityDecision } from './identity-decision.ts';
import { mergePeople } from './merge-people.ts';
import { attemptsOf, writableChanges } from './writable-changes.ts';

type Decided = Extract<IdentityDecision, { kind: 'person' }>;
type Nobody = Extract<IdentityDecision, { kind: 'nobody' }>;

const NOBODY_MATCHES = 'No person matches the identifiers, and _update forbids creating one.';
const IS_OLDER = 'The update is older than the newest edit of the person.';
const CONFLICT_SINKS_ALL = 'The update was not applied because an identifier in it failed.';

/** Adds or updates a person, as decided by the identity rules (cases 7 to 32, 70, 74). */
export function applyIdentify(at: Applying, operation: IdentifyOperation): void {
  const { state, switches } = at;
  if (namesSuppressed(state, operation)) {
    state.tallies.add('ignored_for_suppressed_people');
    return;
  }
  const decision = identifyPerson(operation, state.people, switches);
  switch (decision.kind) {
    case 'unknown_cio_id':
      state.tallies.add('dropped_for_unknown_cio_id');
      return;
    case 'nobody':
      addOrRefuse(at, operation, decision);
      return;
    case 'merge':
      // Asked again, for the merged person may clash with a third. There is one person fewer each time.
      mergePeople(at, decision.primary, decision.secondary);
      applyIdentify(at, operation);
      return;
    case 'person':
      updateOrSkip(at, operation, decision);
  }
}

/** Any suppressed identifier in the call makes it void (case 40). */
function namesSuppressed(state: WorkspaceState, { key, id, email, phone }: IdentifyOperation): boolean {
  const { suppressions } = state;
  if (suppressions.isEmpty) return false;
  return (
    suppressions.holds(key) ||
    (typeof id === 'string' && suppressions.holds({ kind: 'id', value: id })) ||
    (typeof email === 'string' && suppressions.holds({ kind: 'email', value: email })) ||
    (typeof phone === 'string' && suppressions.holds({ kind: 'phone', value: phone }))
  );
}

function addOrRefuse(at: Applying, operation: IdentifyOperation, decision: Nobody): void {
  if (operation.isUpdateOnly) {
    const attempts = attemptsOf(operation.changes, NOBODY_MATCHES);
    const shown = attempts.length > 0 ? attempts : [UPDATE_ATTEMPT];
    logFailures(at, 'failed_attribute_change', null, shown, identifiersOf(decision));
    return;
  }
  addPerson(at, operation, decision);
}

/** What failed when an update of nobody carried no attribute. */
const UPDATE_ATTEMPT: FailedAttribute = { name: '_update', literal: 'true', reason: NOBODY_MATCHES };

function addPerson(at: Applying, operation: IdentifyOperation, decision: Nobody): void {
  const { state } = at;
  const writable = writableChanges(operation.changes, noAttributes(state.rootNames), '');
  const editedAt = operation.timestamp ?? secondsOf(at.receivedAtMs);
  const createdAt = secondsOf(at.appliedAtMs);
  const attributes = firstAttributes(state.rootNames, writable.changes, editedAt);
  const person = state.people.add(decision, createdAt, editedAt, attributes);
  logProfile(at, 'profile_create', person.serial);
  logFirstAttributes(at, person);
  logFailures(at, 'failed_attribute_change', person.serial, [...decision.failures, ...writable.failures]);
  applySideParts(at, operation, person);
}

/** Older than the newest edit: dropped with a 200, whole or in part (case 32). */
function updateOrSkip(at: Applying, operation: IdentifyOperation, decision: Decided): void {
  const { person } = decision;
  const isOlder = operation.timestamp !== undefined && operation.timestamp < person.editedAt;
  if (!isOlder) {
    updatePerson(at, operation, decision, operation.changes);
    return;
  }
  const isWhole = at.switches.olderUpdate === 'skip_whole';
  const skipped = isWhole
    ? operation.changes
    : operation.changes.filter((change) => isNewer(person, change, operation));
  const identifiers = isWhole ? identifierDifferences(person, decision) : [];
  const attempts = [...identifiers.map(asSkipped), ...attemptsOf(skipped, IS_OLDER)];
  logFailures(at, 'skipped_update', person.serial, attempts);
  if (isWhole) return;
  const left = operation.changes.filter((change) => !skipped.includes(change));
  updatePerson(at, operation, decision, left);
}

function asSkipped(difference: AttributeDifference): FailedAttribute {
  return { name: difference.name, literal: difference.to, reason: IS_OLDER };
}

function isNewer(person: Person, change: AttributeChange, operation: IdentifyOperation): boolean {
  const position = person.attributes.names.positionOf(change.name);
  return position !== undefined && setAtOf(person.attributes, position) > (operation.timestamp ?? 0);
}

function updatePerson(
  at: Applying,
  operation: IdentifyOperation,
  decision: Decided,
  changes: readonly AttributeChange[],
): void {
  const { state, switches } = at;
  const { person } = decision;
  const sinksAll = decision.failures.length > 0 && switches.identifierConflict === 'nothing_applies';
  if (sinksAll) {
    const attempts = [...decision.failures, ...attemptsOf(changes, CONFLICT_SINKS_ALL)];
    logFailures(at, 'failed_attribute_change', person.serial, attempts);
    return;
  }
  const writable = writableChanges(changes, person.attributes, state.people.cioIdOf(person.serial));
  const setAt = operation.timestamp ?? secondsOf(at.receivedAtMs);
  const update = changeAttributes(state.rootNames, person.attributes, writable.changes, setAt);
  const updated = updatedPerson(person, decision, update.attributes, setAt);
  state.people.replace(updated);
  const failures = [...decision.failures, ...writable.failures];
  const isChanged = logChanges(at, person, updated, update.differences);
  logFailures(at, 'failed_attribute_change', person.serial, failures);
  if (!isChanged && failures.length === 0) state.tallies.add('repeated_identical_identifies');
  applySideParts(at, operation, updated);
}

function updatedPerson(person: Person, decision: Decided, attributes: AttributeSet, setAt: number): Person {
  return {
    ...person,
    id: decision.id,
    email: decision.email,
    phone: decision.phone,
    idSetAt: decision.id === person.id ? person.idSetAt : setAt,
    emailSetAt: decision.email === person.email ? person.emailSetAt : setAt,
    phoneSetAt: decision.phone === person.phone ? person.phoneSetAt : setAt,
    editedAt: Math.max(person.editedAt, setAt),
    attributes,
  };
}

/** Relationships and anonymous events that an identify carries along (cases 35, 61). */
function applySideParts(at: Applying, operation: IdentifyOperation, person: Person): void {
  relateObjects(at, person, operation.addedRelationships);
  unrelateObjects(at, person, operation.deletedRelationships);
  if (operation.anonymousId === undefined) return;
  joinAnonymousRelationships(at, person, operation.anonymousId);
  joinAnonymousEvents(at, person, operation.anonymousId);
}
