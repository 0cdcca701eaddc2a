import type { DefinitionChange } from '../core/definition/definition-change.ts';
import type { Allowance } from '../core/guard/allowance.ts';
import type { Journey } from '../core/journeys/journey.ts';
import { lintContract } from '../core/lint/lint-contract.ts';
import type { LintFinding } from '../core/lint/lint-finding.ts';
import { isSeenInRows } from '../core/lint/lint-rules.ts';
import type { SavedPlan } from '../core/plan/plan-file.ts';
import type { PlanSummary } from '../core/plan/plan-summary.ts';
import type { SpoolStore } from '../ports/spool.ts';
import type { Toolbox } from '../ports/toolbox.ts';
import { type AcceptedDefinitions, settledChanges, withAccepted } from './definitions/settle-definitions.ts';
import { type MadePlan, makePlan } from './make-plan.ts';
import { removeOldPlans } from './old-plans.ts';
import { spoolsOf } from './plan-spools.ts';
import { requireLimits } from './radius-guard.ts';
import { NO_STATE } from './reading.ts';
import { type Session, type SessionOptions, withSession } from './session.ts';
import { type WatchedSource, watchedSource } from './watched-source.ts';

export interface PlanCommandOptions extends SessionOptions {
  /** Unix seconds. */
  readonly historyFrom: number | undefined;
  readonly samplesMax: number;
  /** Read everything, also where changes are captured. */
  readonly isFull?: boolean | undefined;
  /** Keep the operations, so that the plan can be applied. */
  readonly isKept: boolean;
  readonly accepted?: AcceptedDefinitions | undefined;
  readonly allowances?: readonly Allowance[];
  readonly signal: AbortSignal | undefined;
}

/** A plan, and the digests of its operations when they are kept. */
export interface PlanCommandResult extends MadePlan {
  readonly saved: SavedPlan | undefined;
  /** What the rows show that breaks a rule of the linter. */
  readonly findings: readonly LintFinding[];
  /** What is not defined as it was published. */
  readonly definitions: readonly DefinitionChange[];
  /** Who may use them. */
  readonly journeys: readonly Journey[];
}

/** What a sync would send now. Works beside a running one, for the state is only read. */
export function plan(toolbox: Toolbox, options: PlanCommandOptions): Promise<PlanCommandResult> {
  return withSession(toolbox, options, async (opened) => {
    const session = await withAccepted(opened, options.accepted);
    const definitions = settledChanges(session);
    const planId = toolbox.newId();
    const { historyFrom, samplesMax, isFull = false, allowances = [], signal } = options;
    requireLimits(session.contract, allowances);
    await removeOldPlans(session);
    const state = await session.states.openForReading(session.workspaceName);
    try {
      const source = watchedSource(session.source, session.models);
      const watched = { ...session, source };
      const made = await makePlan(watched, state ?? NO_STATE, {
        planId,
        historyFrom,
        samplesMax,
        isFull,
        examplesMax: samplesMax,
        allowances,
        signal,
      });
      const findings = findingsInRows(session, source);
      const { journeys } = session.contract;
      const saved = options.isKept ? await savedPlan(session.spools, made.summary) : undefined;
      if (saved === undefined) await session.spools.remove(planId);
      return { ...made, definitions, findings, journeys, saved };
    } catch (error) {
      await session.spools.remove(planId);
      throw error;
    } finally {
      await state?.close();
    }
  });
}

/** What the files alone show is for `validate` to tell. */
function findingsInRows({ contract, models }: Session, source: WatchedSource): readonly LintFinding[] {
  return lintContract(contract, models, source.remarks()).findings.filter(({ rule }) => isSeenInRows(rule));
}

/** The plan with the digests of its operations. */
export async function savedPlan(spools: SpoolStore, summary: PlanSummary): Promise<SavedPlan> {
  const digests = spoolsOf(summary).map(
    async (name): Promise<[string, string]> => [name, await spools.digest(summary.planId, name)],
  );
  return { summary, spools: Object.fromEntries(await Promise.all(digests)) };
}
