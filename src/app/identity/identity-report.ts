import { resolveCustomerio } from '../../core/contract/connection-settings.ts';
import { type CanonicalIdentifier, type PeopleModel, peopleModels } from '../../core/contract/contract.ts';
import { GONE } from '../../core/diff/entry.ts';
import { type FingerprintTable, NO_SLOT, type Slot } from '../../core/diff/fingerprint-table.ts';
import { newKeyWords, writeTextKeyWords } from '../../core/diff/key-words.ts';
import { MillraceError } from '../../core/errors/millrace-error.ts';
import { writeMergeFile } from '../../core/identity/merge-file.ts';
import { type ProfileAges, type ProposedMerge, proposeMerges } from '../../core/identity/merge-plan.ts';
import type { ConflictCount } from '../../core/plan/plan-summary.ts';
import type { StoredConflict } from '../../ports/identity-store.ts';
import type { ProfileReader } from '../../ports/profile-reader.ts';
import type { Toolbox } from '../../ports/toolbox.ts';
import { type DeliveredReader, loadTable, peopleTable } from '../delivered-reader.ts';
import { loadContract } from '../load-contract.ts';
import { withHistory } from '../open-history.ts';

export interface IdentityReportOptions {
  readonly projectPath: string;
  /** Undefined: the one used last. */
  readonly workspace: string | undefined;
  /** How many conflicts to list; all are counted. */
  readonly conflictsMax: number;
}

/** What the last full run found out about identities. */
export interface IdentityReport {
  readonly workspace: string;
  /** Claims that a key belongs to somebody. */
  readonly keys: number;
  readonly counts: readonly ConflictCount[];
  readonly conflicts: readonly StoredConflict[];
  /** People who were merged into others. */
  readonly merged: number;
}

export interface MergeProposal {
  readonly merges: readonly ProposedMerge[];
  /** The merge plan as a file. */
  readonly text: string;
  /** Why the profiles' ages are not known; undefined when they are. */
  readonly agesUnknown: string | undefined;
}

/** Conflicts for which merges are proposed at once. */
const CONFLICTS_MAX = 10_000;

/** Contradictions among the identities, from the state; needs no connection. */
export function identityReport(toolbox: Toolbox, options: IdentityReportOptions): Promise<IdentityReport> {
  return withHistory(toolbox, options, async ({ workspace, state }) => ({
    workspace,
    keys: await state.identities.claimCount(),
    counts: await state.identities.conflictCounts(),
    conflicts: await state.identities.conflicts(options.conflictsMax),
    merged: (await state.identities.merges()).length,
  }));
}

/** The merges that would settle what merging can settle. Asks Customer.io how old profiles are, if it may. */
export function proposeIdentityMerges(
  toolbox: Toolbox,
  options: Omit<IdentityReportOptions, 'conflictsMax'>,
): Promise<MergeProposal> {
  return withHistory(toolbox, options, async ({ workspace, state }) => {
    const conflicts = await state.identities.conflicts(CONFLICTS_MAX);
    const folder = toolbox.openProject(options.projectPath);
    const contract = await loadContract(folder);
    const { project } = contract;
    const { canonical } = project;
    const settings = resolveCustomerio(project.customerio, await folder.variables());
    const app = settings.app && toolbox.openAppApi(settings.app);
    try {
      const people = [...new Set(conflicts.flatMap((conflict) => conflict.people))];
      const { ages, why } = await agesOf(people, canonical, app?.profiles);
      const isOfShop = await shopPeople(state.delivered, peopleModels(contract));
      const merges = proposeMerges(conflicts, { canonical, ages, isOfShop });
      return { merges, text: writeMergeFile(workspace, merges), agesUnknown: why };
    } finally {
      await app?.close();
    }
  });
}

/** Tells who was delivered and is still there: whoever is gone from the shop may be merged into somebody. */
async function shopPeople(
  delivered: DeliveredReader,
  models: readonly PeopleModel[],
): Promise<(person: string) => boolean> {
  const tables: FingerprintTable[] = [];
  // One after the other: each is read from the same file.
  for (const { name } of models) tables.push(await loadTable(delivered, peopleTable(name)));
  const key = newKeyWords();
  return (person) => {
    writeTextKeyWords(person, delivered.keySeed, key);
    return tables.some((table) => isThere(table, table.find(key)));
  };
}

function isThere(table: FingerprintTable, slot: Slot): boolean {
  return slot !== NO_SLOT && table.isDelivered(slot) && !table.hasFingerprint(slot, GONE.high, GONE.low);
}

async function agesOf(
  people: readonly string[],
  canonical: CanonicalIdentifier,
  profiles: ProfileReader | undefined,
): Promise<{ readonly ages: ProfileAges; readonly why: string | undefined }> {
  if (profiles === undefined) return { ages: new Map(), why: 'there is no App API key' };
  try {
    const found = await profiles.profiles(people, canonical);
    const ages = found.flatMap(({ identifiers, attributes }) => {
      const createdAt = Number(attributes.get('_created_in_customerio_at'));
      return createdAt > 0 ? [[identifiers[canonical] ?? '', createdAt] as const] : [];
    });
    return { ages: new Map(ages), why: undefined };
  } catch (error) {
    if (!(error instanceof MillraceError)) throw error;
    return { ages: new Map(), why: error.message };
  }
}
