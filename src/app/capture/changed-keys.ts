import type { Model } from '../../core/contract/contract.ts';
import type { ColumnKind } from '../../core/contract/source-column.ts';
import { changeSql, lookUpSql } from '../../core/sql/change-query.ts';
import { readDateTime } from '../../core/time/datetime-text.ts';
import { timeZone } from '../../core/time/time-zone.ts';
import type { Snapshot } from '../../ports/source.ts';
import { changeQuery } from '../model-queries.ts';
import type { DescribedChange } from './describe-changes.ts';
import { chunksOf, KEYS_PER_QUERY } from './key-chunks.ts';

/** Key → when it changed last (unix seconds); undefined when that can not be read. */
export type ChangedKeys = ReadonlyMap<string, number | undefined>;

export interface ChangesAsked {
  readonly model: Model;
  readonly changes: readonly DescribedChange[];
  /** Unix seconds. */
  readonly since: number;
  readonly now: number;
  /** Beyond it the keys are of no use: everything is read instead. */
  readonly keysMax: number;
}

/** Fingerprints are not used here. */
const NO_SEED = 0;

/** The keys that changed since then; undefined when there are more than `keysMax`. */
export async function changedKeys(snapshot: Snapshot, asked: ChangesAsked): Promise<ChangedKeys | undefined> {
  const keys = new Map<string, number | undefined>();
  for (const change of asked.changes) {
    // One after the other: they share one connection.
    const found = await changedBy(snapshot, change, asked);
    const looked = found && (await lookedUp(snapshot, change, found, asked));
    if (looked === undefined) return undefined;
    for (const [key, changedAt] of looked) noteLatest(keys, key, changedAt);
    if (keys.size > asked.keysMax) return undefined;
  }
  return keys;
}

async function changedBy(
  snapshot: Snapshot,
  { source, changedAt: kind }: DescribedChange,
  { model, since, now, keysMax }: ChangesAsked,
): Promise<Map<string, number | undefined> | undefined> {
  const zoneName = model.capture?.timeZone ?? 'UTC';
  const sql = changeSql(source, { since, now, timeZone: zoneName, kind });
  const found = new Map<string, number | undefined>();
  const { batches } = await snapshot.scan(changeQuery(model, sql), NO_SEED);
  for await (const batch of batches) {
    for (let row = 0; row < batch.length; row += 1) {
      const [key, time] = batch.cells(row);
      // The rest is read and passed over, for the connection is needed again.
      if (key != null && found.size <= keysMax) noteLatest(found, key, instantOf(time, kind, zoneName));
    }
  }
  return found.size > keysMax ? undefined : found;
}

/** The keys that the values lead to, by the query of the contract. */
async function lookedUp(
  snapshot: Snapshot,
  { source, by }: DescribedChange,
  found: ReadonlyMap<string, number | undefined>,
  { model, keysMax }: ChangesAsked,
): Promise<ReadonlyMap<string, number | undefined> | undefined> {
  const sql = source.kind === 'table' ? source.keysSql : undefined;
  if (sql === undefined) return found;
  const keys = new Map<string, number | undefined>();
  for (const values of chunksOf([...found.keys()], KEYS_PER_QUERY)) {
    const latest = latestOf(values, found);
    const { batches } = await snapshot.scan(changeQuery(model, lookUpSql(sql, values, by)), NO_SEED);
    for await (const batch of batches) {
      for (let row = 0; row < batch.length; row += 1) {
        const [key] = batch.cells(row);
        if (key != null) noteLatest(keys, key, latest);
      }
    }
    if (keys.size > keysMax) return undefined;
  }
  return keys;
}

/** Which of the values led to a key is not known: the latest change of all stands for it. */
function latestOf(
  values: readonly string[],
  found: ReadonlyMap<string, number | undefined>,
): number | undefined {
  const times = values.map((value) => found.get(value) ?? Number.NaN);
  const latest = times.reduce((one, other) => Math.max(one, other), Number.NEGATIVE_INFINITY);
  return Number.isFinite(latest) ? latest : undefined;
}

function noteLatest(keys: Map<string, number | undefined>, key: string, changedAt: number | undefined): void {
  const known = keys.get(key);
  if (known === undefined || (changedAt !== undefined && changedAt > known)) keys.set(key, changedAt);
}

/** A wall clock's time as unix seconds; the later of two, so that no lag is seen where there is none. */
export function instantOf(
  text: string | null | undefined,
  kind: ColumnKind,
  zoneName: string,
): number | undefined {
  const reading = text == null ? undefined : readDateTime(text);
  if (reading?.kind !== 'local' || kind === 'date') return undefined;
  return kind === 'timestamp' ? reading.local : timeZone(zoneName).instantsOf(reading.local).at(-1);
}
