import { looksLikeEmail, looksLikePhone } from '../checks/check-identifiers.ts';
import type { FailedAttribute } from '../state/activity.ts';
import { type Identifiers, isSameEmail, type Person } from '../state/person.ts';
import type { Switches } from '../switches.ts';
import {
  decided,
  FIXED,
  failure,
  type IdentifierKind,
  type IdentityClaim,
  type IdentityDecision,
  type IdentityLookup,
  merged,
  NO_ADDRESS,
  NO_PHONE,
  nobody,
  TAKEN,
  UNKNOWN_CIO_ID,
  withFailures,
  withIdentifier,
} from './identity-decision.ts';

/** What every rule decides by: what is asked for, who is there, and what the workspace allows. */
interface Question {
  readonly claim: IdentityClaim;
  readonly people: IdentityLookup;
  readonly switches: Switches;
}

/** The identity rules of the workspace (cases 13 to 20). Reads, decides, changes nothing. */
export function identifyPerson(
  claim: IdentityClaim,
  people: IdentityLookup,
  switches: Switches,
): IdentityDecision {
  const hasBadEmail = typeof claim.email === 'string' && !looksLikeEmail(claim.email);
  const hasBadPhone = typeof claim.phone === 'string' && !looksLikePhone(claim.phone);
  if (!hasBadEmail && !hasBadPhone) return decide({ claim, people, switches });
  const sound = {
    ...claim,
    ...(hasBadEmail ? { email: undefined } : {}),
    ...(hasBadPhone ? { phone: undefined } : {}),
  };
  return withFailures(decide({ claim: sound, people, switches }), [
    ...(hasBadEmail ? [failure('email', claim.email, NO_ADDRESS)] : []),
    ...(hasBadPhone ? [failure('phone', claim.phone, NO_PHONE)] : []),
  ]);
}

function decide(question: Question): IdentityDecision {
  const { claim } = question;
  if (claim.key.kind === 'cio_id') return decideByCioId(question);
  const { kind } = claim.key;
  const decision = decideByKey(kind, question);
  return isOwnKeyChanged(kind, claim)
    ? withFailures(decision, [failure(kind, claim[kind], FIXED)])
    : decision;
}

/** An identify under id 1 that also says `id: 2` asks for a change that only cio_id may make. */
function isOwnKeyChanged(kind: IdentifierKind, claim: IdentityClaim): boolean {
  const wanted = claim[kind];
  return wanted !== undefined && (wanted === null || !isSame(kind, wanted, claim.key.value));
}

function decideByKey(kind: IdentifierKind, question: Question): IdentityDecision {
  const { claim, people } = question;
  const keyOwner = find(people, kind, claim.key.value);
  if (keyOwner !== undefined) return changeOthers(keyOwner, keyOwner, kind, question);
  const owner = ownerOfOthers(kind, question);
  return owner === undefined ? nobody(claimedIdentifiers(kind, claim)) : giveKey(owner, kind, question);
}

function claimedIdentifiers(kind: IdentifierKind, claim: IdentityClaim): Identifiers {
  const wanted = { id: claim.id ?? null, email: claim.email ?? null, phone: claim.phone ?? null };
  return withIdentifier(wanted, kind, claim.key.value);
}

/** Somebody who has another of the identifiers that the claim names. */
function ownerOfOthers(kind: IdentifierKind, { claim, people, switches }: Question): Person | undefined {
  for (const other of otherKinds(kind, switches)) {
    const wanted = claim[other];
    const owner = typeof wanted === 'string' ? find(people, other, wanted) : undefined;
    if (owner !== undefined) return owner;
  }
  return undefined;
}

/** The key is new, but another identifier belongs to somebody: that person is updated and gets the key (case 13). */
function giveKey(owner: Person, kind: IdentifierKind, question: Question): IdentityDecision {
  const { claim, switches } = question;
  const { value } = claim.key;
  if (owner[kind] === null || mayChange(kind, switches)) {
    return changeOthers(owner, withIdentifier(owner, kind, value), kind, question);
  }
  if (kind === 'id' && switches.newIdTakenEmail === 'create_person') return separatePerson(question);
  return withFailures(changeOthers(owner, owner, kind, question), [failure(kind, value, FIXED)]);
}

/** By switch: a second person, with what of the claim nobody else has. */
function separatePerson({ claim, people, switches }: Question): IdentityDecision {
  const taken = otherKinds('id', switches).filter((kind) => {
    const wanted = claim[kind];
    return typeof wanted === 'string' && find(people, kind, wanted) !== undefined;
  });
  const identifiers = taken.reduce<Identifiers>(
    (left, kind) => withIdentifier(left, kind, null),
    claimedIdentifiers('id', claim),
  );
  return nobody(
    identifiers,
    taken.map((kind) => failure(kind, claim[kind], TAKEN)),
  );
}

/**
 * Sets the identifiers besides the key, one after the other. One that belongs to somebody else merges the two
 * if neither has what the other has (case 15), else it fails (case 14).
 */
function changeOthers(
  person: Person,
  start: Identifiers,
  kind: IdentifierKind,
  { claim, people, switches }: Question,
): IdentityDecision {
  let identifiers = start;
  const failures: FailedAttribute[] = [];
  for (const other of otherKinds(kind, switches)) {
    const wanted = claim[other];
    if (wanted === undefined || isSame(other, wanted, identifiers[other])) continue;
    const owner = wanted === null ? undefined : find(people, other, wanted);
    if (owner !== undefined && owner.serial !== person.serial) {
      if (switches.autoMerge && canMerge(person, owner)) return merged(person, owner);
      failures.push(failure(other, wanted, TAKEN));
    } else if (identifiers[other] === null || mayChange(other, switches)) {
      identifiers = withIdentifier(identifiers, other, wanted);
    } else {
      failures.push(failure(other, wanted, FIXED));
    }
  }
  return decided(person, withFreeEmail(identifiers, claim, switches), failures);
}

function canMerge(one: Person, other: Person): boolean {
  const kinds = ['id', 'email', 'phone'] as const;
  return kinds.every((kind) => one[kind] === null || other[kind] === null);
}

/** The only way to change identifiers that are set; a `cio_id` that is gone drops the request (case 20). */
function decideByCioId({ claim, people, switches }: Question): IdentityDecision {
  const person = people.byCioId(claim.key.value);
  if (person === undefined) return UNKNOWN_CIO_ID;
  let identifiers: Identifiers = person;
  const failures: FailedAttribute[] = [];
  for (const kind of identifierKinds(switches)) {
    const wanted = claim[kind];
    if (wanted === undefined) continue;
    const owner = wanted === null ? undefined : find(people, kind, wanted);
    const isTaken = owner !== undefined && owner.serial !== person.serial;
    if (isTaken) failures.push(failure(kind, wanted, TAKEN));
    else identifiers = withIdentifier(identifiers, kind, wanted);
  }
  return decided(person, withFreeEmail(identifiers, claim, switches), failures);
}

/** Where e-mail is no identifier it is an attribute like any other: it changes freely and may be shared. */
function withFreeEmail(identifiers: Identifiers, claim: IdentityClaim, switches: Switches): Identifiers {
  if (switches.identifiers !== 'id_only' || claim.email === undefined) return identifiers;
  return withIdentifier(identifiers, 'email', claim.email);
}

const KINDS: Readonly<Record<Switches['identifiers'], readonly IdentifierKind[]>> = {
  email_or_id: ['id', 'email'],
  id_only: ['id'],
  email_only: ['email'],
};

function identifierKinds(switches: Switches): readonly IdentifierKind[] {
  const kinds = KINDS[switches.identifiers];
  return switches.phoneIdentifier ? [...kinds, 'phone'] : kinds;
}

function otherKinds(kind: IdentifierKind, switches: Switches): readonly IdentifierKind[] {
  return identifierKinds(switches).filter((other) => other !== kind);
}

function mayChange(kind: IdentifierKind, switches: Switches): boolean {
  return kind === 'email' && switches.allowEmailUpdateWithId;
}

function find(people: IdentityLookup, kind: IdentifierKind, value: string): Person | undefined {
  switch (kind) {
    case 'id':
      return people.byId(value);
    case 'email':
      return people.byEmail(value);
    case 'phone':
      return people.byPhone(value);
  }
}

function isSame(kind: IdentifierKind, one: string | null, other: string | null): boolean {
  if (one === null || other === null) return one === other;
  return kind === 'email' ? isSameEmail(one, other) : one === other;
}
