import { CLAIM_WORDS, ClaimTable, type Holder, NOBODY, PERSON_WORD, SEVERAL } from './claim-table.ts';
import { KeyHash, type KeyKind } from './key-hash.ts';
import { normaliseKey } from './normalise-key.ts';
import type { ReadPhone } from './phone.ts';
import { NO_TEXT, type Ordinal, TextPool } from './text-pool.ts';

/** Names of sources and kinds; claims refer to them by their place in these lists, so these only grow. */
export interface IdentityLayout {
  /** '' stands where a source is no longer there. */
  readonly sources: readonly string[];
  readonly kinds: readonly KeyKind[];
}

export const EMPTY_LAYOUT: IdentityLayout = { sources: [], kinds: [] };

/** A part of the index as the state keeps it: persons that are new in it, and claims. */
export interface IdentityBlock {
  readonly persons: Uint8Array;
  readonly claims: Uint32Array;
}

/** What is to be added to the state. */
export interface IdentityChanges extends IdentityBlock {
  readonly layout: IdentityLayout;
  /** Claims made altogether, to tell when the blocks are worth tidying. */
  readonly liveClaims: number;
}

/**
 * Which keys belong to whom: e-mail addresses, phone numbers, devices, guest keys → person, by the value of
 * the canonical identifier. Keys are kept as hashes only; persons as they are sent.
 */
export class IdentityIndex {
  readonly persons: TextPool;
  readonly claims: ClaimTable;
  readonly hash: KeyHash;
  private readonly kinds: KeyKind[];
  private readonly sources: string[];
  /** Persons that were merged away → the one that they became. */
  private readonly merged = new Map<Ordinal, Ordinal>();
  private knownPersons = 0;

  constructor(seed: number, layout: IdentityLayout = EMPTY_LAYOUT, expectedClaims = 0) {
    this.persons = new TextPool(seed, expectedClaims);
    this.claims = new ClaimTable(expectedClaims);
    this.hash = new KeyHash(seed);
    this.kinds = [...layout.kinds];
    this.sources = [...layout.sources];
  }

  load({ persons, claims }: IdentityBlock): void {
    this.persons.load(persons);
    this.claims.load(claims);
    this.knownPersons = this.persons.count;
  }

  /** Sources that the contract no longer has say nothing any more. */
  keepOnly(sources: readonly string[]): void {
    const gone = [...this.sources.keys()].filter((number) => {
      const name = this.sources[number] ?? '';
      return name !== '' && !sources.includes(name);
    });
    this.claims.withdrawSources(gone);
    for (const number of gone) this.sources[number] = '';
  }

  sourceNumber(name: string): number {
    const known = this.sources.indexOf(name);
    if (known >= 0) return known;
    const free = this.sources.indexOf('');
    const number = free >= 0 ? free : this.sources.length;
    this.sources[number] = name;
    return number;
  }

  kindNumber(kind: KeyKind): number {
    const known = this.kinds.indexOf(kind);
    if (known >= 0) return known;
    this.kinds.push(kind);
    return this.kinds.length - 1;
  }

  kindName(number: number): KeyKind {
    return this.kinds[number] ?? '';
  }

  addMerge(secondary: string, primary: string): void {
    this.merged.set(this.persons.addText(secondary), this.persons.addText(primary));
  }

  /** Whether a person, as bytes, was merged into another. */
  isMergedAway(bytes: Uint8Array, start: number, end: number): boolean {
    return this.merged.size > 0 && this.merged.has(this.persons.find(bytes, start, end));
  }

  /** The person that this one is now; itself unless it was merged away. */
  survivor(person: Ordinal): Ordinal {
    let current = person;
    // A chain of merges has no more links than there are merges.
    for (let link = 0; link < this.merged.size; link += 1) {
      const next = this.merged.get(current);
      if (next === undefined) return current;
      current = next;
    }
    return current;
  }

  /** The person that a person given as text is now. */
  survivorOf(person: string): string {
    if (this.merged.size === 0) return person;
    const ordinal = this.persons.findText(person);
    return ordinal === NO_TEXT ? person : this.persons.text(this.survivor(ordinal));
  }

  /** Who holds a normalised key. */
  find(kind: KeyKind, key: string): Holder {
    const words = this.hash.ofText(kind, key);
    const holder = this.claims.holder(words);
    if (this.merged.size === 0 || holder === NOBODY) return holder;
    return holder === SEVERAL ? this.onlySurvivor(words) : this.survivor(holder);
  }

  /** Whoever has this value as a key of another kind; undefined when nobody has. */
  findAsOther(kind: KeyKind, value: string, readPhone: ReadPhone): Holder | undefined {
    for (const other of this.kinds) {
      if (other === kind) continue;
      const key = normaliseKey(other, value, readPhone);
      const holder = key === undefined ? NOBODY : this.find(other, key);
      if (holder !== NOBODY) return holder;
    }
    return undefined;
  }

  /** The claims that are made, and only the persons who appear in them, with new numbers. */
  compacted(): IdentityBlock {
    const claims = this.claims.liveEntries();
    const persons = new TextPool(0);
    for (let at = PERSON_WORD; at < claims.length; at += CLAIM_WORDS) {
      claims[at] = persons.addText(this.persons.text(claims[at] as Ordinal));
    }
    return { persons: persons.pack(0), claims };
  }

  changes(): IdentityChanges {
    return {
      layout: { sources: this.sources, kinds: this.kinds },
      persons: this.persons.pack(this.knownPersons),
      claims: this.claims.changes(),
      liveClaims: this.claims.liveCount,
    };
  }

  /** Persons who were merged do not stand against each other. */
  private onlySurvivor(key: Uint32Array): Holder {
    const claims = this.claims.claimsOf(key).filter(({ isFolded }) => !isFolded);
    const survivors = new Set(claims.map(({ person }) => this.survivor(person)));
    const [first = SEVERAL] = survivors;
    return survivors.size === 1 ? first : SEVERAL;
  }
}
