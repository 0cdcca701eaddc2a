import { ATTRIBUTES_MAX } from '../limits.ts';
import type { AttributeChange } from '../operation.ts';
import type { FailedAttribute } from '../state/activity.ts';
import { type AttributeSet, literalOf } from '../state/attribute-set.ts';
import { foldTopicChanges, PREFERENCES } from './subscription-preferences.ts';

/** What of an identify can be written to a person, and what fails. */
export interface Writable {
  readonly changes: readonly AttributeChange[];
  readonly failures: readonly FailedAttribute[];
}

const IMMUTABLE: ReadonlySet<string> = new Set(['cio_id', '_created_in_customerio_at']);
const IS_IMMUTABLE = 'The attribute is set by Customer.io and cannot be changed.';
const TOO_MANY = `A person cannot have more than ${ATTRIBUTES_MAX} attributes.`;
const NO_FAILURES: readonly FailedAttribute[] = [];

/** Leaves out what is immutable, and what a person has no room for. */
export function writableChanges(
  changes: readonly AttributeChange[],
  present: AttributeSet,
  cioId: string,
): Writable {
  const folded = foldTopicChanges(changes, () => literalOf(present, PREFERENCES));
  const hasFixed = folded.some((change) => IMMUTABLE.has(change.name));
  const fixed = hasFixed ? folded.filter((change) => IMMUTABLE.has(change.name)) : [];
  const free = hasFixed ? folded.filter((change) => !fixed.includes(change)) : folded;
  const surplus = surplusChanges(free, present);
  if (fixed.length + surplus.length === 0) return { changes: free, failures: NO_FAILURES };
  const changed = fixed.filter((change) => change.literal !== JSON.stringify(cioId));
  return {
    changes: free.filter((change) => !surplus.includes(change)),
    failures: [...attemptsOf(changed, IS_IMMUTABLE), ...attemptsOf(surplus, TOO_MANY)],
  };
}

function surplusChanges(
  changes: readonly AttributeChange[],
  present: AttributeSet,
): readonly AttributeChange[] {
  if (present.names.length + changes.length <= ATTRIBUTES_MAX) return [];
  const fresh = changes.filter(
    (change) => change.literal !== null && present.names.positionOf(change.name) === undefined,
  );
  return fresh.slice(Math.max(0, ATTRIBUTES_MAX - present.names.length));
}

/** The changes as failures, all for the same reason. */
export function attemptsOf(changes: readonly AttributeChange[], reason: string): readonly FailedAttribute[] {
  return changes.map((change) => ({ name: change.name, literal: change.literal, reason }));
}
