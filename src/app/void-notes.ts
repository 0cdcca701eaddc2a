import { NOWHERE, UNSETTLED } from '../core/diff/entry.ts';
import type { FingerprintTable, Slot } from '../core/diff/fingerprint-table.ts';
import { newKeyWords } from '../core/diff/key-words.ts';
import type { Outgoing } from './outgoing.ts';
import { RefreshCollector } from './refresh-collector.ts';

/** Notes for the state that nothing is delivered any more of some keys, so that they would be sent anew. */
export class VoidNotes {
  count = 0;
  private readonly outgoing: Outgoing;
  private readonly table: FingerprintTable;
  private readonly collector: RefreshCollector;
  private readonly words = newKeyWords();

  /** By the table's name, too: what is taken back of rows leaves these notes alone. */
  constructor(outgoing: Outgoing, table: FingerprintTable, tableName: string) {
    this.outgoing = outgoing;
    this.table = table;
    this.collector = new RefreshCollector({ table: tableName, newKeysEach: -1 });
  }

  /** Nothing to note when nothing was delivered. */
  add(slot: Slot): void {
    if (!this.table.isDelivered(slot)) return;
    this.table.copyKey(slot, this.words);
    this.outgoing.note(this.collector, this.words, UNSETTLED, NOWHERE);
    this.count += 1;
  }

  finish(): void {
    this.outgoing.takeNotes(this.collector);
  }
}
