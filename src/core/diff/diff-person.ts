import { type Fragment, KEEP } from '../shape/fragment.ts';

/** What changed for one person since the last delivery. */
export interface PersonDiff {
  /** Indexes of the attributes to send; undefined for a new person: all that have a value. */
  readonly changed: readonly number[] | undefined;
  /** All values as they will have been delivered then. */
  readonly fragments: readonly Fragment[];
}

/**
 * Compares shaped values with those last delivered (same order; undefined for a new person).
 * A value that is kept stays what it was; one never delivered before is always sent.
 */
export function diffPerson(
  shaped: readonly Fragment[],
  delivered: readonly Fragment[] | undefined,
): PersonDiff {
  if (delivered === undefined) return { changed: undefined, fragments: shaped };
  const changed: number[] = [];
  const fragments = shaped.map((fragment, index) => {
    const before = delivered[index] ?? KEEP;
    if (fragment === KEEP) return before;
    if (fragment !== before) changed.push(index);
    return fragment;
  });
  return { changed, fragments };
}
