import type { CanonicalIdentifier } from '../core/contract/contract.ts';
import { IDENTIFIER_BYTES_MAX } from '../core/customerio/limits.ts';
import { type KeyWords, newKeyWords, writeKeyWords, writeTextKeyWords } from '../core/diff/key-words.ts';
import { personKey } from '../core/identity/person-key.ts';
import type { Cell } from '../core/shape/shape-value.ts';
import type { RowBatch } from '../ports/source.ts';
import type { PeopleIdentity } from './identity/people-identity.ts';
import type { RowPerson } from './identity/row-people.ts';

/** Why a row has no person who can be looked up. */
export type Unlocated = Extract<RowPerson, { readonly kind: 'held' | 'fault' }>;

export interface PeopleLocatorOptions {
  readonly canonical: CanonicalIdentifier;
  /** Place of the canonical identifier; -1 when the model names people by other keys only. */
  readonly keyIndex: number;
  readonly keySeed: number;
  readonly identity: PeopleIdentity;
}

/** Keeps guests, who are known by e-mail, apart from ids that look like addresses. */
export const GUEST_MARK = '\u0001';

const NO_PERSON = '(no identifier)';

const MERGED_AWAY: Unlocated = { kind: 'held', code: 'merged_away' };

/** Finds the person of one row after the other, and keeps the last one found. */
export class PeopleLocator {
  /** Words of the person's key. */
  readonly key: KeyWords = newKeyWords();
  /** How the row names its person: the cell as it is, its normal form, or other keys. */
  by: 'cell' | 'normal' | 'canonical' | 'guest' = 'cell';
  /** The person, where that is not the cell as it is. */
  person: string | undefined;
  private readonly options: PeopleLocatorOptions;

  constructor(options: PeopleLocatorOptions) {
    this.options = options;
  }

  /** Whether the row itself carries the canonical identifier. */
  get isNamed(): boolean {
    return this.by === 'cell' || this.by === 'normal';
  }

  /** Undefined when the person was found. */
  locate(batch: RowBatch, row: number): Unlocated | undefined {
    const { identity } = this.options;
    if (this.writeKey(batch, row)) {
      const isGone =
        this.person === undefined ? identity.isMergedAway(batch.raw(row)) : identity.isMerged(this.person);
      return isGone ? MERGED_AWAY : undefined;
    }
    const found = identity.personOf(batch.cells(row));
    if (found.kind === 'held' || found.kind === 'fault') return found;
    this.by = found.kind;
    this.person = found.key;
    this.wordsOf(found.kind === 'guest' ? GUEST_MARK + found.key : found.key);
    return undefined;
  }

  /** The words of a person given as text; overwrites `key`. */
  wordsOf(person: string): KeyWords {
    writeTextKeyWords(person, this.options.keySeed, this.key);
    return this.key;
  }

  /** How a row is called where people read it. */
  nameOf(cells: readonly Cell[]): string {
    const { keyIndex, canonical, identity } = this.options;
    const cell = cells[keyIndex];
    const checked = personKey(cell, canonical);
    if ('key' in checked) return checked.key;
    return cell ?? identity.anyKey(cells) ?? NO_PERSON;
  }

  /** @returns false when the row does not carry the canonical identifier. */
  private writeKey(batch: RowBatch, row: number): boolean {
    const { keyIndex, canonical, keySeed } = this.options;
    if (keyIndex < 0) return false;
    if (canonical === 'email') return this.writeEmailKey(batch.cells(row)[keyIndex]);
    // Ids are used as they are, so that a million of them need not become strings.
    const { buffer, starts, ends } = batch.raw(row);
    const start = starts[keyIndex] as number;
    const end = ends[keyIndex] as number;
    if (end <= start || end - start > IDENTIFIER_BYTES_MAX) return false;
    this.by = 'cell';
    this.person = undefined;
    writeKeyWords(buffer, start, end, keySeed, this.key);
    return true;
  }

  private writeEmailKey(cell: Cell): boolean {
    const checked = personKey(cell, 'email');
    if ('fault' in checked) return false;
    this.by = 'normal';
    this.person = checked.key;
    this.wordsOf(checked.key);
    return true;
  }
}
