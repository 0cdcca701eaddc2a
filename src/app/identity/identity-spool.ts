import { z } from 'zod';
import { CONFLICT_CODES, type Conflict, type ConflictCode } from '../../core/identity/conflict.ts';
import type { IdentityChanges } from '../../core/identity/identity-index.ts';
import type { ConflictCount } from '../../core/plan/plan-summary.ts';
import type { SpoolStore } from '../../ports/spool.ts';
import type { PlannedMove } from './identity-guard.ts';

/** Name of the spool with what a plan found out about identities; no model can be called so. */
export const IDENTITIES = '(identities)';

/** Conflicts kept one by one; beyond it they are only counted, so that a broken query can not fill the disk. */
export const CONFLICTS_KEPT_MAX = 10_000;

/** What a plan found out about identities, to be written down when it is carried out. */
export interface FoundIdentities {
  readonly changes: IdentityChanges;
  readonly counts: readonly ConflictCount[];
  readonly conflicts: readonly Conflict[];
  /** People whose canonical e-mail changed. */
  readonly moves: readonly PlannedMove[];
  /** Some models were not read: what earlier readings found in them still holds. */
  readonly isPartial: boolean;
}

const codes = Object.keys(CONFLICT_CODES) as [ConflictCode, ...ConflictCode[]];
const count = z.int().min(0);
const countSchema = z.object({ code: z.enum(codes), detail: z.string(), conflicts: count, people: count });
const conflictSchema = z.object({ code: z.enum(codes), detail: z.string(), people: z.array(z.string()) });
const headSchema = z.object({
  layout: z.object({ sources: z.array(z.string()), kinds: z.array(z.string()) }),
  liveClaims: count,
  counts: z.array(countSchema),
  conflicts: z.array(conflictSchema),
  moves: z.array(z.object({ from: z.string(), to: z.string(), models: z.array(z.string()) })),
  isPartial: z.boolean(),
});

export async function writeIdentities(
  spools: SpoolStore,
  planId: string,
  found: FoundIdentities,
): Promise<void> {
  const { changes, ...rest } = found;
  const { layout, liveClaims, persons, claims } = changes;
  const writer = await spools.create(planId, IDENTITIES);
  await writer.write(Buffer.from(JSON.stringify({ layout, liveClaims, ...rest }), 'utf8'));
  await writer.write(persons);
  await writer.write(new Uint8Array(claims.buffer, claims.byteOffset, claims.byteLength));
  await writer.finish();
}

/** @throws ContractError `plan_foreign` when the spool is not here. */
export async function readIdentities(spools: SpoolStore, planId: string): Promise<FoundIdentities> {
  const records: Buffer[] = [];
  for await (const record of spools.records(planId, IDENTITIES)) records.push(record);
  const [head, persons = Buffer.alloc(0), words = Buffer.alloc(0)] = records;
  const { layout, liveClaims, ...found } = headSchema.parse(JSON.parse(head?.toString('utf8') ?? ''));
  const claims = new Uint32Array(words.length / 4);
  new Uint8Array(claims.buffer).set(words);
  return { ...found, changes: { layout, liveClaims, persons, claims } };
}

/** Counts conflicts by code and what they are about, the most frequent first. */
export function countConflicts(conflicts: readonly Conflict[]): readonly ConflictCount[] {
  const groups = new Map<
    string,
    { readonly first: Conflict; conflicts: number; readonly people: Set<string> }
  >();
  for (const conflict of conflicts) {
    const name = `${conflict.code} ${conflict.detail}`;
    const group = groups.get(name) ?? { first: conflict, conflicts: 0, people: new Set() };
    group.conflicts += 1;
    for (const person of conflict.people) group.people.add(person);
    groups.set(name, group);
  }
  return [...groups.values()]
    .map(({ first, conflicts: number, people }) => ({
      code: first.code,
      detail: first.detail,
      conflicts: number,
      people: people.size,
    }))
    .sort((a, b) => b.conflicts - a.conflicts);
}
