import type { CanonicalIdentifier } from '../contract/contract.ts';
import type { Conflict, ConflictCode } from './conflict.ts';

/** One profile of a merge, by exactly one identifier. */
export type MergeSide = { readonly id: string } | { readonly email: string } | { readonly cio_id: string };

/** Why this profile and not the other one would stay. */
export type MergeReason =
  /** Customer.io's own rule for automatic merges: the older profile stays. */
  | 'older'
  /** The other profile stands in no row: the ids of the shop must lead somewhere afterwards, too. */
  | 'in_mysql'
  /** Nothing is known of their age: the first by name. */
  | 'first';

/** Two profiles that would become one. */
export interface ProposedMerge {
  readonly because: ConflictCode;
  /** Kind of key, where that is not said by the code. */
  readonly detail: string;
  readonly primary: MergeSide;
  readonly secondary: MergeSide;
  readonly decidedBy: MergeReason;
  /** Which of the two Customer.io has had for longer. */
  readonly older: 'primary' | 'secondary' | 'unknown';
  /** False where two people may well share the key: somebody has to say that they are one. */
  readonly apply: boolean;
}

/** Person → unix seconds of when Customer.io made the profile. */
export type ProfileAges = ReadonlyMap<string, number>;

/** What has to be known of profiles before a merge of them can be proposed. */
export interface MergeFacts {
  readonly canonical: CanonicalIdentifier;
  readonly ages: ProfileAges;
  /** Whether the id is somebody's whom a row of the shop stands for. */
  isOfShop(id: string): boolean;
}

/** The merges that would settle the conflicts which merging can settle. */
export function proposeMerges(conflicts: readonly Conflict[], facts: MergeFacts): readonly ProposedMerge[] {
  const merges = conflicts.flatMap((conflict) => mergesFor(conflict, facts));
  const seen = new Set<string>();
  return merges.filter(({ primary, secondary }) => {
    const pair = [sideText(primary), sideText(secondary)].sort().join(' ');
    if (seen.has(pair)) return false;
    seen.add(pair);
    return true;
  });
}

function mergesFor(conflict: Conflict, facts: MergeFacts): readonly ProposedMerge[] {
  switch (conflict.code) {
    case 'email_on_two_people':
      return mergePeople(conflict, facts, true);
    case 'key_on_two_people':
      return mergePeople(conflict, facts, conflict.detail === 'id');
    case 'email_taken':
      return mergeOther(conflict, facts);
    case 'id_like_email':
    case 'emails_differ_by_accent':
    case 'id_reused':
    case 'mixed_identifiers':
      return [];
  }
}

/** People of the shop: the oldest profile stays, as it would if Customer.io merged them itself. */
function mergePeople(
  { code, detail, people }: Conflict,
  { canonical, ages }: MergeFacts,
  apply: boolean,
): readonly ProposedMerge[] {
  const byAge = [...people].sort((a, b) => ageOf(a, ages) - ageOf(b, ages) || (a < b ? -1 : 1));
  const [winner, ...others] = byAge;
  if (winner === undefined) return [];
  const isKnown = ages.has(winner);
  return others.map((other) => ({
    because: code,
    detail,
    primary: sideOf(winner, canonical),
    secondary: sideOf(other, canonical),
    decidedBy: isKnown ? 'older' : 'first',
    older: isKnown && ages.has(other) ? 'primary' : 'unknown',
    apply,
  }));
}

/**
 * A profile that no row stands for is merged into the one that has a row, whichever is older. Two people of the
 * shop, one of whom still has at Customer.io what the other has here, are two.
 */
function mergeOther(
  { code, detail, people, other }: Conflict,
  { canonical, ages, isOfShop }: MergeFacts,
): readonly ProposedMerge[] {
  const [person] = people;
  if (person === undefined || other?.cioId === undefined) return [];
  if (canonical === 'id' && other.id !== undefined && isOfShop(other.id)) return [];
  const age = ages.get(person);
  const isAgeKnown = age !== undefined && other.createdAt !== undefined;
  return [
    {
      because: code,
      detail,
      primary: sideOf(person, canonical),
      secondary: { cio_id: other.cioId },
      decidedBy: 'in_mysql',
      older: isAgeKnown ? (age <= (other.createdAt ?? 0) ? 'primary' : 'secondary') : 'unknown',
      apply: true,
    },
  ];
}

function sideOf(person: string, canonical: CanonicalIdentifier): MergeSide {
  return canonical === 'id' ? { id: person } : { email: person };
}

export function sideText(side: MergeSide): string {
  const [[kind, value] = ['', '']] = Object.entries(side);
  return `${kind} ${value}`;
}

function ageOf(person: string, ages: ProfileAges): number {
  return ages.get(person) ?? Number.POSITIVE_INFINITY;
}
