import { ActivityLog } from './activity-log.ts';
import { AnonymousEvents } from './anonymous-events.ts';
import { DeviceList } from './device-list.ts';
import { EventIdMemory } from './event-id-memory.ts';
import { NameList } from './name-list.ts';
import { ObjectStore } from './object-store.ts';
import { PeopleStore } from './people-store.ts';
import { SuppressionList } from './suppression-list.ts';
import { Tallies, type TallyName } from './tallies.ts';

/** Everything a workspace holds once changes are applied. */
export interface WorkspaceState {
  readonly environmentId: number;
  readonly people: PeopleStore;
  readonly activities: ActivityLog;
  readonly eventIds: EventIdMemory;
  readonly suppressions: SuppressionList;
  readonly objects: ObjectStore;
  readonly devices: DeviceList;
  readonly anonymousEvents: AnonymousEvents;
  readonly tallies: Tallies<TallyName>;
  /** The empty list of attribute names, from which all others grow. */
  readonly rootNames: NameList;
}

export function emptyWorkspaceState(environmentId: number): WorkspaceState {
  const rootNames = NameList.root();
  return {
    environmentId,
    people: new PeopleStore(environmentId),
    activities: new ActivityLog(),
    eventIds: new EventIdMemory(),
    suppressions: new SuppressionList(),
    objects: new ObjectStore(rootNames),
    devices: new DeviceList(),
    anonymousEvents: new AnonymousEvents(),
    tallies: new Tallies<TallyName>(),
    rootNames,
  };
}
