import { ContractError } from '../core/errors/millrace-error.ts';
import type { SavedPlan } from '../core/plan/plan-file.ts';
import { planRefusal } from '../core/plan/plan-freshness.ts';
import type { StateStore } from '../ports/state-store.ts';
import type { Toolbox } from '../ports/toolbox.ts';
import { spoolsOf } from './plan-spools.ts';
import { type Session, withSession } from './session.ts';
import { type PlanToDeliver, type RunResult, writeRun } from './write-run.ts';

export interface ApplyOptions {
  readonly projectPath: string;
  readonly plan: SavedPlan;
  readonly command: string;
  readonly signal: AbortSignal | undefined;
}

/** Sends exactly the operations of a saved plan, or nothing when it no longer fits. */
export function apply(toolbox: Toolbox, options: ApplyOptions): Promise<RunResult> {
  return withSession(toolbox, { projectPath: options.projectPath, select: [] }, async (session) => {
    const runId = toolbox.newId();
    const result = await writeRun(session, { ...options, runId }, async (state) => {
      await checkPlan(session, state, options.plan);
      return { summary: options.plan.summary, withheld: new Map() } satisfies PlanToDeliver;
    });
    await session.spools.remove(options.plan.summary.planId);
    return result;
  });
}

async function checkPlan(session: Session, state: StateStore, { summary, spools }: SavedPlan): Promise<void> {
  const refusal = planRefusal(summary, {
    now: session.toolbox.clock.now(),
    maxAgeSeconds: session.contract.project.planMaxAgeSeconds,
    contractHash: session.contract.hash,
    workspace: session.workspaceName,
    stateId: state.delivered.stateId,
    stateVersion: await state.delivered.version(),
  });
  if (refusal !== undefined) throw new ContractError(refusal.code, refusal.message);
  for (const name of spoolsOf(summary)) {
    if ((await session.spools.digest(summary.planId, name)) === spools[name]) continue;
    throw new ContractError('plan_damaged', `the operations of model ${name} are not those of the plan`);
  }
}
