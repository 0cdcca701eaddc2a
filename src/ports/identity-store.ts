import type { Conflict } from '../core/identity/conflict.ts';
import type { IdentityBlock, IdentityChanges, IdentityLayout } from '../core/identity/identity-index.ts';
import type { ConflictCount } from '../core/plan/plan-summary.ts';
import type { Lease } from '../core/state/lease.ts';

/** Two people who became one in Customer.io. */
export interface Merge {
  /** Who was merged away, by the canonical identifier. */
  readonly secondary: string;
  readonly primary: string;
  /** Unix ms. */
  readonly mergedAt: number;
}

/** Somebody whose canonical e-mail changed, until Customer.io has taken the change. */
export interface PendingMove {
  readonly from: string;
  readonly to: string;
}

/** A contradiction as the state keeps it. Times are unix ms. */
export interface StoredConflict extends Conflict {
  readonly firstSeenAt: number;
  readonly lastSeenAt: number;
}

/** What one reading found; exact numbers, and the conflicts themselves up to a bound. */
export interface ConflictReport {
  readonly now: number;
  readonly counts: readonly ConflictCount[];
  readonly conflicts: readonly Conflict[];
}

/** Keeps which keys belong to whom, and what contradicts. Written only under a lease. */
export interface IdentityStore {
  layout(): Promise<IdentityLayout>;
  /** Claims that are made, to make room for them. */
  claimCount(): Promise<number>;
  /** The index in the parts in which it was recorded, oldest first: later claims replace earlier ones. */
  blocks(): AsyncIterable<IdentityBlock>;
  /** Adds what one reading changed. `moves` replace those recorded before. */
  recordIdentities(lease: Lease, changes: IdentityChanges, moves: readonly PendingMove[]): Promise<void>;
  moves(): Promise<readonly PendingMove[]>;
  /** Customer.io has taken these. */
  settleMoves(lease: Lease, moves: readonly PendingMove[]): Promise<void>;
  /** Replaces the conflicts of the reading before. */
  recordConflicts(lease: Lease, report: ConflictReport): Promise<void>;
  /** The first conflicts, by code. */
  conflicts(limit: number): Promise<readonly StoredConflict[]>;
  conflictCounts(): Promise<readonly ConflictCount[]>;
  recordMerge(lease: Lease, merge: Merge): Promise<void>;
  merges(): Promise<readonly Merge[]>;
}
