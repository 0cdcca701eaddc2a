import { isKeyed, KEYED_NOUNS, type Model } from '../contract/contract.ts';
import { isKeyedPlan, type ModelPlan } from '../plan/plan-summary.ts';
import { percent, type Verdict } from './verdict.ts';

/** How many things may be removed in one run: beyond both numbers nothing is sent. */
export interface RemovalLimit {
  /** Of what was delivered, from 0 to 1. */
  readonly share: number;
  readonly rows: number;
}

/** More would be removed than the model allows; undefined when not. */
export function judgeRemovals(plan: ModelPlan, model: Model | undefined): Verdict | undefined {
  if (!isKeyedPlan(plan) || model === undefined || !isKeyed(model)) return undefined;
  const { share, rows } = model.removalLimit;
  const { removals, delivered } = plan;
  if (removals <= rows || removals <= share * delivered) return undefined;
  const limit = `${percent(share)} and ${rows}`;
  const message = `${plan.model}: ${removals} of ${delivered} delivered ${KEYED_NOUNS[plan.kind].many} would be removed; \`max_removals\` is ${limit}`;
  return { model: plan.model, level: 'stop', error: 'removals_over_limit', message };
}

/** More people would be erased than the model allows; undefined when not. */
export function judgeErasures(plan: ModelPlan, model: Model | undefined): Verdict | undefined {
  if (plan.kind !== 'erasure' || model?.kind !== 'erasure' || model.maxPerRun === undefined) return undefined;
  const erasures = plan.added + plan.changed;
  if (erasures <= model.maxPerRun) return undefined;
  const message = `${plan.model}: ${erasures} people would be ${plan.target === 'delete' ? 'deleted' : 'suppressed'}; \`max_per_run\` is ${model.maxPerRun}`;
  return { model: plan.model, level: 'stop', error: 'erasures_over_limit', message };
}

/** Erasures can not be undone, and come one by one: more at once is looked at by a person first. */
export const ERASURES_MAX = 10;

/** A few always may go; a tenth of everything at once is a broken query more often than the truth. */
export const REMOVALS_MAX: RemovalLimit = { share: 0.1, rows: 10 };
