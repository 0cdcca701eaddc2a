import type { Profile } from '../customerio/profile.ts';
import type { OtherProfile } from './conflict.ts';

/** What is to be done with a person who is about to be sent, seen against what Customer.io holds. */
export type ProfileVerdict =
  | { readonly kind: 'send' }
  /** The identifiers belong to two profiles: Customer.io would change the wrong one, or none. `other` is in the way. */
  | { readonly kind: 'taken'; readonly other: OtherProfile }
  /** An identifier changes, and Customer.io could not be asked what that would do. */
  | { readonly kind: 'unchecked' }
  /** An identifier that is set changes, which Customer.io allows under the cio_id only. */
  | { readonly kind: 'by_cio_id'; readonly cioId: string };

const SEND: ProfileVerdict = { kind: 'send' };

/** Someone sent under an id, with the e-mail address among the attributes. */
export interface PersonById {
  readonly id: string;
  readonly email: string;
  /** Whoever has the address at Customer.io. */
  readonly owner: Profile | undefined;
  /** Whoever has the id there. */
  readonly own: Profile | undefined;
}

/**
 * A new id with a free address, or with that of a profile without an id, is what Customer.io joins by
 * itself. An address of a profile with another id would change that profile. An address that is set is changed
 * under the cio_id, which every workspace allows.
 */
export function judgeById({ id, email, owner, own }: PersonById): ProfileVerdict {
  if (owner?.identifiers.id === id) return SEND;
  if (owner?.identifiers.id !== undefined) return takenBy(owner);
  const present = own?.identifiers.email;
  if (own === undefined || present === undefined || isSameAddress(present, email)) return SEND;
  return owner === undefined ? { kind: 'by_cio_id', cioId: own.identifiers.cioId } : takenBy(owner);
}

/** Someone sent under an e-mail address, with the id among the attributes where there is one. */
export interface PersonByEmail {
  readonly email: string;
  readonly id: string | undefined;
  /** Whoever has the address at Customer.io. */
  readonly owner: Profile | undefined;
  /** The profile that this person had until now: by the id, or under the address before. */
  readonly former: Profile | undefined;
}

/** A new address of somebody who has a profile is a change of that profile, never a second person. */
export function judgeByEmail({ email, id, owner, former }: PersonByEmail): ProfileVerdict {
  const isMoved = former !== undefined && !isSameAddress(former.identifiers.email ?? '', email);
  if (owner === undefined) return isMoved ? { kind: 'by_cio_id', cioId: former.identifiers.cioId } : SEND;
  if (isMoved && former.identifiers.cioId !== owner.identifiers.cioId) return takenBy(former);
  const ownId = owner.identifiers.id;
  if (id === undefined || ownId === undefined || ownId === id) return SEND;
  // The address leads to the profile that is in the way: there is no second one to merge it with.
  return { kind: 'taken', other: { ...otherProfile(owner), cioId: undefined } };
}

/** Customer.io does not tell upper from lower case in addresses. */
export function isSameAddress(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

function takenBy(profile: Profile): ProfileVerdict {
  return { kind: 'taken', other: otherProfile(profile) };
}

function otherProfile({ identifiers, attributes }: Profile): OtherProfile {
  const createdAt = Number(attributes.get('_created_in_customerio_at'));
  return {
    cioId: identifiers.cioId,
    id: identifiers.id,
    createdAt: Number.isInteger(createdAt) && createdAt > 0 ? createdAt : undefined,
  };
}
