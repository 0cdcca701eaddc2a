import { ENTRY_WORDS, KEY_WORDS } from '../core/diff/entry.ts';
import type { FingerprintTable, Slot } from '../core/diff/fingerprint-table.ts';
import { OUTCOME, type Outcome, type OutcomeCounts } from '../core/diff/outcome.ts';
import type { SpooledBatch } from '../core/operation/batch-codec.ts';
import { pickEntries, pickItems } from '../core/operation/outgoing-batch.ts';
import type { FaultCode } from '../core/shape/fault.ts';
import type { WithheldRows } from './withheld-rows.ts';

/** Outcomes for which something was put into the spool. */
export const SPOOLED: ReadonlySet<Outcome> = new Set([
  OUTCOME.NEW,
  OUTCOME.CHANGED,
  OUTCOME.REFRESHED,
  OUTCOME.CHANGED_AFTER_DELIVERY,
]);

/** Turns all rows with one key into faults, the first of them too, though it may have been spooled already. */
export class DuplicateRows {
  private readonly table: FingerprintTable;
  private readonly counts: OutcomeCounts;
  private readonly withheld: WithheldRows;
  private readonly code: FaultCode;
  private spooled = 0;

  constructor(table: FingerprintTable, counts: OutcomeCounts, withheld: WithheldRows, code: FaultCode) {
    this.table = table;
    this.counts = counts;
    this.withheld = withheld;
    this.code = code;
  }

  /** The spool holds operations of keys that turned out to be duplicates. */
  get hasSpooled(): boolean {
    return this.spooled > 0;
  }

  /** A second or later row of the key in the slot. */
  add(slot: Slot, key: string): void {
    const first = this.table.outcome(slot);
    if (first !== OUTCOME.DUPLICATE) {
      if (SPOOLED.has(first)) this.spooled += 1;
      this.counts.move(first, OUTCOME.DUPLICATE);
      this.table.setOutcome(slot, OUTCOME.DUPLICATE);
      this.withhold(key);
    }
    this.counts.add(OUTCOME.DUPLICATE);
    this.withhold(key);
  }

  private withhold(key: string): void {
    this.withheld.addFaults(key, [{ code: this.code, column: undefined }]);
  }
}

/** What was spooled for a key that turned out like this must not be sent. */
const TAKEN_BACK: ReadonlySet<Outcome> = new Set([OUTCOME.DUPLICATE, OUTCOME.HELD]);

/** The batch without the items of duplicate and held keys; undefined when none is left. */
export function dropFromBatch(
  batch: SpooledBatch,
  table: FingerprintTable,
  onDropped: (item: Uint8Array, isNew: boolean) => void,
): SpooledBatch | undefined {
  if (batch.kind === 'carts') return batch;
  // Notes in other tables are of no row.
  if (batch.kind === 'refresh' && batch.table !== undefined) return batch;
  const kept = keptIndexes(batch.entries, table);
  if (kept.length === 0) return undefined;
  if (kept.length * ENTRY_WORDS === batch.entries.length) return batch;
  if (batch.kind === 'refresh') return { ...batch, entries: pickEntries(batch.entries, kept) };
  const isKept = new Set(kept);
  for (let index = 0; index < batch.items.length; index += 1) {
    if (!isKept.has(index)) onDropped(batch.items.item(index), batch.isNew[index] === 1);
  }
  return pickItems(batch, kept);
}

function keptIndexes(entries: Uint32Array, table: FingerprintTable): readonly number[] {
  const places = Array.from({ length: entries.length / ENTRY_WORDS }, (_, place) => place);
  return places.filter((place) => {
    const slot = table.find(entries.subarray(place * ENTRY_WORDS, place * ENTRY_WORDS + KEY_WORDS));
    return !TAKEN_BACK.has(table.outcome(slot));
  });
}
