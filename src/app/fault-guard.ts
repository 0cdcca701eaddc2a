import { judgeOptOuts } from '../core/consent/unusual-opt-outs.ts';
import type { Contract } from '../core/contract/contract.ts';
import { ContractError } from '../core/errors/millrace-error.ts';
import { judgeFaults } from '../core/guard/fault-threshold.ts';
import { judgeErasures, judgeRemovals } from '../core/guard/removal-limit.ts';
import type { Verdict } from '../core/guard/verdict.ts';
import type { PlanSummary } from '../core/plan/plan-summary.ts';
import { judgeRadii } from './radius-guard.ts';

/** What is to be said of a plan before it is sent, by the thresholds and limits that hold now. */
export function judgePlan(contract: Contract, summary: PlanSummary): readonly Verdict[] {
  const ofModels = summary.models.flatMap((plan) => {
    const model = contract.models.find(({ name }) => name === plan.model);
    return [
      judgeFaults(plan, model?.faultLimit),
      judgeOptOuts(plan),
      judgeRemovals(plan, model),
      judgeErasures(plan, model),
    ].filter((verdict) => verdict !== undefined);
  });
  return [...ofModels, ...judgeRadii(contract, summary)];
}

/**
 * @throws ContractError `faults_over_threshold` when a model has more faults than it may have,
 * `removals_over_limit` and `erasures_over_limit` when more would be removed or erased than may be.
 */
export function refuseOverThreshold(verdicts: readonly Verdict[]): void {
  const stops = verdicts.filter(({ level, limit }) => level === 'stop' && limit === undefined);
  if (stops.length === 0) return;
  const code = stops.find(({ error }) => error !== undefined)?.error ?? 'faults_over_threshold';
  throw new ContractError(code, stops.map(({ message }) => message).join('; '));
}
