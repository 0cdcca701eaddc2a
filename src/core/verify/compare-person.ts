import type { Profile } from '../customerio/profile.ts';
import { isShown, shownText } from '../customerio/shown-value.ts';
import { CLEAR, type Fragment, KEEP } from '../shape/fragment.ts';

/** How Customer.io differs from MySQL. */
export const DIFFERENCE_WORDS = {
  missing_person: 'Customer.io has no profile of somebody who was delivered',
  missing_attribute: 'Customer.io has no value where one was delivered',
  not_removed: 'Customer.io has a value that was removed',
  different:
    'Customer.io has another value than was delivered: it was refused in silence, or somebody else changed it',
  waiting: 'MySQL has changed since; the next sync sends it',
  not_delivered: 'never delivered: held, a fault, or new since the last sync',
} as const;

export type DifferenceKind = keyof typeof DIFFERENCE_WORDS;

export interface Difference {
  readonly kind: DifferenceKind;
  /** Undefined for the person as a whole. */
  readonly attribute: string | undefined;
  /** What MySQL says, as JSON; '' when it says nothing. */
  readonly expected: Fragment;
  /** What Customer.io holds, as the text that it gives back. */
  readonly found: string | undefined;
}

/** Attributes by name, in the order of MySQL's and the delivered values. */
export interface PersonValues {
  readonly names: readonly string[];
  readonly mysql: readonly Fragment[];
  /** Undefined when the person was never delivered. */
  readonly delivered: readonly Fragment[] | undefined;
}

/** Differences that mean that what was delivered is not there: sending again mends them. */
export function isLoss(kind: DifferenceKind): boolean {
  return kind !== 'waiting' && kind !== 'not_delivered';
}

/** Compares what MySQL says with what Customer.io holds, which it gives back as texts whatever was sent. */
export function comparePerson(values: PersonValues, profile: Profile | undefined): readonly Difference[] {
  const { names, mysql, delivered } = values;
  if (delivered === undefined) return profile === undefined ? [wholePerson('not_delivered')] : [];
  if (profile === undefined) return [wholePerson('missing_person')];
  return names.flatMap((attribute, index): readonly Difference[] => {
    const expected = mysql[index] ?? KEEP;
    if (expected === KEEP || isShown(profile, attribute, expected)) return [];
    const found = shownText(profile, attribute);
    const isWaiting = expected !== delivered[index];
    return [{ kind: isWaiting ? 'waiting' : kindOf(expected, found), attribute, expected, found }];
  });
}

function wholePerson(kind: DifferenceKind): Difference {
  return { kind, attribute: undefined, expected: KEEP, found: undefined };
}

function kindOf(expected: Fragment, found: string | undefined): DifferenceKind {
  if (found === undefined) return 'missing_attribute';
  return expected === CLEAR ? 'not_removed' : 'different';
}
