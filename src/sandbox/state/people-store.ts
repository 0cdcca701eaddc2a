import type { AttributeSet } from './attribute-set.ts';
import { areSameIdentifiers, emailKey, type Identifiers, type Person, type PersonStatus } from './person.ts';

/** One serial, or several where e-mail is no identifier and people share an address (case 98). */
type SerialsOfEmail = number | readonly number[];

const SERIAL_DIGITS_MIN = 6;

export type PeopleSnapshot = ReturnType<PeopleStore['snapshot']>;

/** All people of the workspace and the ways to find one. */
export class PeopleStore {
  readonly #cioPrefix: string;
  readonly #people: Person[];
  readonly #serialById = new Map<string, number>();
  readonly #serialsByEmail = new Map<string, SerialsOfEmail>();
  readonly #serialByPhone = new Map<string, number>();
  readonly #mergedInto: Map<number, number>;
  #liveCount = 0;

  constructor(environmentId: number, from?: PeopleSnapshot) {
    this.#cioPrefix = (environmentId % 0x1_0000).toString(16).padStart(4, '0');
    this.#people = [...(from?.people ?? [])];
    this.#mergedInto = new Map(from?.mergedInto);
    for (const person of this.live()) {
      this.#index(person);
      this.#liveCount += 1;
    }
  }

  snapshot() {
    return { people: [...this.#people], mergedInto: new Map(this.#mergedInto) } as const;
  }

  get liveCount(): number {
    return this.#liveCount;
  }

  get everCount(): number {
    return this.#people.length;
  }

  bySerial(serial: number): Person | undefined {
    return this.#people[serial];
  }

  byId(id: string): Person | undefined {
    const serial = this.#serialById.get(id);
    return serial === undefined ? undefined : this.#people[serial];
  }

  /** Everyone who has the address, the oldest first. */
  allByEmail(email: string): readonly Person[] {
    const serials = this.#serialsByEmail.get(emailKey(email));
    if (serials === undefined) return [];
    const list = typeof serials === 'number' ? [serials] : serials;
    return list.map((serial) => this.#people[serial]).filter((person) => person !== undefined);
  }

  byEmail(email: string): Person | undefined {
    const serials = this.#serialsByEmail.get(emailKey(email));
    const serial = typeof serials === 'number' ? serials : serials?.[0];
    return serial === undefined ? undefined : this.#people[serial];
  }

  byPhone(phone: string): Person | undefined {
    const serial = this.#serialByPhone.get(phone);
    return serial === undefined ? undefined : this.#people[serial];
  }

  /** Without the `cio_` prefix. */
  byCioId(cioId: string): Person | undefined {
    const serial = Number.parseInt(cioId.slice(this.#cioPrefix.length), 16) - 1;
    const person = this.#people[serial];
    return person?.status === 'live' && this.cioIdOf(serial) === cioId ? person : undefined;
  }

  cioIdOf(serial: number): string {
    return this.#cioPrefix + (serial + 1).toString(16).padStart(SERIAL_DIGITS_MIN, '0');
  }

  add(identifiers: Identifiers, createdAt: number, editedAt: number, attributes: AttributeSet): Person {
    const added: Person = {
      serial: this.#people.length,
      id: identifiers.id,
      email: identifiers.email,
      phone: identifiers.phone,
      status: 'live',
      createdAt,
      editedAt,
      idSetAt: createdAt,
      emailSetAt: createdAt,
      phoneSetAt: createdAt,
      attributes,
    };
    this.#people.push(added);
    this.#liveCount += 1;
    this.#index(added);
    return added;
  }

  replace(person: Person): void {
    const before = this.#people[person.serial];
    this.#people[person.serial] = person;
    if (before === undefined || areSameIdentifiers(before, person)) return;
    this.#unindex(before);
    this.#index(person);
  }

  /** Frees the identifiers; the record stays for the activities. */
  remove(person: Person, status: Exclude<PersonStatus, 'live'>): void {
    this.#unindex(person);
    this.#people[person.serial] = { ...person, status };
    this.#liveCount -= 1;
  }

  /** Removes a person whose events now belong to another. */
  removeMerged(secondary: Person, primary: Person): void {
    this.remove(secondary, 'deleted');
    this.#mergedInto.set(secondary.serial, primary.serial);
  }

  /** Whose the events of this person are now, after any number of merges. */
  ownerOfEvents(serial: number): Person | undefined {
    let owner = serial;
    for (let next = this.#mergedInto.get(owner); next !== undefined; next = this.#mergedInto.get(owner))
      owner = next;
    return this.#people[owner];
  }

  *live(): Generator<Person> {
    yield* this.liveAfter(-1);
  }

  /** Those who came after the one of that serial. */
  *liveAfter(serial: number): Generator<Person> {
    for (let at = serial + 1; at < this.#people.length; at += 1) {
      const person = this.#people[at];
      if (person?.status === 'live') yield person;
    }
  }

  #index(person: Person): void {
    if (person.id !== null) this.#serialById.set(person.id, person.serial);
    if (person.phone !== null) this.#serialByPhone.set(person.phone, person.serial);
    if (person.email === null) return;
    const key = emailKey(person.email);
    const others = this.#serialsByEmail.get(key);
    if (others === undefined) this.#serialsByEmail.set(key, person.serial);
    else
      this.#serialsByEmail.set(
        key,
        [others, person.serial].flat().toSorted((a, b) => a - b),
      );
  }

  #unindex(person: Person): void {
    if (person.id !== null) this.#serialById.delete(person.id);
    if (person.phone !== null) this.#serialByPhone.delete(person.phone);
    if (person.email === null) return;
    const key = emailKey(person.email);
    const left = [this.#serialsByEmail.get(key) ?? []].flat().filter((serial) => serial !== person.serial);
    const [first] = left;
    if (first === undefined) this.#serialsByEmail.delete(key);
    else this.#serialsByEmail.set(key, left.length === 1 ? first : left);
  }
}
