import { ContractError } from '../core/errors/millrace-error.ts';
import type { Allowance } from '../core/guard/allowance.ts';
import type { SavedPlan } from '../core/plan/plan-file.ts';
import { planRefusal } from '../core/plan/plan-freshness.ts';
import type { PlanSummary } from '../core/plan/plan-summary.ts';
import type { StateStore } from '../ports/state-store.ts';
import type { Toolbox } from '../ports/toolbox.ts';
import { BackfillWatch } from './backfill/backfill-watch.ts';
import { allowedMode, findEventModel } from './backfill/find-event-model.ts';
import { judgeBackfill } from './backfill/judge-backfill.ts';
import { refuseBackfill } from './backfill/refuse-backfill.ts';
import { spoolsOf } from './plan-spools.ts';
import { requireLimits } from './radius-guard.ts';
import { type Session, withSession } from './session.ts';
import { type PlanToDeliver, type RunResult, writeRun } from './write-run.ts';

export interface ApplyOptions {
  readonly projectPath: string;
  readonly plan: SavedPlan;
  readonly command: string;
  /** Limits allowed now, besides those that the plan was made with. */
  readonly allowances?: readonly Allowance[];
  readonly signal: AbortSignal | undefined;
}

/** Sends exactly the operations of a saved plan, or nothing when it no longer fits. */
export function apply(toolbox: Toolbox, options: ApplyOptions): Promise<RunResult> {
  return withSession(toolbox, { projectPath: options.projectPath, select: [] }, async (session) => {
    const { allowances = [] } = options;
    requireLimits(session.contract, allowances);
    const runId = toolbox.newId();
    const result = await writeRun(session, { ...options, runId }, async (state) => {
      const { summary } = options.plan;
      await checkPlan(session, state, options.plan);
      const allowed = [...(summary.allowances ?? []), ...allowances];
      const watch = await watchFor(session, summary, options.signal);
      // Which people a limit is about was shown when the plan was made.
      return {
        summary: { ...summary, allowances: allowed },
        withheld: new Map(),
        examples: new Map(),
        positions: [],
        missed: new Map(),
        watch,
      } satisfies PlanToDeliver;
    });
    await session.spools.remove(options.plan.summary.planId);
    return result;
  });
}

/** The gate of a backfill is asked again: what runs at Customer.io may be other campaigns by now. */
async function watchFor(
  session: Session,
  summary: PlanSummary,
  signal: AbortSignal | undefined,
): Promise<BackfillWatch | undefined> {
  const { backfill } = summary;
  if (backfill === undefined) return undefined;
  const model = findEventModel(session, backfill.event);
  if (backfill.kind === 'backfill') allowedMode(model, backfill.mode);
  const judged = await judgeBackfill(session, summary, backfill, signal);
  refuseBackfill(judged, backfill);
  return BackfillWatch.open(session, { plan: backfill, judged, samples: [], signal });
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
