import type { AttributeSet } from './attribute-set.ts';

/** A deleted person leaves a record for the activities that speak of them; a suppressed one is redacted. */
export type PersonStatus = 'live' | 'deleted' | 'suppressed';

/** One profile. Records are never changed in place: an update puts a new one at the same serial. */
export interface Person {
  /** Position in the workspace, from which cio_id is made. Older people have smaller ones. */
  readonly serial: number;
  readonly id: string | null;
  /** As first written; compared without regard to case. */
  readonly email: string | null;
  /** In E.164 form. null as well where phone is no identifier: then it is an attribute like any other. */
  readonly phone: string | null;
  readonly status: PersonStatus;
  readonly createdAt: number;
  /** Unix seconds of the newest edit, by which updates that carry a timestamp are ordered. */
  readonly editedAt: number;
  readonly idSetAt: number;
  readonly emailSetAt: number;
  readonly phoneSetAt: number;
  readonly attributes: AttributeSet;
}

export type Identifiers = Pick<Person, 'id' | 'email' | 'phone'>;

export const NO_IDENTIFIERS: Identifiers = { id: null, email: null, phone: null };

/** The identifiers alone, without what else the object holds. */
export function identifiersOf({ id, email, phone }: Identifiers): Identifiers {
  return { id, email, phone };
}

export function areSameIdentifiers(one: Identifiers, other: Identifiers): boolean {
  return one.id === other.id && one.email === other.email && one.phone === other.phone;
}

/** How e-mail addresses are compared (case 10). */
export function emailKey(email: string): string {
  return email.toLowerCase();
}

export function isSameEmail(one: string, other: string): boolean {
  return emailKey(one) === emailKey(other);
}

const TRUTHS: ReadonlySet<string> = new Set(['true', '1']);

/** `unsubscribed`: true in any case, 1 or "1"; everything else is subscribed (case 34). */
export function isUnsubscribed(literal: string | undefined): boolean {
  return literal !== undefined && TRUTHS.has(literal.replaceAll('"', '').toLowerCase());
}
