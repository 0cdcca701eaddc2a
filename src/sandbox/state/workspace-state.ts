import { ActivityLog } from './activity-log.ts';
import { AnonymousShelf, type HeldEvent, type HeldRelationship } from './anonymous-shelf.ts';
import { DataIndex } from './data-index.ts';
import { DeviceList } from './device-list.ts';
import { EventIdMemory } from './event-id-memory.ts';
import { ExportList } from './export-list.ts';
import { ImportList } from './import-list.ts';
import { NameList } from './name-list.ts';
import { ObjectStore } from './object-store.ts';
import { PeopleStore } from './people-store.ts';
import { SuppressionList } from './suppression-list.ts';
import { Tallies, type TallyName } from './tallies.ts';

/** Everything a workspace holds once changes are applied. Each store can be copied and made anew from the copy. */
export interface WorkspaceState {
  readonly environmentId: number;
  readonly people: PeopleStore;
  readonly activities: ActivityLog;
  readonly eventIds: EventIdMemory;
  readonly suppressions: SuppressionList;
  readonly objects: ObjectStore;
  readonly devices: DeviceList;
  readonly anonymousEvents: AnonymousShelf<HeldEvent>;
  readonly anonymousRelationships: AnonymousShelf<HeldRelationship>;
  readonly dataIndex: DataIndex;
  readonly exports: ExportList;
  readonly imports: ImportList;
  readonly tallies: Tallies<TallyName>;
  /** The empty list of attribute names, from which all others grow. */
  readonly rootNames: NameList;
}

/** What is no store: copied as it is. */
type FixedPart = 'environmentId' | 'rootNames';

/**
 * A copy of all that a workspace holds, which later changes leave alone. A new store that has no
 * `snapshot()`, or is left out below, does not compile; one that loses something fails `snapshot.test.ts`.
 */
export type WorkspaceStateSnapshot = Pick<WorkspaceState, FixedPart> & {
  readonly [Store in Exclude<keyof WorkspaceState, FixedPart>]: ReturnType<WorkspaceState[Store]['snapshot']>;
};

/** An empty workspace, or one as it was when the snapshot was taken. */
export function workspaceState(environmentId: number, from?: WorkspaceStateSnapshot): WorkspaceState {
  const rootNames = from?.rootNames ?? NameList.root();
  return {
    environmentId,
    people: new PeopleStore(environmentId, from?.people),
    activities: new ActivityLog(from?.activities),
    eventIds: new EventIdMemory(from?.eventIds),
    suppressions: new SuppressionList(from?.suppressions),
    objects: new ObjectStore(rootNames, from?.objects),
    devices: new DeviceList(from?.devices),
    anonymousEvents: new AnonymousShelf(from?.anonymousEvents),
    anonymousRelationships: new AnonymousShelf(from?.anonymousRelationships),
    dataIndex: new DataIndex(from?.dataIndex),
    exports: new ExportList(from?.exports),
    imports: new ImportList(from?.imports),
    tallies: new Tallies<TallyName>(from?.tallies),
    rootNames,
  };
}

export function snapshotOf(state: WorkspaceState): WorkspaceStateSnapshot {
  return {
    environmentId: state.environmentId,
    people: state.people.snapshot(),
    activities: state.activities.snapshot(),
    eventIds: state.eventIds.snapshot(),
    suppressions: state.suppressions.snapshot(),
    objects: state.objects.snapshot(),
    devices: state.devices.snapshot(),
    anonymousEvents: state.anonymousEvents.snapshot(),
    anonymousRelationships: state.anonymousRelationships.snapshot(),
    dataIndex: state.dataIndex.snapshot(),
    exports: state.exports.snapshot(),
    imports: state.imports.snapshot(),
    tallies: state.tallies.snapshot(),
    rootNames: state.rootNames,
  };
}
