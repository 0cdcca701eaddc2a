import type { Conflict } from '../../core/identity/conflict.ts';
import type { Lease } from '../../core/state/lease.ts';
import type { IdentityStore } from '../../ports/identity-store.ts';
import type { SpoolStore } from '../../ports/spool.ts';
import {
  CONFLICTS_KEPT_MAX,
  countConflicts,
  type FoundIdentities,
  readIdentities,
} from './identity-spool.ts';

export interface DeliverIdentitiesOptions {
  readonly spools: SpoolStore;
  readonly planId: string;
  readonly lease: Lease;
  readonly identities: IdentityStore;
  /** Unix ms. */
  readonly now: number;
}

/**
 * Writes down who is who and what contradicts, before anything is sent: people who are about to be delivered
 * must not be known to the state without their keys.
 */
export async function deliverIdentities(options: DeliverIdentitiesOptions): Promise<FoundIdentities> {
  const { spools, planId, lease, identities } = options;
  const found = await readIdentities(spools, planId);
  await identities.recordIdentities(lease, found.changes, found.moves);
  await recordConflicts(found, [], options);
  return found;
}

/** Writes down what the plan found, and what was found since while people were sent. */
export async function recordConflicts(
  found: FoundIdentities,
  more: readonly Conflict[],
  { identities, lease, now }: Pick<DeliverIdentitiesOptions, 'identities' | 'lease' | 'now'>,
): Promise<void> {
  const earlier = found.isPartial ? await identities.conflicts(CONFLICTS_KEPT_MAX) : [];
  const added = withoutRepeats([...more, ...earlier], found.conflicts);
  const counts = added.length === 0 ? found.counts : joinCounts(found, added);
  const conflicts = [...found.conflicts, ...added].slice(0, CONFLICTS_KEPT_MAX);
  await identities.recordConflicts(lease, { now, counts, conflicts });
}

function withoutRepeats(conflicts: readonly Conflict[], known: readonly Conflict[]): readonly Conflict[] {
  const seen = new Set(known.map(nameOf));
  return conflicts.filter((conflict) => {
    const name = nameOf(conflict);
    if (seen.has(name)) return false;
    seen.add(name);
    return true;
  });
}

/** The plan's own counts are exact also where not every conflict was kept. */
function joinCounts(found: FoundIdentities, added: readonly Conflict[]): FoundIdentities['counts'] {
  const more = countConflicts(added);
  const joined = found.counts.map((count) => {
    const same = more.find(({ code, detail }) => code === count.code && detail === count.detail);
    if (same === undefined) return count;
    const { conflicts, people } = count;
    return { ...count, conflicts: conflicts + same.conflicts, people: people + same.people };
  });
  const isNew = (each: FoundIdentities['counts'][number]): boolean =>
    !found.counts.some(({ code, detail }) => code === each.code && detail === each.detail);
  return [...joined, ...more.filter(isNew)];
}

function nameOf({ code, detail, people }: Conflict): string {
  return JSON.stringify([code, detail, people]);
}
