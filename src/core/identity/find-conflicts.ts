import type { CanonicalIdentifier } from '../contract/contract.ts';
import type { Claim } from './claim-table.ts';
import type { AcceptableCode, Conflict } from './conflict.ts';
import type { IdentityIndex } from './identity-index.ts';
import type { KeyKind } from './key-hash.ts';
import type { Ordinal } from './text-pool.ts';

/** What the contract says about conflicts. */
export interface ConflictRules {
  readonly canonical: CanonicalIdentifier;
  /** Kinds of keys that several people may have. */
  readonly mayShare: readonly KeyKind[];
  readonly accept: readonly AcceptableCode[];
}

/** Every contradiction among the keys of an index that is complete. */
export function findConflicts(index: IdentityIndex, rules: ConflictRules): readonly Conflict[] {
  const shared = [...index.claims.shared()].flatMap((claims) => conflictsOfKey(index, claims, rules));
  return rules.canonical === 'email' ? [...shared, ...peopleWithTwoIds(index)] : shared;
}

function conflictsOfKey(
  index: IdentityIndex,
  claims: readonly Claim[],
  rules: ConflictRules,
): readonly Conflict[] {
  const kind = index.kindName(claims[0]?.kind ?? 0);
  const holders = survivors(
    index,
    claims.filter(({ isFolded }) => !isFolded),
  );
  const all = survivors(index, claims);
  const conflicts: Conflict[] = [];
  if (holders.size > 1 && !rules.mayShare.includes(kind)) {
    const code = kind === 'email' ? 'email_on_two_people' : 'key_on_two_people';
    conflicts.push({ code, detail: kind, people: texts(index, holders) });
  }
  if (all.size > holders.size && all.size > 1 && !rules.accept.includes('emails_differ_by_accent')) {
    conflicts.push({ code: 'emails_differ_by_accent', detail: kind, people: texts(index, all) });
  }
  return conflicts;
}

/** Under canonical e-mail an address with two ids is one profile that can have only one of them. */
function peopleWithTwoIds(index: IdentityIndex): readonly Conflict[] {
  const people = index.claims.personsWithSeveral(index.kindNumber('id'), index.persons.count);
  return texts(index, people).map((person) => ({
    code: 'email_on_two_people',
    detail: 'id',
    people: [person],
  }));
}

function survivors(index: IdentityIndex, claims: readonly Claim[]): ReadonlySet<Ordinal> {
  return new Set(claims.map(({ person }) => index.survivor(person)));
}

function texts(index: IdentityIndex, people: ReadonlySet<Ordinal>): readonly string[] {
  return [...people].map((person) => index.persons.text(person)).sort();
}
