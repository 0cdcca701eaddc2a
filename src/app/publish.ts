import { targetName } from '../core/consent/consent-target.ts';
import type { Model } from '../core/contract/contract.ts';
import {
  type Lock,
  type WorkspaceLock,
  withoutOtherSandboxes,
  withStarts,
  withWorkspace,
  workspaceLock,
  writeLock,
} from '../core/contract/lock.ts';
import { publishDefinitions } from '../core/definition/publish-definitions.ts';
import type { NewVersion } from '../core/definition/published.ts';
import {
  type EventMakingPlan,
  type ModelPlan,
  makesEvents,
  type PlanSummary,
} from '../core/plan/plan-summary.ts';
import type { Lease } from '../core/state/lease.ts';
import type { StateStore } from '../ports/state-store.ts';
import { eventTable } from './delivered-reader.ts';
import type { Session } from './session.ts';

/**
 * Before anything is sent: from when on each event is sent is written down, so that no gap can open later,
 * and how everything is defined, so that nothing changes in silence.
 * @returns by model the definitions that are sent in a new version.
 */
export async function publish(
  session: Session,
  summary: PlanSummary,
  { state, lease }: { readonly state: StateStore; readonly lease: Lease },
): Promise<ReadonlyMap<string, readonly NewVersion[]>> {
  const newVersions = await writeLockFile(session, summary);
  for (const plan of summary.models) {
    if (!makesEvents(plan) || !setsStart(plan)) continue;
    const table = eventTable(plan.event);
    if ((await state.delivered.eventStart(table)) === plan.publishedStart) continue;
    await state.delivered.recordEventStart(lease, table, plan.publishedStart);
  }
  return newVersions;
}

async function writeLockFile(
  session: Session,
  { models }: PlanSummary,
): Promise<ReadonlyMap<string, readonly NewVersion[]>> {
  const { lock, contract, folder, workspaceName } = session;
  const before: Lock = lock ?? { namespace: contract.project.namespace, workspaces: new Map() };
  const starts = models.flatMap((plan) =>
    makesEvents(plan) && setsStart(plan) ? [[plan.event, plan.publishedStart] as const] : [],
  );
  const started = withStarts(before, workspaceName, new Map(starts));
  const { workspace, newVersions } = publishAll(session, models, workspaceLock(started, workspaceName));
  const published = withWorkspace(started, workspaceName, workspace);
  const text = writeLock(
    session.workspace.isSandbox ? withoutOtherSandboxes(published, workspaceName) : published,
  );
  if (lock === undefined || text !== writeLock(lock)) await folder.writeLock(text);
  return newVersions;
}

/** A backfill sends what it was asked for; since when an event is sent is for the normal runs to say. */
function setsStart({ startReason }: EventMakingPlan): boolean {
  return startReason !== 'backfill' && startReason !== 'release';
}

function publishAll({ contract, toolbox }: Session, models: readonly ModelPlan[], lock: WorkspaceLock) {
  const { canonical } = contract.project;
  const today = new Date(toolbox.clock.now()).toISOString().slice(0, 10);
  const newVersions = new Map<string, readonly NewVersion[]>();
  let workspace = lock;
  for (const plan of models) {
    const name = plan.kind === 'consent' ? plan.people : plan.model;
    const model = contract.models.find((each) => each.name === name);
    if (model === undefined || model.isDraft || plan.operations === 0) continue;
    const names = sentNames(plan, model);
    const published = publishDefinitions(workspace, { model, names, canonical, today });
    workspace = published.lock;
    newVersions.set(plan.model, published.newVersions);
  }
  return { workspace, newVersions };
}

/** What is sent for nobody is still free to change; an event is sent with all its properties. */
function sentNames(plan: ModelPlan, model: Model): readonly string[] | undefined {
  switch (plan.kind) {
    case 'people':
      return Object.keys(plan.attributeChanges);
    case 'consent':
      return model.kind === 'people'
        ? model.consents
            .filter(({ target }) => Object.hasOwn(plan.changes, targetName(target)))
            .map(({ answer }) => answer.name)
        : [];
    case 'objects':
    case 'relationships':
    case 'devices':
    case 'segment':
    case 'erasure':
      return Object.keys(plan.attributeChanges);
    case 'identities':
      return [];
    case 'event':
    case 'abandonment':
      return undefined;
  }
}
