import { createHash } from 'node:crypto';
import type { CaptureRulesYaml, CaptureYaml } from './capture-schema.ts';
import { durationSeconds } from './duration.ts';

/** A table whose changed rows lead to keys. */
export interface WatchedTable {
  readonly kind: 'table';
  readonly table: string;
  /** Column with the key, or with what `keysSql` looks it up by. */
  readonly by: string;
  readonly keysSql: string | undefined;
  /** Undefined when the contract does not say; a problem then. */
  readonly changedAt: string | undefined;
}

/** A query of keys and of when they changed. */
export interface ChangedQuery {
  readonly kind: 'query';
  readonly sql: string;
}

export type ChangeSource = WatchedTable | ChangedQuery;

/** How the changed rows of a model are found by their time. */
export interface CursorCapture {
  /** Where changed keys come from; empty for a model that is read by `cursor`. */
  readonly sources: readonly ChangeSource[];
  /** Column that the model's own :since bounds. */
  readonly cursor: string | undefined;
  /** In which columns that are not in UTC by themselves are written. */
  readonly timeZone: string;
  readonly overlapSeconds: number;
  readonly overlapSecondsMax: number;
  readonly reconcileSeconds: number;
  /** SHA-256 (hex) over what decides which rows are found. */
  readonly hash: string;
}

/** Undefined: everything is read in every run. */
export type CaptureRule = CursorCapture | undefined;

const OVERLAP = '10m';
const OVERLAP_MAX = '6h';
const RECONCILE = '24h';

export function toCaptureRule(yaml: CaptureYaml, modelZone: string): CaptureRule {
  if (yaml === 'full') return undefined;
  const found = {
    sources: sourcesOf(yaml),
    cursor: yaml.cursor,
    timeZone: yaml.time_zone ?? modelZone,
  };
  return {
    ...found,
    overlapSeconds: durationSeconds(yaml.overlap ?? OVERLAP),
    overlapSecondsMax: durationSeconds(yaml.overlap_max ?? OVERLAP_MAX),
    reconcileSeconds: durationSeconds(yaml.reconcile ?? RECONCILE),
    hash: createHash('sha256').update(JSON.stringify(found)).digest('hex'),
  };
}

function sourcesOf({ tables = {}, changed, changed_at: usual }: CaptureRulesYaml): readonly ChangeSource[] {
  const watched = Object.entries(tables).map(([table, entry]): WatchedTable => {
    const { by, keys, changed_at: own } = typeof entry === 'string' ? { by: entry } : entry;
    return { kind: 'table', table, by, keysSql: keys, changedAt: own ?? usual };
  });
  return changed === undefined ? watched : [...watched, { kind: 'query', sql: changed }];
}
