import type { CapturePosition, SourceMoment } from '../../core/capture/capture-position.ts';
import type { FullReason } from '../../core/capture/full-reason.ts';
import type { CursorCapture } from '../../core/contract/capture-rule.ts';
import type { KeySort } from '../../core/sql/key-list.ts';
import type { ChangedKeys } from './changed-keys.ts';

/** How a model is read. */
export type ModelRead =
  | { readonly how: 'full'; readonly reason: FullReason }
  | { readonly how: 'keys'; readonly keys: readonly string[]; readonly sort: KeySort }
  /** `since` in unix seconds by the server's clock. */
  | { readonly how: 'since'; readonly since: number };

/** Everything, because the contract says so. */
export const READ_ALL: ModelRead = { how: 'full', reason: 'declared' };

/** Of a model whose changes are captured. */
export interface CursorUse {
  readonly rule: CursorCapture;
  readonly moment: SourceMoment;
  /** The server's clock minus ours, in seconds. */
  readonly clockDifference: number;
  readonly position: CapturePosition | undefined;
  /** What the changes are, where they are known: of a reconcile, too, which counts what was missed. */
  readonly changes: Changes | undefined;
}

/** What a read by changes asks for. */
export interface Changes {
  /** Unix seconds by the server's clock. */
  readonly since: number;
  readonly overlapSeconds: number;
  /** When the changed keys changed; empty for models that are read since a time. */
  readonly changedAt: ChangedKeys;
  /** Of a reconcile: the same, as far back as an overlap can reach. */
  readonly widest: ChangedKeys;
  /** Keys whose rows are read: the changed ones, and those of which something is withheld. */
  readonly keys: readonly string[];
  readonly sort: KeySort;
  /** Of an event model: since when rows are read so that those that wait are among them. */
  readonly readSince: number;
  /** Names of rows of which something was withheld before. */
  readonly withheld: ReadonlySet<string>;
}

export function readByChanges({ cursor }: CursorCapture, { keys, sort, readSince }: Changes): ModelRead {
  return cursor === undefined ? { how: 'keys', keys, sort } : { how: 'since', since: readSince };
}
