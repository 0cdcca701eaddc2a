import type { PersonKey } from '../operation.ts';
import type { FailedAttribute } from '../state/activity.ts';
import { type Identifiers, identifiersOf, type Person } from '../state/person.ts';

export type IdentifierKind = keyof Identifiers;

/** Who an identify speaks of: the key it is sent with, and the identifiers among its attributes. */
export interface IdentityClaim extends Readonly<Record<IdentifierKind, string | null | undefined>> {
  readonly key: PersonKey;
}

export interface IdentityLookup {
  byId(id: string): Person | undefined;
  byEmail(email: string): Person | undefined;
  byPhone(phone: string): Person | undefined;
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

/** Customer.io's own words, as reported in customerio-flutter issue 235. */
export const TAKEN = 'The identifier is already associated with a different profile.';
export const FIXED = 'The identifier is already set; to change it, reference the person by cio_id.';
export const NO_ADDRESS = 'The value is not a valid email address.';
export const NO_PHONE = 'The value is not a phone number in E.164 form.';
const NO_FAILURES: readonly FailedAttribute[] = [];

export const UNKNOWN_CIO_ID: IdentityDecision = { kind: 'unknown_cio_id' };

/** A person with these identifiers would be new. */
export function nobody(
  identifiers: Identifiers,
  failures: readonly FailedAttribute[] = NO_FAILURES,
): IdentityDecision {
  return { kind: 'nobody', ...identifiersOf(identifiers), failures };
}

/** This person, with these identifiers afterwards. */
export function decided(
  person: Person,
  identifiers: Identifiers,
  failures: readonly FailedAttribute[] = NO_FAILURES,
): IdentityDecision {
  return { kind: 'person', person, ...identifiersOf(identifiers), failures };
}

/** The older person stays (case 15). */
export function merged(one: Person, other: Person): IdentityDecision {
  const [primary, secondary] = one.serial < other.serial ? [one, other] : [other, one];
  return { kind: 'merge', primary, secondary };
}

export function failure(
  name: IdentifierKind,
  value: string | null | undefined,
  reason: string,
): FailedAttribute {
  return { name, literal: typeof value === 'string' ? JSON.stringify(value) : null, reason };
}

export function withFailures(
  decision: IdentityDecision,
  failures: readonly FailedAttribute[],
): IdentityDecision {
  if (failures.length === 0 || decision.kind === 'unknown_cio_id' || decision.kind === 'merge')
    return decision;
  return { ...decision, failures: [...decision.failures, ...failures] };
}

export function withIdentifier(
  identifiers: Identifiers,
  kind: IdentifierKind,
  value: string | null,
): Identifiers {
  return { ...identifiersOf(identifiers), [kind]: value };
}
