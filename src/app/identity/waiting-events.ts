import { NOWHERE, UNSETTLED } from '../../core/diff/entry.ts';
import type { FingerprintTable } from '../../core/diff/fingerprint-table.ts';
import type { KeyWords } from '../../core/diff/key-words.ts';
import { OUTCOME } from '../../core/diff/outcome.ts';
import type { Outgoing } from '../outgoing.ts';
import { RefreshCollector } from '../refresh-collector.ts';

/** Where is written down which events wait for their person. */
export function waitingTable(event: string): string {
  return `waiting:${event}`;
}

const FINGERPRINT = { high: 1, low: 1 };

/**
 * Remembers which events wait for their person, so that one that has waited can be told from one that is
 * merely late: only the first may go out until `hold_for` has passed.
 */
export class WaitingEvents {
  private readonly table: FingerprintTable;
  private readonly outgoing: Outgoing;
  private readonly added: RefreshCollector;
  private readonly removed: RefreshCollector;
  private notes = 0;

  /** `table` holds those of earlier runs; what changes is written through `outgoing`. */
  constructor(event: string, table: FingerprintTable, outgoing: Outgoing) {
    this.table = table;
    this.outgoing = outgoing;
    this.added = new RefreshCollector({ table: waitingTable(event), newKeysEach: 1 });
    this.removed = new RefreshCollector({ table: waitingTable(event), newKeysEach: -1 });
  }

  /** Things for the state to remember. */
  get noteCount(): number {
    return this.notes;
  }

  has(key: KeyWords): boolean {
    const slot = this.table.find(key);
    return slot >= 0 && this.table.isDelivered(slot);
  }

  /** `since` in unix seconds. */
  add(key: KeyWords, since: number): void {
    const slot = this.table.findOrInsert(key);
    // Several rows of one throttled event are noted once.
    if (this.table.isDelivered(slot) || this.table.outcome(slot) !== OUTCOME.NOT_SEEN) return;
    this.table.setOutcome(slot, OUTCOME.HELD);
    this.notes += 1;
    this.outgoing.note(this.added, key, FINGERPRINT, { first: 0, second: since });
  }

  remove(key: KeyWords): void {
    if (this.table.deliveredCount === 0 || !this.has(key)) return;
    this.notes += 1;
    this.outgoing.note(this.removed, key, UNSETTLED, NOWHERE);
  }

  finish(): void {
    this.outgoing.takeNotes(this.added);
    this.outgoing.takeNotes(this.removed);
  }
}
