import { ENTRY_WORDS, type EntryReference, type Fingerprint } from '../core/diff/entry.ts';
import type { KeyWords } from '../core/diff/key-words.ts';
import { writeEntry } from '../core/diff/write-entry.ts';
import type { RefreshBatch } from '../core/operation/outgoing-batch.ts';

/** Entries gathered before they are spooled: half a megabyte. */
const ENTRIES_MAX = 16_384;

/** Room at first; most collectors stay small. */
const ENTRIES_AT_FIRST = 256;

/** Where gathered entries belong, and what they do to the number of keys there. */
export interface RefreshTarget {
  /** Undefined for the model's own table. */
  readonly table?: string;
  /** 1 for keys that had no entry, -1 for entries that become void. */
  readonly newKeysEach?: number;
}

/** Gathers entries that the state has to learn without anything being sent. */
export class RefreshCollector {
  private entries = new Uint32Array(ENTRIES_AT_FIRST * ENTRY_WORDS);
  private count = 0;
  private readonly target: RefreshTarget;

  constructor(target: RefreshTarget = {}) {
    this.target = target;
  }

  get isFull(): boolean {
    return this.count === ENTRIES_MAX;
  }

  add(key: KeyWords, fingerprint: Fingerprint, reference: EntryReference): void {
    if (this.count * ENTRY_WORDS === this.entries.length) {
      const larger = new Uint32Array(this.entries.length * 4);
      larger.set(this.entries);
      this.entries = larger;
    }
    writeEntry(this.entries, this.count, key, fingerprint, reference);
    this.count += 1;
  }

  /** What was gathered; undefined when that is nothing. Holds only until the next entry is added. */
  take(): RefreshBatch | undefined {
    if (this.count === 0) return undefined;
    const { table, newKeysEach = 0 } = this.target;
    const newKeys = newKeysEach * this.count;
    const entries = this.entries.subarray(0, this.count * ENTRY_WORDS);
    this.count = 0;
    return { kind: 'refresh', entries, table, newKeys };
  }
}
