import type { BackfillRequest } from '../core/backfill/backfill-plan.ts';
import type { Allowance } from '../core/guard/allowance.ts';
import type { EventStart } from '../core/guard/event-start.ts';
import type { CaptureStore, RunStore } from '../ports/state-store.ts';
import type { DescribedModel } from './check-models.ts';
import { type DeliveredReader, NOTHING_DELIVERED } from './delivered-reader.ts';
import { type IdentityReader, NO_IDENTITIES } from './identity/identity-reader.ts';
import type { Session } from './session.ts';

/** What a plan of a backfill looks at. */
export interface BackfillScope extends BackfillRequest {
  /** Only these rows, by their natural key; undefined: all. */
  readonly keys: ReadonlySet<string> | undefined;
  /** Property that marks the events; undefined: none does. */
  readonly marker: string | undefined;
}

export interface PlanOptions {
  readonly planId: string;
  /** Unix seconds; undefined unless history was asked for. */
  readonly historyFrom: number | undefined;
  /** Set for a backfill: which events are looked at, and how. */
  readonly backfill?: BackfillScope | undefined;
  /** How many people and events of each model to keep for looking at. */
  readonly samplesMax: number;
  /** Read everything, also where changes are captured. */
  readonly isFull: boolean;
  /** How many people to keep for each change that a limit is about. */
  readonly examplesMax: number;
  readonly allowances?: readonly Allowance[] | undefined;
  readonly signal: AbortSignal | undefined;
}

/** What a plan needs of the state: what was delivered, who is who, and how far changes were followed. */
export interface StateReader {
  readonly delivered: DeliveredReader;
  readonly identities: IdentityReader;
  readonly captures: Pick<CaptureStore, 'position'>;
  readonly runs: Pick<RunStore, 'runs' | 'withheld' | 'withheldCounts'>;
}

/** Stands for a workspace that has no state yet. */
export const NO_STATE: StateReader = {
  delivered: NOTHING_DELIVERED,
  identities: NO_IDENTITIES,
  captures: { position: async () => undefined },
  runs: { runs: async () => [], withheld: async () => [], withheldCounts: async () => [] },
};

/** What all scans of one plan share. */
export interface Reading {
  readonly session: Session;
  readonly state: StateReader;
  readonly options: PlanOptions;
  readonly described: readonly DescribedModel[];
  readonly starts: ReadonlyMap<string, EventStart>;
  /** Unix seconds. */
  readonly now: number;
}
