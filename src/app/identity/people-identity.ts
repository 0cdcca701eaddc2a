import type { PeopleModel } from '../../core/contract/contract.ts';
import {
  type IdentifierChange,
  type IdentifierPlaces,
  identifierChange,
  identifierPlaces,
} from '../../core/identity/identifier-change.ts';
import type { PersonColumn } from '../../core/identity/resolve-person.ts';
import type { RawCells } from '../../core/shape/encode-person.ts';
import { CLEAR, type Fragment, KEEP } from '../../core/shape/fragment.ts';
import type { Cell } from '../../core/shape/shape-value.ts';
import type { GuestPeople } from './guest-people.ts';
import type { IdentityReading } from './identity-reading.ts';
import { PeopleClaims } from './people-claims.ts';
import { RowPeople, type RowPerson } from './row-people.ts';

export interface PeopleIdentityOptions {
  readonly model: PeopleModel;
  readonly reading: IdentityReading;
  readonly guests: GuestPeople;
  /** Place of the canonical identifier; -1 for none. */
  readonly keyIndex: number;
  readonly keys: readonly PersonColumn[];
}

/** What is to be done about a changed e-mail address. */
export type EmailVerdict = 'none' | 'send' | 'withhold' | 'reused' | 'taken';

/** What the scanner of a people model has to know about identities. */
export class PeopleIdentity {
  readonly claims: PeopleClaims | undefined;
  private readonly options: PeopleIdentityOptions;
  private readonly rowPeople: RowPeople;
  private readonly places: IdentifierPlaces;
  private readonly follower: ReturnType<IdentityReading['follow']>;

  constructor(options: PeopleIdentityOptions) {
    const { model, reading, keyIndex, keys } = options;
    this.options = options;
    const names = model.attributes.map(({ name }) => name);
    this.places = identifierPlaces(names, reading.canonical);
    this.rowPeople = new RowPeople(model, reading, [...canonicalColumn(options), ...keys]);
    this.follower = reading.follow(model);
    this.claims = this.follower && new PeopleClaims({ reading, follower: this.follower, keyIndex, keys });
  }

  /** Whom a row describes that does not simply carry the canonical identifier. */
  personOf(cells: readonly Cell[]): RowPerson {
    return this.rowPeople.of(cells);
  }

  /** Whether the row's person was merged into another one. */
  isMergedAway({ buffer, starts, ends }: RawCells): boolean {
    const { reading, keyIndex } = this.options;
    return reading.index.isMergedAway(buffer, starts[keyIndex] as number, ends[keyIndex] as number);
  }

  /** The same for somebody whose identifier is not written in its normal form. */
  isMerged(person: string): boolean {
    return this.options.reading.index.survivorOf(person) !== person;
  }

  /** Some key of a row without the canonical identifier, to call it by. */
  anyKey(cells: readonly Cell[]): string | undefined {
    return (
      this.options.keys.map(({ index }) => cells[index]).find((cell) => cell != null && cell.trim() !== '') ??
      undefined
    );
  }

  /** Compares the identifiers of a delivered person with those of the row. */
  judgeChange(
    key: string,
    before: readonly Fragment[],
    now: readonly Fragment[],
    wasGone: boolean,
  ): EmailVerdict {
    const { reading, guests } = this.options;
    const { canonical } = reading;
    const change = identifierChange(before, now, { places: this.places, canonical, wasGone });
    const verdict = this.verdictOn(change);
    if (verdict === 'reused') reading.addConflict({ code: 'id_reused', detail: canonical, people: [key] });
    const email = this.emailIn(now);
    if (verdict !== 'send' || email === undefined || reading.hasAppApi) return verdict;
    // With an App API key Customer.io itself is asked, which knows more.
    if (!guests.isKnown(email)) return verdict;
    reading.addConflict({ code: 'email_taken', detail: 'guest', people: [key] });
    return 'taken';
  }

  /** The values with the e-mail address as it was. */
  withoutChange(before: readonly Fragment[], now: readonly Fragment[]): readonly Fragment[] {
    return now.map((fragment, place) => (place === this.places.other ? (before[place] ?? KEEP) : fragment));
  }

  /** The values of a guest without the address, under which the guest is sent. */
  withoutEmail(fragments: readonly Fragment[]): readonly Fragment[] {
    return fragments.map((fragment, place) => (place === this.places.other ? KEEP : fragment));
  }

  /** A person is sent for the first time, or gets a first address: whoever was a guest is one no longer. */
  register(fragments: readonly Fragment[]): void {
    const email = this.options.guests.hasAny ? this.emailIn(fragments) : undefined;
    if (email !== undefined) this.options.guests.retire(email);
  }

  /** True when new people have to be looked at one by one, because some of them may have been guests. */
  get mayRegister(): boolean {
    return this.options.guests.hasAny && this.options.reading.canonical === 'id' && this.places.other >= 0;
  }

  /** Only the rows of these people are read. */
  follow(people: Iterable<string>): void {
    this.follower?.follow(people);
  }

  /** People who are to be read too, for they hold keys that somebody else claims now. */
  takeRivals(): readonly string[] {
    return this.follower?.takeRivals() ?? [];
  }

  /** Ends the reading of the model. */
  finish(): void {
    if (this.follower !== undefined) this.options.reading.addMoves(this.follower.finish());
  }

  private verdictOn(change: IdentifierChange): EmailVerdict {
    const { reading } = this.options;
    switch (change) {
      case 'none':
        return 'none';
      case 'reused':
        return reading.accepts('id_reused') ? this.verdictOn('changed') : 'reused';
      case 'changed':
        return reading.canChangeEmail ? 'send' : 'withhold';
    }
  }

  private emailIn(fragments: readonly Fragment[]): string | undefined {
    if (this.options.reading.canonical !== 'id') return undefined;
    const fragment = fragments[this.places.other] ?? KEEP;
    return fragment === KEEP || fragment === CLEAR ? undefined : String(JSON.parse(fragment));
  }
}

function canonicalColumn({ model, reading, keyIndex }: PeopleIdentityOptions): readonly PersonColumn[] {
  if (model.keyColumn === undefined) return [];
  return [{ kind: reading.canonical, column: model.keyColumn, index: keyIndex }];
}
