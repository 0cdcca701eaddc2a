import { valuesAtPath } from '../json/json-path.ts';
import { literalAsString } from '../json/json-text.ts';
import { parseJson } from '../json/lossless-json.ts';
import { literalsOf } from '../state/attribute-set.ts';
import type { PeopleStore } from '../state/people-store.ts';
import type { Person } from '../state/person.ts';
import { textsOf } from './event-counter.ts';

const NONE: readonly string[] = [];
const EMPTY_LITERALS: ReadonlySet<string> = new Set(['null', '""']);

/** What conditions ask of a person's profile; its values are unpacked once, whatever the number of questions. */
export class PersonFacts {
  readonly person: Person;
  readonly #people: PeopleStore;
  #literals: readonly string[] | undefined;

  constructor(person: Person, people: PeopleStore) {
    this.person = person;
    this.#people = people;
  }

  /** The value as text; nothing when it is absent, null or "". A dotted name may lead into JSON. */
  textsOf(name: string): readonly string[] {
    const literal = this.#identifier(name) ?? this.#literal(name);
    if (literal !== undefined) return EMPTY_LITERALS.has(literal) ? NONE : [literalAsString(literal)];
    const root = rootOf(name);
    return root === name ? NONE : this.#textsInside(root, name.slice(root.length));
  }

  #textsInside(root: string, path: string): readonly string[] {
    const literal = this.#literal(root);
    return literal === undefined ? NONE : textsOf(valuesAtPath(parseJson(literal), path));
  }

  #identifier(name: string): string | undefined {
    const { id, email, phone, createdAt, serial } = this.person;
    if (name === 'id') return JSON.stringify(id);
    if (name === 'email') return JSON.stringify(email);
    if (name === 'phone' && phone !== null) return JSON.stringify(phone);
    if (name === 'cio_id') return JSON.stringify(this.#people.cioIdOf(serial));
    return name === '_created_in_customerio_at' ? String(createdAt) : undefined;
  }

  #literal(name: string): string | undefined {
    const position = this.person.attributes.names.positionOf(name);
    if (position === undefined) return undefined;
    this.#literals ??= literalsOf(this.person.attributes);
    return this.#literals[position];
  }
}

/** The attribute a dotted name begins in. */
export function rootOf(name: string): string {
  return /^[^.[]+/.exec(name)?.[0] ?? name;
}
