import { type Lock, withStarts, withTypes, workspaceLock, writeLock } from '../core/contract/lock.ts';
import { withPublication } from '../core/contract/published-types.ts';
import { type ModelPlan, makesEvents, type PlanSummary } from '../core/plan/plan-summary.ts';
import type { Lease } from '../core/state/lease.ts';
import type { StateStore } from '../ports/state-store.ts';
import { eventTable } from './delivered-reader.ts';
import type { Session } from './session.ts';

/**
 * Before anything is sent: from when on each event is sent is written down, so that no gap can open later,
 * and under which types, so that none changes in silence.
 */
export async function publish(
  session: Session,
  summary: PlanSummary,
  { state, lease }: { readonly state: StateStore; readonly lease: Lease },
): Promise<void> {
  await writeLockFile(session, summary);
  for (const plan of summary.models) {
    if (!makesEvents(plan)) continue;
    const table = eventTable(plan.event);
    if ((await state.delivered.eventStart(table)) === plan.publishedStart) continue;
    await state.delivered.recordEventStart(lease, table, plan.publishedStart);
  }
}

async function writeLockFile(session: Session, { models }: PlanSummary): Promise<void> {
  const { lock, contract, folder, workspaceName } = session;
  const before: Lock = lock ?? { namespace: contract.project.namespace, workspaces: new Map() };
  const starts = models.flatMap((plan) =>
    makesEvents(plan) ? [[plan.event, plan.publishedStart] as const] : [],
  );
  const types = models.reduce((known, plan) => {
    const model = contract.models.find(({ name }) => name === plan.model);
    return model === undefined || plan.operations === 0
      ? known
      : withPublication(known, { model, names: sentNames(plan) });
  }, workspaceLock(before, workspaceName).types);
  const after = withTypes(withStarts(before, workspaceName, new Map(starts)), workspaceName, types);
  const text = writeLock(after);
  if (lock === undefined || text !== writeLock(lock)) await folder.writeLock(text);
}

/** An attribute that is sent for nobody is still free to change; an event is sent with all its properties. */
function sentNames(plan: ModelPlan): readonly string[] | undefined {
  return plan.kind === 'people' ? Object.keys(plan.attributeChanges) : undefined;
}
