import { personOf } from '../app-api/activity-view.ts';
import { identifiersView } from '../app-api/person-view.ts';
import type { SandboxCore } from '../sandbox-core.ts';
import type { EventActivity } from '../state/activity.ts';
import { type AttributeSet, literalsOf } from '../state/attribute-set.ts';
import type { StoredObject } from '../state/object-store.ts';
import type { Person } from '../state/person.ts';
import type { WorkspaceState } from '../state/workspace-state.ts';
import type { SandboxCounters, SandboxInfo } from './sandbox-admin.ts';

export function sandboxInfo(core: SandboxCore): SandboxInfo {
  const state = core.workspace.state();
  const clock = core.clock.reading();
  return {
    sandbox: 'millrace',
    environment_id: core.environmentId,
    region: core.setup.region,
    people: state.people.liveCount,
    events: state.activities.eventCount,
    pending: core.workspace.pendingCount(),
    suppressed: state.suppressions.size,
    objects: state.objects.count,
    anonymous_events: state.anonymousEvents.count,
    now_ms: clock.nowMs,
    clock_rate: clock.rate,
  };
}

/** Attributes as a JSON object, with the values as they were sent. */
function attributesText(attributes: AttributeSet): string {
  const literals = literalsOf(attributes);
  return `{${attributes.names.memberStarts.map((start, at) => start + literals[at]).join(',')}}`;
}

/** A profile as JSON text. */
export function personText(state: WorkspaceState, person: Person): string {
  const phone = person.phone === null ? {} : { phone: person.phone };
  const head = JSON.stringify({ ...identifiersView(state, person), ...phone, created_at: person.createdAt });
  return `${head.slice(0, -1)},"attributes":${attributesText(person.attributes)}}`;
}

/** An object as JSON text, with the people related to it. */
export function objectText(state: WorkspaceState, object: StoredObject): string {
  const { objectTypeId, objectId, cioObjectId } = object;
  const head = JSON.stringify({
    object_type_id: objectTypeId,
    object_id: objectId,
    cio_object_id: cioObjectId,
  });
  const people = Array.from(object.people, ([serial, attributes]) => relatedText(state, serial, attributes));
  return `${head.slice(0, -1)},"attributes":${attributesText(object.attributes)},"people":[${people.join(',')}]}`;
}

function relatedText(state: WorkspaceState, serial: number, attributes: AttributeSet): string {
  const person = state.people.bySerial(serial);
  const head = person === undefined ? '{' : `${JSON.stringify(identifiersView(state, person)).slice(0, -1)},`;
  return `${head}"attributes":${attributesText(attributes)}}`;
}

/** An event as JSON text; `person` is whose it is now, `received_at` unix seconds with milliseconds. */
export function eventText(state: WorkspaceState, event: EventActivity): string {
  const person = personOf(state, event);
  const head = JSON.stringify({
    id: event.eventId ?? null,
    type: event.type,
    name: event.name,
    person: person === undefined ? null : identifiersView(state, person),
    is_person_deleted: person?.status !== 'live',
    timestamp: event.timestamp,
    received_at: event.receivedAtMs / 1000,
  });
  return `${head.slice(0, -1)},"attributes":${event.attributes}}`;
}

export function countersView(core: SandboxCore): SandboxCounters {
  const state = core.workspace.state();
  return {
    ...core.counters.reading(),
    inside: state.tallies.all(),
    faults: core.faults.list().map(({ name, hits }) => ({ name, hits })),
  };
}
