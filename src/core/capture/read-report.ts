import type { FullReason } from './full-reason.ts';

/** How one model was read, for plans, results and the history. Counts and times only. */
export interface ReadReport {
  /** `keys`: the rows of changed keys. `since`: the rows that changed. `full`: all. */
  readonly how: 'full' | 'keys' | 'since';
  /** Why all of it, when it was. */
  readonly reason?: FullReason | undefined;
  /** Changes from here on (unix seconds by the server's clock) were read. */
  readonly since?: number | undefined;
  readonly overlapSeconds?: number | undefined;
  /** Keys whose rows were read. */
  readonly keys?: number | undefined;
  /** Of a full read: rows to be sent that capture should have brought before. */
  readonly missed?: number | undefined;
  /** Of these: rows whose time of change lies before what was read, so that they came late. */
  readonly missedLate?: number | undefined;
}
