import type { PersonKey } from '../operation.ts';
import type { FailedAttribute } from '../state/activity.ts';
import type { Identifiers, Person } from '../state/person.ts';

/** Who an identify speaks of: the key it is sent with, and the identifiers among its attributes. */
export interface IdentityClaim {
  readonly key: PersonKey;
  readonly id: string | null | undefined;
  readonly email: string | null | undefined;
}

export interface IdentityLookup {
  byId(id: string): Person | undefined;
  byEmail(email: string): Person | undefined;
  byCioId(cioId: string): Person | undefined;
}

/**
 * Whom the identify concerns, with the identifiers that person has afterwards and those that fail.
 * `nobody`: a person with these identifiers would be new.
 */
export type IdentityDecision =
  | { readonly kind: 'unknown_cio_id' }
  | ({ readonly kind: 'nobody'; readonly failures: readonly FailedAttribute[] } & Identifiers)
  | ({
      readonly kind: 'person';
      readonly person: Person;
      readonly failures: readonly FailedAttribute[];
    } & Identifiers)
  | { readonly kind: 'merge'; readonly primary: Person; readonly secondary: Person };

export type IdentifierKind = 'id' | 'email';

/** Customer.io's own words, as reported in customerio-flutter issue 235. */
export const TAKEN = 'The identifier is already associated with a different profile.';
export const FIXED = 'The identifier is already set; to change it, reference the person by cio_id.';
export const NO_ADDRESS = 'The value is not a valid email address.';
const NO_FAILURES: readonly FailedAttribute[] = [];

export const UNKNOWN_CIO_ID: IdentityDecision = { kind: 'unknown_cio_id' };

/** A person with these identifiers would be new. */
export function nobody(kind: IdentifierKind, key: string, other: string | null): IdentityDecision {
  const isId = kind === 'id';
  return { kind: 'nobody', id: isId ? key : other, email: isId ? other : key, failures: NO_FAILURES };
}

/** This person, with these identifiers afterwards. */
export function decided(
  person: Person,
  identifiers: Identifiers,
  failures: readonly FailedAttribute[] = NO_FAILURES,
): IdentityDecision {
  return { kind: 'person', person, id: identifiers.id, email: identifiers.email, failures };
}

export function failure(
  name: IdentifierKind,
  value: string | null | undefined,
  reason: string,
): FailedAttribute {
  return { name, literal: typeof value === 'string' ? JSON.stringify(value) : null, reason };
}

export function withFailure(decision: IdentityDecision, failed: FailedAttribute): IdentityDecision {
  if (decision.kind === 'nobody' || decision.kind === 'person') {
    return { ...decision, failures: [...decision.failures, failed] };
  }
  return decision;
}

export function withIdentifier(from: Identifiers, kind: IdentifierKind, value: string | null): Identifiers {
  return kind === 'id' ? { id: value, email: from.email } : { id: from.id, email: value };
}
