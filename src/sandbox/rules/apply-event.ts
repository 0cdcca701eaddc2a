import { isJsonObject } from '../json/json-value.ts';
import { parseJson } from '../json/lossless-json.ts';
import { ANONYMOUS_EVENT_DAYS } from '../limits.ts';
import type { AnonymousEventOperation, EventOperation } from '../operation.ts';
import { secondsOf } from '../sandbox-clock.ts';
import type { Person } from '../state/person.ts';
import { addBarePerson } from './add-bare-person.ts';
import { type Applying, findPerson, logProfile, namedBy, stampOf } from './applying.ts';

const DAY_MS = 86_400_000;
/** Unix seconds beyond this, the year 5138, are milliseconds sent by mistake (case 57). */
const SECONDS_PLAUSIBLE_MAX = 100_000_000_000;
const NOBODY_HAS_IT = 'No person has the identifier, and this workspace does not create people from events.';

/** Stores an event with its person, once for each event id (cases 42 to 58, 75). */
export function applyEvent(at: Applying, operation: EventOperation): void {
  const { state, switches } = at;
  const { key } = operation;
  if (state.suppressions.holds(key)) {
    state.tallies.add('ignored_for_suppressed_people');
    return;
  }
  if (isRepetition(at, operation)) return;
  const known = findPerson(state, key);
  if (known === undefined && key.kind === 'cio_id') {
    state.tallies.add('dropped_for_unknown_cio_id');
  } else if (known === undefined && switches.unknownPersonEvent === 'drop') {
    dropEvent(at, operation);
  } else {
    storeEvent(at, operation, (known ?? addPersonOfEvent(at, operation)).serial, at.receivedAtMs);
  }
}

function isRepetition(at: Applying, operation: EventOperation): boolean {
  if (operation.id === undefined) return false;
  const { state, switches } = at;
  const person = `${operation.key.kind} ${operation.key.value}`;
  const isKnown = state.eventIds.isRepetition(operation.id, person, secondsOf(at.receivedAtMs), switches);
  if (isKnown) state.tallies.add('duplicate_event_ids_ignored');
  return isKnown;
}

function dropEvent(at: Applying, operation: EventOperation): void {
  const { name, key } = operation;
  at.state.tallies.add('dropped_events_of_unknown_people');
  at.state.activities.append({
    ...stampOf(at),
    type: 'failed_event',
    person: null,
    name,
    reason: NOBODY_HAS_IT,
    named: namedBy(key),
  });
}

/** The profile without e-mail that users pay for: only the identifier of the event (case 58). */
function addPersonOfEvent(at: Applying, { key }: EventOperation): Person {
  at.state.tallies.add('people_created_by_events');
  return addBarePerson(at, key);
}

type StoredEvent = EventOperation | AnonymousEventOperation;

function storeEvent(at: Applying, operation: StoredEvent, person: number, receivedAtMs: number): void {
  const timestamp = operation.timestamp ?? secondsOf(receivedAtMs);
  tallyTimestamp(at, timestamp);
  tallyOverrides(at, operation.attributes);
  at.state.activities.append({
    serial: at.state.activities.takeSerial(),
    timestamp: Math.floor(timestamp),
    appliedAtMs: at.appliedAtMs,
    type: operation.type,
    person,
    name: operation.name,
    eventId: operation.id,
    attributes: operation.attributes,
    receivedAtMs,
  });
}

/** Times that no correct sender gives are taken as they are, and counted. */
function tallyTimestamp(at: Applying, timestamp: number): void {
  if (timestamp > SECONDS_PLAUSIBLE_MAX) at.state.tallies.add('events_with_millisecond_timestamp');
  else if (timestamp > secondsOf(at.appliedAtMs)) at.state.tallies.add('events_with_future_timestamp');
}

const OVERRIDES = ['from_address', 'recipient', 'reply_to'] as const;
const MAY_OVERRIDE = /"(?:from_address|recipient|reply_to)":/;

/** Properties that take the place of a campaign's settings in what it sends (case 59). */
function tallyOverrides(at: Applying, attributes: string): void {
  if (!MAY_OVERRIDE.test(attributes)) return;
  const properties = parseJson(attributes);
  const isOverriding = isJsonObject(properties) && OVERRIDES.some((name) => properties[name] !== undefined);
  if (isOverriding) at.state.tallies.add('events_overriding_campaign_settings');
}

/** Held until somebody is identified with its anonymous_id; makes no person (case 60). */
export function applyAnonymousEvent(at: Applying, operation: AnonymousEventOperation): void {
  const { state, switches } = at;
  const anonymousId = operation.anonymousId ?? '';
  const isKnown =
    operation.id !== undefined &&
    state.eventIds.isRepetition(
      operation.id,
      `anonymous ${anonymousId}`,
      secondsOf(at.receivedAtMs),
      switches,
    );
  if (isKnown) state.tallies.add('duplicate_event_ids_ignored');
  else state.anonymousEvents.hold(anonymousId, { operation, receivedAtMs: at.receivedAtMs });
}

/** Gives a person the events of the last thirty days that bear the anonymous_id (case 61). */
export function joinAnonymousEvents(at: Applying, person: Person, anonymousId: string): void {
  if (!at.switches.anonymousEventMerging) return;
  const oldestMs = at.receivedAtMs - ANONYMOUS_EVENT_DAYS * DAY_MS;
  const events = at.state.anonymousEvents.take(anonymousId).filter((event) => event.receivedAtMs >= oldestMs);
  if (events.length === 0) return;
  for (const event of events) storeEvent(at, event.operation, person.serial, event.receivedAtMs);
  logProfile(at, 'anon_merge', person.serial, JSON.stringify({ anonymous_id: anonymousId }));
}
