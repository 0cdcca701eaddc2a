import type { AttributeDifference } from '../state/attribute-set.ts';
import { areSameIdentifiers, type Identifiers } from '../state/person.ts';

const NONE: readonly AttributeDifference[] = [];

/** Identifiers show among the attribute changes, like all other attributes. */
export function identifierDifferences(
  before: Identifiers,
  after: Identifiers,
): readonly AttributeDifference[] {
  if (areSameIdentifiers(before, after)) return NONE;
  const id = { name: 'id', from: quoted(before.id), to: quoted(after.id) };
  const email = { name: 'email', from: quoted(before.email), to: quoted(after.email) };
  const phone = { name: 'phone', from: quoted(before.phone), to: quoted(after.phone) };
  return [id, email, phone].filter((difference) => difference.from !== difference.to);
}

function quoted(value: string | null): string | null {
  return value === null ? null : JSON.stringify(value);
}
