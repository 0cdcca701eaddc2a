import type { CanonicalIdentifier } from '../contract/contract.ts';
import { CLEAR, type Fragment, KEEP } from '../shape/fragment.ts';

/** What a changed identifier of a delivered person means. */
export type IdentifierChange =
  /** The other identifier is what it was, or was not known before. */
  | 'none'
  /** The person has a new e-mail address. */
  | 'changed'
  /** The canonical identifier stands for somebody else now. */
  | 'reused';

/** Where the identifiers of a people model stand among its attributes; -1 for none. */
export interface IdentifierPlaces {
  readonly other: number;
  readonly createdAt: number;
}

/** The identifier besides the canonical one that Customer.io tells people apart by. */
export function otherIdentifier(canonical: CanonicalIdentifier): CanonicalIdentifier {
  return canonical === 'id' ? 'email' : 'id';
}

export function identifierPlaces(names: readonly string[], canonical: CanonicalIdentifier): IdentifierPlaces {
  return { other: names.indexOf(otherIdentifier(canonical)), createdAt: names.indexOf('created_at') };
}

/**
 * Compares the other identifier with the one delivered. Under canonical e-mail an address that comes with
 * another id is another account's. Under canonical id a new address is a change, unless the id was gone in
 * between, or the person's time of creation changed with it: then the id was given to somebody else.
 */
export function identifierChange(
  before: readonly Fragment[],
  now: readonly Fragment[],
  facts: {
    readonly places: IdentifierPlaces;
    readonly canonical: CanonicalIdentifier;
    readonly wasGone: boolean;
  },
): IdentifierChange {
  const { places, canonical, wasGone } = facts;
  if (!differs(before, now, places.other)) return 'none';
  if (canonical === 'email') return 'reused';
  return wasGone || differs(before, now, places.createdAt) ? 'reused' : 'changed';
}

/** Both values are known, and not the same. */
function differs(before: readonly Fragment[], now: readonly Fragment[], place: number): boolean {
  const old = before[place] ?? KEEP;
  const current = now[place] ?? KEEP;
  return place >= 0 && isValue(old) && isValue(current) && old !== current;
}

function isValue(fragment: Fragment): boolean {
  return fragment !== KEEP && fragment !== CLEAR;
}
