import { isSource } from '../../core/contract/check-keys.ts';
import {
  type CanonicalIdentifier,
  type Contract,
  type IdentityRules,
  keyColumnsOf,
  type Model,
} from '../../core/contract/contract.ts';
import { CLAIM_WORDS, SEVERAL } from '../../core/identity/claim-table.ts';
import type { Conflict, ConflictCode } from '../../core/identity/conflict.ts';
import { findConflicts } from '../../core/identity/find-conflicts.ts';
import { type IdentityChanges, IdentityIndex } from '../../core/identity/identity-index.ts';
import type { KeyKind } from '../../core/identity/key-hash.ts';
import { loadPhoneReader, type ReadPhone, readE164 } from '../../core/identity/phone.ts';
import { type Move, SourceFollower } from '../../core/identity/source-follower.ts';
import type { IdentityReader } from './identity-reader.ts';

export interface IdentityReadingOptions {
  readonly contract: Contract;
  readonly reader: IdentityReader;
  readonly keySeed: number;
  /** Whether profiles can be looked up at Customer.io. */
  readonly hasAppApi: boolean;
}

/** The identities of one reading: the index as the state holds it, brought up to date by the models read. */
export class IdentityReading {
  readonly index: IdentityIndex;
  readonly readPhone: ReadPhone;
  readonly canonical: CanonicalIdentifier;
  readonly rules: IdentityRules;
  /** Whether a changed e-mail address can reach Customer.io under a canonical id. */
  readonly canChangeEmail: boolean;
  /** Whether Customer.io can be asked who is there: else changed canonical addresses can not reach it. */
  readonly hasAppApi: boolean;
  private readonly found = new Map<string, Conflict>();
  private readonly codes = new Map<string, ConflictCode>();
  /** New address → the one before. */
  private readonly moved = new Map<string, string>();
  private readonly movedTo = new Map<string, string>();

  private constructor(index: IdentityIndex, readPhone: ReadPhone, options: IdentityReadingOptions) {
    const { project } = options.contract;
    this.index = index;
    this.readPhone = readPhone;
    this.canonical = project.canonical;
    this.rules = project.identity;
    this.canChangeEmail = options.hasAppApi || project.identity.allowEmailUpdate === true;
    this.hasAppApi = options.hasAppApi;
  }

  static async open(options: IdentityReadingOptions): Promise<IdentityReading> {
    const { contract, reader, keySeed } = options;
    const { canonical, identity } = contract.project;
    const sources = contract.models.filter((model) => isSource(model, canonical));
    const index = new IdentityIndex(keySeed, await reader.layout(), await reader.claimCount());
    for await (const block of reader.blocks()) index.load(block);
    index.keepOnly(sources.map(({ name }) => name));
    for (const { secondary, primary } of await reader.merges()) index.addMerge(secondary, primary);
    const moves = await reader.moves();
    const needsLibrary = contract.models.some(hasPhone);
    const readPhone = needsLibrary ? await loadPhoneReader(identity.defaultCountry) : readE164;
    const reading = new IdentityReading(index, readPhone, options);
    reading.addMoves(moves);
    return reading;
  }

  /** Follows the claims of a model; undefined for a model that makes none. */
  follow(model: Model): SourceFollower | undefined {
    return isSource(model, this.canonical) ? this.followSource(model.name) : undefined;
  }

  followSource(name: string): SourceFollower {
    return new SourceFollower(this.index, this.canonical, name);
  }

  /** People whose canonical e-mail changed, in this reading or in one whose changes did not arrive. */
  addMoves(moves: readonly Move[]): void {
    for (const { from, to } of moves) {
      // Customer.io still has the first of several addresses.
      const first = this.moved.get(from) ?? from;
      this.moved.delete(from);
      this.movedTo.delete(first);
      if (first === to) continue;
      this.moved.set(to, first);
      this.movedTo.set(first, to);
    }
  }

  /** Whom an address belongs to now, when it is somebody's earlier one and Customer.io learns that in this run. */
  currentOf(person: string): string {
    return (this.hasAppApi ? this.movedTo.get(person) : undefined) ?? person;
  }

  /**
   * Under which identifier Customer.io has a person who is not sent in this run: merged into somebody, or still known
   * under the address before.
   */
  knownAs(person: string): string {
    const before = this.hasAppApi ? undefined : this.moved.get(person);
    return before ?? this.index.survivorOf(person);
  }

  get moves(): readonly Move[] {
    return [...this.moved].map(([to, from]) => ({ from, to }));
  }

  /** A contradiction that was seen while reading; the same one is kept once. */
  addConflict(conflict: Conflict): void {
    this.found.set(keyOf(conflict), conflict);
    for (const person of conflict.people) if (!this.codes.has(person)) this.codes.set(person, conflict.code);
  }

  /** Looks for contradictions among all keys, when everything that makes claims has been read. */
  findConflicts(): void {
    const { canonical } = this;
    const { mayShare, accept } = this.rules;
    for (const conflict of findConflicts(this.index, { canonical, mayShare, accept }))
      this.addConflict(conflict);
  }

  get conflicts(): readonly Conflict[] {
    return [...this.found.values()];
  }

  /** People concerned by a conflict. */
  get peopleInConflict(): ReadonlyMap<string, ConflictCode> {
    return this.codes;
  }

  accepts(code: IdentityRules['accept'][number]): boolean {
    return this.rules.accept.includes(code);
  }

  /**
   * Whether a value that nobody has as this kind of key is known as another kind: then the models do not name
   * people by the same identifiers, and that is noted.
   */
  isMixed(model: string, kind: KeyKind, value: string): boolean {
    const holder = this.index.findAsOther(kind, value, this.readPhone);
    if (holder === undefined) return false;
    this.addMixed(model, holder === SEVERAL ? value : this.index.persons.text(holder));
    return true;
  }

  /** `person` is whom the value really belongs to; nothing of theirs is held but the row itself. */
  addMixed(model: string, person: string): void {
    const conflict: Conflict = { code: 'mixed_identifiers', detail: model, people: [person] };
    this.found.set(keyOf(conflict), conflict);
  }

  /** Claims that were made or withdrawn in this reading. */
  get changeCount(): number {
    return this.index.claims.changes().length / CLAIM_WORDS;
  }

  changes(): IdentityChanges {
    return this.index.changes();
  }
}

function keyOf({ code, detail, people }: Conflict): string {
  return JSON.stringify([code, detail, people]);
}

function hasPhone(model: Model): boolean {
  return keyColumnsOf(model).some(({ kind }) => kind === 'phone');
}
