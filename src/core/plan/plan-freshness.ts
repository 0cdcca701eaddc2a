import type { PlanSummary } from './plan-summary.ts';

/** The world as it is when a plan is to be applied. */
export interface PlanSurroundings {
  /** Unix ms. */
  readonly now: number;
  readonly maxAgeSeconds: number;
  readonly contractHash: string;
  readonly workspace: string;
  readonly stateId: string;
  readonly stateVersion: number;
}

export interface PlanRefusal {
  readonly code: 'plan_stale' | 'plan_foreign';
  readonly message: string;
}

/** Why a plan may not be applied any more; undefined when it may. */
export function planRefusal(plan: PlanSummary, here: PlanSurroundings): PlanRefusal | undefined {
  if (plan.workspace !== here.workspace) {
    return foreign(`it was made for workspace ${plan.workspace}, and this is ${here.workspace}`);
  }
  // A plan made before there was a state fits the empty one that has been made since.
  const isSameState = plan.stateId === undefined || plan.stateId === here.stateId;
  if (!isSameState) return foreign('it was made against another state');
  if (plan.contractHash !== here.contractHash) return stale('the contract has changed since it was made');
  if (plan.stateVersion !== here.stateVersion) return stale('something was delivered since it was made');
  const ageSeconds = Math.round((here.now - plan.createdAt) / 1000);
  if (ageSeconds <= here.maxAgeSeconds) return undefined;
  return stale(
    `it is ${Math.round(ageSeconds / 60)} minutes old; \`guardrails.plan_max_age\` allows ${Math.round(here.maxAgeSeconds / 60)}`,
  );
}

function foreign(why: string): PlanRefusal {
  return { code: 'plan_foreign', message: `the plan is not for here: ${why}` };
}

function stale(why: string): PlanRefusal {
  return { code: 'plan_stale', message: `the plan is stale: ${why}` };
}
