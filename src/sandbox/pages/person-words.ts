import { literalAsString } from '../json/json-text.ts';
import { literalOf } from '../state/attribute-set.ts';
import type { Person } from '../state/person.ts';

/** Attributes that hold a name, the best first. */
const NAME_ATTRIBUTES = ['name', 'full_name', 'first_name', 'firstname'];
const LAST_NAMES = ['last_name', 'lastname'];

/** How to call a person on a page: their name, else their e-mail address, else their id. */
export function calledBy(person: Person): string {
  return nameOf(person) ?? identifierOf(person);
}

export function nameOf(person: Person): string | undefined {
  const first = firstText(person, NAME_ATTRIBUTES);
  const last = firstText(person, LAST_NAMES);
  const name = [first, last].filter((part) => part !== undefined).join(' ');
  return name === '' ? undefined : name;
}

/** What they are known by, for the second line. */
export function identifierOf(person: Person): string {
  return person.email ?? person.id ?? person.phone ?? 'nobody’s identifier';
}

function firstText(person: Person, names: readonly string[]): string | undefined {
  for (const name of names) {
    const literal = literalOf(person.attributes, name);
    const text = literal === undefined ? '' : literalAsString(literal).trim();
    if (text !== '') return text;
  }
  return undefined;
}
