import { judgeOptOuts } from '../core/consent/unusual-opt-outs.ts';
import type { Contract } from '../core/contract/contract.ts';
import { ContractError } from '../core/errors/millrace-error.ts';
import { type FaultVerdict, judgeFaults } from '../core/guard/fault-threshold.ts';
import { judgeErasures, judgeRemovals } from '../core/guard/removal-limit.ts';
import type { PlanSummary } from '../core/plan/plan-summary.ts';

/** What is to be said about faults and opt-outs of a plan, by the thresholds that hold now. */
export function judgePlan(contract: Contract, summary: PlanSummary): readonly FaultVerdict[] {
  return summary.models.flatMap((plan) => {
    const model = contract.models.find(({ name }) => name === plan.model);
    return [
      judgeFaults(plan, model?.faultLimit),
      judgeOptOuts(plan),
      judgeRemovals(plan, model),
      judgeErasures(plan, model),
    ].filter((verdict) => verdict !== undefined);
  });
}

/**
 * @throws ContractError `faults_over_threshold` when a model has more faults than it may have,
 * `removals_over_limit` and `erasures_over_limit` when more would be removed or erased than may be.
 */
export function refuseOverThreshold(verdicts: readonly FaultVerdict[]): void {
  const stops = verdicts.filter(({ level }) => level === 'stop');
  if (stops.length === 0) return;
  const code = stops.find(({ error }) => error !== undefined)?.error ?? 'faults_over_threshold';
  throw new ContractError(code, stops.map(({ message }) => message).join('; '));
}
