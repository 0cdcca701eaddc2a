import type { BatchRecord } from '../../ports/state-store.ts';
import type { StateDatabase } from './state-database.ts';

/** Longest text kept of what Customer.io says. */
const DETAIL_LENGTH_MAX = 500;

/** Inside a transaction: what is accepted now is no longer rejected. */
export function closeRejects(database: StateDatabase, { model, acceptedKeys }: BatchRecord): void {
  const any = database.get("SELECT 1 FROM withheld WHERE model = ? AND kind = 'reject' LIMIT 1", model);
  if (any === undefined) return;
  for (const key of acceptedKeys()) {
    database.run("DELETE FROM withheld WHERE model = ? AND kind = 'reject' AND key = ?", model, key);
  }
}

/** Inside a transaction: keeps what Customer.io refused, with its words. */
export function storeRejects(database: StateDatabase, batch: BatchRecord): void {
  for (const reject of batch.rejects) {
    const words = [reject.message, reject.field === undefined ? undefined : `field ${reject.field}`];
    database.run(
      `INSERT INTO withheld (kind, model, key, code, source_column, detail, first_seen_at, last_seen_at)
       VALUES ('reject', ?, ?, ?, '', ?, ?, ?)
       ON CONFLICT DO UPDATE SET detail = excluded.detail, last_seen_at = excluded.last_seen_at`,
      batch.model,
      reject.key,
      `${reject.status} ${reject.reason}`.slice(0, DETAIL_LENGTH_MAX),
      words
        .filter((text) => text !== undefined)
        .join(', ')
        .slice(0, DETAIL_LENGTH_MAX),
      batch.now,
      batch.now,
    );
  }
}
