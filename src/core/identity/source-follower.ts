import type { CanonicalIdentifier } from '../contract/contract.ts';
import { foldEmail } from './fold-email.ts';
import type { IdentityIndex } from './identity-index.ts';
import type { KeyKind } from './key-hash.ts';
import { NO_TEXT, type Ordinal } from './text-pool.ts';

/** What a source has said of a person in this reading. */
const NOT_SEEN = 0;
/** The row is the one that was read before: what it claimed stands. */
const KEPT = 1;
/** Every claim of the person is made anew. */
const ANEW = 2;

const NON_ASCII = /[^\0-\x7f]/;

/** Somebody whose key was another person's before, who is gone: the same person under a new address. */
export interface Move {
  readonly from: string;
  readonly to: string;
}

interface PossibleMove {
  readonly key: Uint32Array;
  readonly to: Ordinal;
  readonly from: Ordinal;
}

/**
 * Follows one model that names keys: takes its rows as they are read and brings the index to what they say
 * now. Rows that have not changed cost one look-up; what is no longer said is withdrawn at the end.
 */
export class SourceFollower {
  private readonly index: IdentityIndex;
  private readonly canonical: CanonicalIdentifier;
  private readonly source: number;
  private seen = new Uint8Array(4096);
  private person: Ordinal = NO_TEXT;
  private readonly possibleMoves: PossibleMove[] = [];
  private newClaims = 0;
  /** Persons who are followed, where not all are. */
  private followed: Set<Ordinal> | undefined;
  private readonly rivals = new Set<Ordinal>();

  constructor(index: IdentityIndex, canonical: CanonicalIdentifier, source: string) {
    this.index = index;
    this.canonical = canonical;
    this.source = index.sourceNumber(source);
  }

  /** Only these persons are followed: what others claimed stands, though no row of theirs is read. */
  follow(persons: Iterable<string>): void {
    this.followed ??= new Set();
    for (const person of persons) {
      const bytes = Buffer.from(person, 'utf8');
      const ordinal = this.index.persons.find(bytes, 0, bytes.length);
      if (ordinal !== NO_TEXT) this.followed.add(ordinal);
    }
  }

  /** Persons who are not followed and hold a key that somebody claims now: whether they still do is to be read. */
  takeRivals(): readonly string[] {
    const unread = [...this.rivals].filter((person) => this.isUnread(person));
    this.rivals.clear();
    return unread.map((person) => this.index.persons.text(person));
  }

  /** Claims that nobody made before. */
  get newClaimCount(): number {
    return this.newClaims;
  }

  keepText(person: string): boolean {
    const bytes = Buffer.from(person, 'utf8');
    return this.keep(bytes, 0, bytes.length);
  }

  /** The person's row is the same as before. @returns false when the index does not know the person. */
  keep(bytes: Uint8Array, start: number, end: number): boolean {
    const person = this.index.persons.find(bytes, start, end);
    if (person === NO_TEXT) return false;
    this.mark(person, KEPT);
    return true;
  }

  /** The claims that follow are this person's. */
  begin(bytes: Uint8Array, start: number, end: number): void {
    this.person = this.index.persons.add(bytes, start, end);
    this.mark(this.person, ANEW);
    if (this.canonical === 'email')
      this.claimText('email', Buffer.from(bytes.subarray(start, end)).toString('utf8'));
  }

  beginText(person: string): void {
    const bytes = Buffer.from(person, 'utf8');
    this.begin(bytes, 0, bytes.length);
  }

  /** The person has a key, given in its normal form and in plain ASCII. */
  claimBytes(kind: KeyKind, bytes: Uint8Array, start: number, end: number): void {
    this.claim(kind, this.index.hash.ofBytes(kind, bytes, start, end), false);
  }

  /** The person has a key, given in its normal form. */
  claimText(kind: KeyKind, key: string): void {
    this.claim(kind, this.index.hash.ofText(kind, key), false);
    if (kind !== 'email' || !NON_ASCII.test(key)) return;
    const folded = foldEmail(key);
    if (folded !== key) this.claim(kind, this.index.hash.ofText(kind, folded), true);
  }

  /** Withdraws what was not said again. @returns people whose address changed (canonical e-mail only). */
  finish(): readonly Move[] {
    this.index.claims.withdraw(this.source, (person, wasSeen) => this.isKept(person, wasSeen));
    const { persons } = this.index;
    return this.possibleMoves
      .filter((move) => this.isMove(move))
      .map(({ from, to }) => ({ from: persons.text(from), to: persons.text(to) }));
  }

  private isKept(person: Ordinal, wasSeen: boolean): boolean {
    const seen = this.seen[person] ?? NOT_SEEN;
    if (this.isUnread(person)) return true;
    return seen === KEPT || (seen === ANEW && wasSeen);
  }

  private claim(kind: KeyKind, key: Uint32Array, isFolded: boolean): void {
    const { claims } = this.index;
    const claim = { key, person: this.person, kind: this.index.kindNumber(kind), isFolded };
    if (this.followed !== undefined) this.noteRivals(key);
    if (!claims.claim(claim, this.source)) return;
    this.newClaims += 1;
    if (this.canonical === 'email' && kind === 'id') this.noteOthers(key);
  }

  private noteRivals(key: Uint32Array): void {
    for (const { person } of this.index.claims.claimsOf(key))
      if (person !== this.person) this.rivals.add(person);
  }

  private isUnread(person: Ordinal): boolean {
    if (this.followed === undefined || this.followed.has(person)) return false;
    return (this.seen[person] ?? NOT_SEEN) === NOT_SEEN;
  }

  /** An id that had another address until now. */
  private noteOthers(key: Uint32Array): void {
    for (const { person } of this.index.claims.claimsOf(key)) {
      if (person !== this.person)
        this.possibleMoves.push({ key: key.slice(), to: this.person, from: person });
    }
  }

  /** Only when nothing is left of the earlier address: two addresses at a time are a conflict. */
  private isMove({ key, from, to }: PossibleMove): boolean {
    const holders = this.index.claims.claimsOf(key).map(({ person }) => person);
    return holders.includes(to) && !holders.includes(from) && (this.seen[from] ?? NOT_SEEN) === NOT_SEEN;
  }

  private mark(person: Ordinal, seen: number): void {
    if (person >= this.seen.length) {
      const larger = new Uint8Array(Math.max(person + 1, this.seen.length * 2));
      larger.set(this.seen);
      this.seen = larger;
    }
    if ((this.seen[person] as number) < seen) this.seen[person] = seen;
  }
}
