import type { BackfillRecord } from '../backfill/backfill-plan.ts';

import type { ReadReport } from '../capture/read-report.ts';
import type { Model } from '../contract/contract.ts';

import type { NewVersion } from '../definition/published.ts';
import type { HoldCode } from '../guard/hold.ts';
import type { FaultCode } from '../shape/fault.ts';

export type RunId = string;

export interface RunStart {
  readonly runId: RunId;
  readonly command: string;
  /** Unix ms. */
  readonly startedAt: number;
  readonly contractHash: string;
}

/** How a run ended; `stopped`: by a guard. A run without an end was killed, or is still going on. */
export type RunOutcome = 'done' | 'done_with_rejects' | 'stopped' | 'failed' | 'interrupted';

export interface RunEnd {
  readonly runId: RunId;
  readonly endedAt: number;
  readonly outcome: RunOutcome;
  /** Code of the error that ended it. */
  readonly errorCode: string | undefined;
  readonly models: readonly ModelResult[];
}

export interface StoredRun extends RunStart {
  readonly endedAt: number | undefined;
  readonly outcome: RunOutcome | undefined;
  readonly errorCode: string | undefined;
  readonly models: readonly ModelResult[];
}

/**
 * What became of the rows of one model. The sums agree:
 * rows + removals = unchanged + refreshed + changedAfterDelivery + faults + held + dropped + beforeStart + notDue + operations, and
 * operations = accepted + rejected + heldAtSending + droppedAtSending + notSent.
 */
export interface ModelResult {
  readonly model: string;
  readonly kind: Model['kind'] | 'consent';
  readonly rows: number;
  readonly unchanged: number;
  readonly refreshed: number;
  readonly changedAfterDelivery: number;
  readonly faults: number;
  readonly held: number;
  readonly dropped: number;
  readonly beforeStart: number;
  /** Rows for which the model itself asks for no event: throttled, or carts that are not abandoned. */
  readonly notDue: number;
  readonly operations: number;
  /** Operations that no row stands for: what is removed because its row is gone. */
  readonly removals?: number;
  readonly accepted: number;
  readonly rejected: number;
  readonly heldAtSending: number;
  readonly droppedAtSending: number;
  /** Operations left when the run ended early. */
  readonly notSent: number;
  readonly requests: number;
  /** How it was read, when changes are captured. */
  readonly read?: ReadReport | undefined;
  /** Definitions that this run was the first to send in their version. */
  readonly newVersions?: readonly NewVersion[];
  /** Set when the run was a backfill. */
  readonly backfill?: BackfillRecord;
  /** Limits that were crossed, because somebody said that this is right. */
  readonly allowed?: readonly AllowedLimit[];
}

export interface AllowedLimit {
  /** As `--allow` calls it. */
  readonly limit: string;
  /** By how much it was crossed. */
  readonly message: string;
  readonly reason: string;
}

/** An operation that Customer.io refused. */
export interface Reject {
  readonly key: string;
  readonly status: number;
  readonly reason: string;
  readonly field: string | undefined;
  readonly message: string | undefined;
}

/** A row that was not sent: a fault, a held event, or a reject. */
export interface Withheld {
  readonly kind: 'fault' | 'held' | 'reject';
  readonly model: string;
  readonly key: string;
  readonly code: FaultCode | HoldCode | string;
  readonly column: string | undefined;
  /** For rejects: what Customer.io said. */
  readonly detail: string | undefined;
  /** Unix ms. */
  readonly firstSeenAt: number;
  readonly lastSeenAt: number;
}

export interface WithheldFilter {
  readonly model?: string | undefined;
  readonly code?: string | undefined;
  readonly column?: string | undefined;
  readonly kind?: Withheld['kind'] | undefined;
  readonly limit: number;
}

/** Faults and held rows of one model, as one read of it found them. */
export interface WithheldReport {
  readonly model: string;
  readonly now: number;
  /** Exact numbers. */
  readonly counts: readonly WithheldCount[];
  /** The rows themselves, up to a bound. */
  readonly rows: readonly WithheldRow[];
  /** Others may be withheld as well, whose keys are not known here: those of earlier reports stay. */
  readonly arePartial?: boolean | undefined;
  /** Keys that were read when not all were; what is withheld of other keys stays. */
  readonly keysRead?: ReadonlySet<string> | undefined;
}

export interface WithheldCount {
  readonly kind: 'fault' | 'held';
  readonly code: FaultCode | HoldCode;
  readonly column: string | undefined;
  readonly count: number;
}

/** Rejects are counted by Customer.io's words. */
export interface ModelWithheldCount {
  readonly model: string;
  readonly kind: Withheld['kind'];
  readonly code: Withheld['code'];
  readonly column: string | undefined;
  readonly count: number;
  /** Unix ms when the first of the rows that are kept was first seen; undefined when none is kept. */
  readonly firstSeenAt: number | undefined;
}

export interface WithheldRow {
  readonly kind: 'fault' | 'held';
  readonly key: string;
  readonly code: FaultCode | HoldCode;
  readonly column: string | undefined;
}
