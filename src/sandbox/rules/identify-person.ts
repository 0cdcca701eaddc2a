import { looksLikeEmail } from '../checks/check-identifiers.ts';
import type { FailedAttribute } from '../state/activity.ts';
import { isSameEmail, type Person } from '../state/person.ts';
import type { Switches } from '../switches.ts';
import {
  decided,
  FIXED,
  failure,
  type IdentifierKind,
  type IdentityClaim,
  type IdentityDecision,
  type IdentityLookup,
  NO_ADDRESS,
  nobody,
  TAKEN,
  UNKNOWN_CIO_ID,
  withFailure,
  withIdentifier,
} from './identity-decision.ts';

/** The identity rules of the workspace (cases 13 to 20). Reads, decides, changes nothing. */
export function identifyPerson(
  claim: IdentityClaim,
  people: IdentityLookup,
  switches: Switches,
): IdentityDecision {
  const hasBadEmail = typeof claim.email === 'string' && !looksLikeEmail(claim.email);
  if (!hasBadEmail) return decide(claim, people, switches);
  const decision = decide({ ...claim, email: undefined }, people, switches);
  return withFailure(decision, failure('email', claim.email, NO_ADDRESS));
}

function decide(claim: IdentityClaim, people: IdentityLookup, switches: Switches): IdentityDecision {
  if (claim.key.kind === 'cio_id') return decideByCioId(claim, people, switches);
  const kind = claim.key.kind;
  const decision =
    switches.identifiers === 'email_or_id'
      ? decideByEither(kind, claim, people, switches)
      : decideByOnly(kind, claim, people);
  return isOwnKeyChanged(kind, claim) ? withFailure(decision, failure(kind, claim[kind], FIXED)) : decision;
}

/** An identify under id 1 that also says `id: 2` asks for a change that only cio_id may make. */
function isOwnKeyChanged(kind: IdentifierKind, claim: IdentityClaim): boolean {
  const wanted = claim[kind];
  return wanted !== undefined && (wanted === null || !isSame(kind, wanted, claim.key.value));
}

/** Workspaces with one identifier: e-mail is then an attribute like any other, and may be shared. */
function decideByOnly(kind: IdentifierKind, claim: IdentityClaim, people: IdentityLookup): IdentityDecision {
  const person = find(people, kind, claim.key.value);
  const email = kind === 'id' ? claim.email : undefined;
  if (person === undefined) return nobody(kind, claim.key.value, email ?? null);
  return decided(person, { id: person.id, email: email === undefined ? person.email : email });
}

function decideByEither(
  kind: IdentifierKind,
  claim: IdentityClaim,
  people: IdentityLookup,
  switches: Switches,
): IdentityDecision {
  const other = otherKind(kind);
  const wanted = claim[other];
  const keyOwner = find(people, kind, claim.key.value);
  const otherOwner = typeof wanted === 'string' ? find(people, other, wanted) : undefined;
  if (keyOwner === undefined) {
    const isNobody = otherOwner === undefined;
    return isNobody
      ? nobody(kind, claim.key.value, wanted ?? null)
      : giveKey(kind, claim, otherOwner, switches);
  }
  if (otherOwner === undefined || otherOwner.serial === keyOwner.serial) {
    return changeIdentifier(keyOwner, other, wanted, switches);
  }
  return settleConflict(keyOwner, otherOwner, other, wanted, switches);
}

/** The key is new, but the other identifier belongs to somebody: that person is updated and gets the key (case 13). */
function giveKey(
  kind: IdentifierKind,
  claim: IdentityClaim,
  owner: Person,
  switches: Switches,
): IdentityDecision {
  const value = claim.key.value;
  if (owner[kind] === null || mayChange(kind, switches)) {
    return decided(owner, withIdentifier(owner, kind, value));
  }
  if (kind === 'id' && switches.newIdTakenEmail === 'create_person') {
    return { kind: 'nobody', id: value, email: null, failures: [failure('email', claim.email, TAKEN)] };
  }
  return decided(owner, owner, [failure(kind, value, FIXED)]);
}

/** Sets an identifier that was missing; changes one that is set only where that is allowed (cases 17, 18). */
function changeIdentifier(
  person: Person,
  kind: IdentifierKind,
  wanted: string | null | undefined,
  switches: Switches,
): IdentityDecision {
  const present = person[kind];
  const isSettled = wanted === undefined || wanted === present || isSame(kind, wanted, present);
  if (isSettled) return decided(person, person);
  if (present === null || mayChange(kind, switches)) {
    return decided(person, withIdentifier(person, kind, wanted ?? null));
  }
  return decided(person, person, [failure(kind, wanted, FIXED)]);
}

/** Two people share the claim: merged if each has only its half, the older staying (case 15), else refused (case 14). */
function settleConflict(
  keyOwner: Person,
  otherOwner: Person,
  other: IdentifierKind,
  wanted: string | null | undefined,
  switches: Switches,
): IdentityDecision {
  const areHalves = keyOwner[other] === null && otherOwner[otherKind(other)] === null;
  if (!switches.autoMerge || !areHalves) {
    return decided(keyOwner, keyOwner, [failure(other, wanted, TAKEN)]);
  }
  const isKeyOwnerOlder = keyOwner.serial < otherOwner.serial;
  const [primary, secondary] = isKeyOwnerOlder ? [keyOwner, otherOwner] : [otherOwner, keyOwner];
  return { kind: 'merge', primary, secondary };
}

/** The only way to change identifiers that are set; a `cio_id` that is gone drops the request (case 20). */
function decideByCioId(claim: IdentityClaim, people: IdentityLookup, switches: Switches): IdentityDecision {
  const person = people.byCioId(claim.key.value);
  if (person === undefined) return UNKNOWN_CIO_ID;
  const id = changeByCioId(person, 'id', claim.id, people);
  const isEmailFree = switches.identifiers === 'id_only';
  const email = isEmailFree
    ? { value: claim.email === undefined ? person.email : claim.email, failures: [] }
    : changeByCioId(person, 'email', claim.email, people);
  return decided(person, { id: id.value, email: email.value }, [...id.failures, ...email.failures]);
}

function changeByCioId(
  person: Person,
  kind: IdentifierKind,
  wanted: string | null | undefined,
  people: IdentityLookup,
): { readonly value: string | null; readonly failures: readonly FailedAttribute[] } {
  if (wanted === undefined) return { value: person[kind], failures: [] };
  const owner = wanted === null ? undefined : find(people, kind, wanted);
  const isTaken = owner !== undefined && owner.serial !== person.serial;
  if (isTaken) return { value: person[kind], failures: [failure(kind, wanted, TAKEN)] };
  return { value: wanted, failures: [] };
}

function mayChange(kind: IdentifierKind, switches: Switches): boolean {
  return kind === 'email' && switches.allowEmailUpdateWithId;
}

function find(people: IdentityLookup, kind: IdentifierKind, value: string): Person | undefined {
  return kind === 'id' ? people.byId(value) : people.byEmail(value);
}

function isSame(kind: IdentifierKind, one: string | null, other: string | null): boolean {
  if (one === null || other === null) return one === other;
  return kind === 'id' ? one === other : isSameEmail(one, other);
}

function otherKind(kind: IdentifierKind): IdentifierKind {
  return kind === 'id' ? 'email' : 'id';
}
