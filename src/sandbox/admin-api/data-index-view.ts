import { type Activity, isEventActivity } from '../state/activity.ts';
import type { IndexEntry } from '../state/data-index.ts';
import type { NameList } from '../state/name-list.ts';
import type { WorkspaceState } from '../state/workspace-state.ts';
import type { SandboxDataIndex, SandboxDescribedName } from './sandbox-admin.ts';

/** The dictionary as people see it: everything in use, and everything described. */
export function dataIndexView(state: WorkspaceState): SandboxDataIndex {
  return {
    attributes: linesOf(state.dataIndex.attributes, attributesInUse(state)),
    events: linesOf(state.dataIndex.events, eventsInUse(state.activities.events())),
  };
}

function linesOf(
  described: readonly IndexEntry[],
  inUse: ReadonlySet<string>,
): readonly SandboxDescribedName[] {
  const known = new Set(described.filter(isPlain).map((entry) => entry.name));
  const bare = [...inUse].filter((name) => !known.has(name)).toSorted();
  return [
    ...described.map((entry) => lineOf(entry, isPlain(entry) && inUse.has(entry.name))),
    ...bare.map((name) => lineOf({ name, description: '', privacyLevel: 0 }, true)),
  ];
}

/** An attribute of a person, or an event. */
function isPlain({ objectTypeId, isRelationship, eventName }: IndexEntry): boolean {
  return objectTypeId === undefined && isRelationship !== true && eventName === undefined;
}

function lineOf(entry: IndexEntry, isInUse: boolean): SandboxDescribedName {
  const { objectTypeId, isRelationship, eventName } = entry;
  return {
    name: entry.name,
    description: entry.description,
    privacy_level: entry.privacyLevel,
    is_in_use: isInUse,
    ...(objectTypeId === undefined ? {} : { object_type_id: objectTypeId }),
    ...(isRelationship === undefined ? {} : { is_relationship: isRelationship }),
    ...(eventName === undefined ? {} : { event_name: eventName }),
  };
}

/** People share lists of names, so few lists are looked into, however many people there are. */
function attributesInUse(state: WorkspaceState): ReadonlySet<string> {
  const lists = new Set<NameList>();
  for (const person of state.people.live()) lists.add(person.attributes.names);
  return new Set([...lists].flatMap((list) => list.names));
}

function eventsInUse(activities: Iterable<Activity>): ReadonlySet<string> {
  const names = new Set<string>();
  for (const activity of activities) if (isEventActivity(activity)) names.add(activity.name);
  return names;
}
