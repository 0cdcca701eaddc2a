import { ENTRY_WORDS, type EntryReference, type Fingerprint } from '../core/diff/entry.ts';
import type { KeyWords } from '../core/diff/key-words.ts';
import { writeEntry } from '../core/diff/write-entry.ts';
import type { RefreshBatch } from '../core/operation/outgoing-batch.ts';

/** Entries gathered before they are spooled: half a megabyte. */
const ENTRIES_MAX = 16_384;

/** Gathers entries whose rows changed without changing anything that is sent. */
export class RefreshCollector {
  private readonly entries = new Uint32Array(ENTRIES_MAX * ENTRY_WORDS);
  private count = 0;

  get isFull(): boolean {
    return this.count === ENTRIES_MAX;
  }

  add(key: KeyWords, fingerprint: Fingerprint, reference: EntryReference): void {
    writeEntry(this.entries, this.count, key, fingerprint, reference);
    this.count += 1;
  }

  /** What was gathered; undefined when that is nothing. Holds only until the next entry is added. */
  take(): RefreshBatch | undefined {
    if (this.count === 0) return undefined;
    const entries = this.entries.subarray(0, this.count * ENTRY_WORDS);
    this.count = 0;
    return { kind: 'refresh', entries };
  }
}
