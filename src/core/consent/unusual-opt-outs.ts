import type { Verdict } from '../guard/verdict.ts';
import type { ModelPlan } from '../plan/plan-summary.ts';

/** Fewer opt-outs than this are never remarkable, however small the shop. */
const OPT_OUTS_MIN = 20;

/** What one run would opt out, of people who were delivered before. */
export interface OptOutNumbers {
  readonly optOuts: number;
  readonly people: number;
  /** From 0 to 1; undefined: never remarkable. */
  readonly usualShareMax: number | undefined;
}

/** True when so many opt-outs at once look like a mistake. They are sent all the same. */
export function isUnusual({ optOuts, people, usualShareMax }: OptOutNumbers): boolean {
  return usualShareMax !== undefined && optOuts >= OPT_OUTS_MIN && optOuts > people * usualShareMax;
}

/** What is to be said of a plan with an unusual number of opt-outs; undefined for every other. */
export function judgeOptOuts(plan: ModelPlan): Verdict | undefined {
  if (plan.kind !== 'consent' || !plan.isUnusual) return undefined;
  const message = `${plan.people}: ${plan.operations} opt-outs at once are more than usual; no threshold holds them back`;
  return { model: plan.model, level: 'warning', message };
}
