import { literalAsString } from '../json/json-text.ts';
import { identifierDifferences } from '../rules/identifier-differences.ts';
import type { Activity, AttributeChangeActivity, FailedAttribute } from '../state/activity.ts';
import { isEventActivity } from '../state/activity.ts';
import { unpackLiterals } from '../state/attribute-set.ts';
import type { Identifiers, Person } from '../state/person.ts';
import type { WorkspaceState } from '../state/workspace-state.ts';
import { ulidText } from '../ulid-text.ts';
import { shownType } from './activity-types.ts';
import { identifiersView, type PersonIdentifiers } from './person-view.ts';

/** Whose activity it is now: events follow a merge, all else stays with the person it happened to. */
export function personOf(state: WorkspaceState, activity: Activity): Person | undefined {
  if (activity.person === null) return undefined;
  return isEventActivity(activity)
    ? state.people.ownerOfEvents(activity.person)
    : state.people.bySerial(activity.person);
}

/** An activity as the App API gives it, as JSON text: event properties keep every digit. */
export function activityText(state: WorkspaceState, activity: Activity): string {
  const person = personOf(state, activity);
  const identifiers = activityIdentifiers(state, activity, person);
  const head = JSON.stringify({
    id: ulidText(activity.appliedAtMs, activity.serial),
    type: shownType(activity),
    timestamp: activity.timestamp,
    customer_id: identifiers.id,
    customer_identifiers: identifiers,
    ...namePart(activity),
    ...('channel' in activity ? { delivery_id: activity.deliveryId, delivery_type: activity.channel } : {}),
  });
  const isRedacted = person?.status === 'suppressed';
  return `${head.slice(0, -1)},"data":${isRedacted ? '{}' : detailText(activity)}}`;
}

const REDACTED: PersonIdentifiers = { email: null, id: null, cio_id: '' };

function activityIdentifiers(
  state: WorkspaceState,
  activity: Activity,
  person: Person | undefined,
): PersonIdentifiers {
  if (person === undefined) return 'named' in activity ? namedView(activity.named) : REDACTED;
  if (person.status === 'suppressed') return { ...REDACTED, cio_id: state.people.cioIdOf(person.serial) };
  return identifiersView(state, person);
}

function namedView({ id, email }: Identifiers): PersonIdentifiers {
  return { email, id, cio_id: '' };
}

/** Pages carry their name as `url`. */
function namePart(activity: Activity): { readonly name?: string; readonly url?: string } {
  if (!('name' in activity)) return {};
  return activity.type === 'page' ? { url: activity.name } : { name: activity.name };
}

function detailText(activity: Activity): string {
  switch (activity.type) {
    case 'event':
    case 'page':
    case 'screen':
      return activity.attributes;
    case 'attribute_change':
      return JSON.stringify(Object.fromEntries(changeEntries(activity)));
    case 'failed_attribute_change':
    case 'skipped_update':
      return JSON.stringify(Object.fromEntries(activity.attempts.map(attemptEntry)));
    case 'failed_event':
      return JSON.stringify({ reason: activity.reason });
    default:
      return activity.detail;
  }
}

/** `{attribute: {from, to}}`, both strings; empty where there was or is none. */
export function changeEntries(activity: AttributeChangeActivity) {
  const { names } = activity;
  const from = activity.from === '' ? [] : unpackLiterals(activity.from, names.length);
  const to = unpackLiterals(activity.to, names.length);
  return [
    ...identifierDifferences(activity.identifiersFrom, activity.identifiersTo).map(
      (change) => [change.name, { from: shown(change.from), to: shown(change.to) }] as const,
    ),
    ...names.names.map((name, at) => [name, { from: shown(from[at]), to: shown(to[at]) }] as const),
  ];
}

/** `{attribute: {reason, value}}`, the shape that users report from the activity log. */
function attemptEntry({ name, literal, reason }: FailedAttribute) {
  return [name, { reason, value: shown(literal) }] as const;
}

function shown(literal: string | null | undefined): string {
  return literal === undefined || literal === null || literal === '' ? '' : literalAsString(literal);
}

/** The attributes an activity is about, or the event's name: what `name=` selects by. */
export function isNamed(activity: Activity, name: string): boolean {
  switch (activity.type) {
    case 'attribute_change':
      return (
        activity.names.positionOf(name) !== undefined ||
        identifierDifferences(activity.identifiersFrom, activity.identifiersTo).some(
          (change) => change.name === name,
        )
      );
    case 'failed_attribute_change':
    case 'skipped_update':
      return activity.attempts.some((attempt) => attempt.name === name);
    case 'object_attribute_change':
    case 'object_failed_attribute_change':
    case 'relationship_attribute_change':
    case 'relationship_failed_attribute_change':
      return name in (JSON.parse(activity.detail) as object);
    default:
      return 'name' in activity && activity.name === name;
  }
}
