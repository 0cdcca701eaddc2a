import type { CapturePosition } from '../core/capture/capture-position.ts';
import type { CartChanges, CartMemory } from '../core/carts/cart-memory.ts';
import type { DeliveredDefinitions } from '../core/definition/delivered-definitions.ts';
import type { DeliveredValues } from '../core/diff/delivered-values.ts';
import type { EntryReference } from '../core/diff/entry.ts';
import type { KeyRange } from '../core/diff/key-range.ts';
import type { EventHours } from '../core/operation/event-hours.ts';
import type { Frame } from '../core/operation/outgoing-batch.ts';
import type { Lease, LeaseRequest } from '../core/state/lease.ts';
import type {
  ModelWithheldCount,
  Reject,
  RunEnd,
  RunStart,
  StoredRun,
  Withheld,
  WithheldFilter,
  WithheldReport,
} from '../core/state/run.ts';
import type { IdentityStore } from './identity-store.ts';

/** Name of a hot table: `people:customers`, `events:order_placed`. */
export type TableName = string;

/** Who may write. Leases cover ranges of keys, so that later several workers can share one state. */
export interface LeaseStore {
  /** @throws StateError `state_busy`, naming the holder, when a lease on an overlapping range is alive. */
  acquireLease(request: LeaseRequest): Promise<Lease>;
  /** @throws StateError `state_lease_lost` when it ran out and was taken over. */
  renewLease(lease: Lease, now: number): Promise<void>;
  releaseLease(lease: Lease): Promise<void>;
}

/** What was delivered. Written only under a lease; every write is one transaction. */
export interface DeliveredStore {
  /** Names this state; a plan made against another one is foreign. */
  readonly stateId: string;
  /** Salt of all hashed keys in this state. */
  readonly keySeed: number;
  /** Counts up with every change of what was delivered. */
  version(): Promise<number>;
  /** How much there is in a table. */
  size(table: TableName): Promise<TableSize>;
  /** Blocks of entries (see core/diff/entry.ts), oldest first: a later entry for a key replaces an earlier one. */
  entries(table: TableName, range: KeyRange): AsyncIterable<Uint32Array>;
  /** The delivered values that the references point at, in their order. */
  deliveredValues(
    table: TableName,
    references: readonly EntryReference[],
  ): Promise<readonly DeliveredValues[]>;
  /** In which definition everybody has the attributes of the table's people. */
  deliveredDefinitions(table: TableName): Promise<DeliveredDefinitions>;
  recordDefinitions(lease: Lease, table: TableName, definitions: DeliveredDefinitions): Promise<void>;
  /** Records one answered batch: what was accepted and what was refused. */
  recordBatch(lease: Lease, batch: BatchRecord): Promise<void>;
  /**
   * Adds entries that nothing was sent for: of rows whose delivered values did not change, or that become
   * void. `newKeys` says how many keys the table gains by them.
   */
  recordRefresh(lease: Lease, table: TableName, entries: Uint32Array, newKeys?: number): Promise<void>;
  /** What is remembered of the carts that an event is made of. */
  cartMemory(table: TableName): Promise<CartMemory>;
  recordCarts(lease: Lease, table: TableName, changes: CartChanges): Promise<void>;
  /** When an event model started in this workspace (unix seconds). */
  eventStart(table: TableName): Promise<number | undefined>;
  /** Accepted events by the hour in which they happened, from this hour on; hours are kept for five weeks. */
  eventHours(table: TableName, from: number): Promise<EventHours>;
  recordEventStart(lease: Lease, table: TableName, startsAt: number): Promise<void>;
  /** Gives back the room of what is no longer referred to. Bounded; call it when there is time. */
  compact(lease: Lease): Promise<void>;
}

export interface TableSize {
  /** Different keys that something was delivered for. */
  readonly keys: number;
  /** Entries stored, those that later ones replace included. */
  readonly entries: number;
  /** How many of the first entries have keys that differ from each other: all, as long as none was replaced. */
  readonly distinct: number;
}

/** One answered batch of one model. */
export interface BatchRecord {
  readonly model: string;
  readonly table: TableName;
  /** One entry for each accepted operation; for people the references name a frame of the batch. */
  readonly entries: Uint32Array;
  /** How many of the entries are for keys that had none before. */
  readonly newKeys: number;
  /** For people: their delivered values. */
  readonly frames: readonly Frame[];
  /** Keys of the accepted operations, so that earlier rejects of theirs are closed. Asked for only when there are any. */
  acceptedKeys(): readonly string[];
  readonly rejects: readonly Reject[];
  /** The events are made of carts, whose sessions are claimed under the accepted keys and are over now. */
  readonly isOfCarts?: boolean;
  /** For events: the accepted ones by hour. */
  readonly hours?: EventHours;
  /** Unix ms. */
  readonly now: number;
}

/** What happened: runs, and the rows that were not sent. */
export interface RunStore {
  beginRun(lease: Lease, start: RunStart): Promise<void>;
  /** Also forgets runs of more than a week ago that sent nothing. */
  endRun(lease: Lease, end: RunEnd): Promise<void>;
  /** Newest first. */
  runs(limit: number): Promise<readonly StoredRun[]>;
  run(runId: string): Promise<StoredRun | undefined>;
  /** When each model was last begun in a run that came to its end, as unix ms. */
  lastDone(): Promise<ReadonlyMap<string, number>>;
  /** Replaces the faults and held rows of one model by those of a read; of a partial one, only those of the keys it read. */
  recordWithheld(lease: Lease, report: WithheldReport): Promise<void>;
  withheld(filter: WithheldFilter): Promise<readonly Withheld[]>;
  /** Exact numbers: faults and held rows of the last full read of each model, and open rejects. */
  withheldCounts(): Promise<readonly ModelWithheldCount[]>;
  /** Forgets what was withheld of models that the project no longer has. */
  forgetWithheld(lease: Lease, models: readonly string[]): Promise<void>;
}

/** How far changes were followed. */
export interface CaptureStore {
  /** Undefined: the model is to be read whole. */
  position(model: string): Promise<CapturePosition | undefined>;
  /** Only when every row that was read is accounted for. */
  recordPositions(lease: Lease, positions: readonly CapturePosition[]): Promise<void>;
  /** The next run reads everything: what was delivered was changed by other means than reading. */
  forgetPositions(lease: Lease): Promise<void>;
}

/** Keeps what was delivered and what happened. Readers work beside a writer. */
export interface StateStore {
  readonly leases: LeaseStore;
  readonly delivered: DeliveredStore;
  readonly runs: RunStore;
  readonly identities: IdentityStore;
  readonly captures: CaptureStore;
  close(): Promise<void>;
}

/** Finds and opens the states of a project, one for each workspace. */
export interface StateStores {
  /** Opens the workspace's state, making it when it is not there. @throws StateError */
  open(workspace: string): Promise<StateStore>;
  /** Opens it for reading only; undefined when there is none. */
  openForReading(workspace: string): Promise<StateStore | undefined>;
  /** Names of the workspaces that have a state, the last used first. */
  workspaces(): Promise<readonly string[]>;
}
