import { isKeyedPlan, type ModelPlan, makesEvents } from '../plan/plan-summary.ts';
import { percent, type Verdict } from './verdict.ts';

/** How many rows of a model may be faults before nothing is sent. What is undefined sets no bound of its own. */
export interface FaultThreshold {
  /** Of the rows looked at, from 0 to 1. */
  readonly share: number | undefined;
  readonly rows: number | undefined;
}

/** Declared for a model; `off`: neither stopped nor warned. Undefined: only warned. */
export type FaultLimit = FaultThreshold | 'off' | undefined;

/** From here on faults are told without having been asked for: usual for such programs, and quiet on good data. */
const WARNING: FaultThreshold = { share: 0.01, rows: 10 };
const CRITICAL: FaultThreshold = { share: 0.05, rows: 10 };

/** Judges what a plan found in one model; undefined when there is nothing to say. */
export function judgeFaults(plan: ModelPlan, limit: FaultLimit): Verdict | undefined {
  if (limit === 'off') return undefined;
  if (limit !== undefined && isReached(plan, limit)) {
    return {
      ...verdict(plan, 'stop'),
      message: `${faultWords(plan)}; the threshold is ${limitWords(limit)}`,
    };
  }
  if (isEmptied(plan)) {
    const message = `${plan.model}: the query returns no rows, and people were delivered before`;
    return { model: plan.model, level: 'critical', message };
  }
  if (isReached(plan, CRITICAL)) return verdict(plan, 'critical');
  return isReached(plan, WARNING) && !isFirstRun(plan) ? verdict(plan, 'warning') : undefined;
}

function verdict(plan: ModelPlan, level: Verdict['level']): Verdict {
  return { model: plan.model, level, message: faultWords(plan) };
}

function isReached(plan: ModelPlan, { share, rows }: FaultThreshold): boolean {
  if (plan.faults === 0) return false;
  return plan.faults >= (rows ?? 0) && plan.faults >= (share ?? 0) * judgedRows(plan);
}

/** Events from before the start are passed over unseen; rows that had not changed stand behind those that were read. */
function judgedRows(plan: ModelPlan): number {
  const rows = makesEvents(plan) ? plan.rows - plan.beforeStart : plan.rows;
  return Math.max(rows, plan.known ?? 0);
}

function isEmptied(plan: ModelPlan): boolean {
  return plan.kind === 'people' && plan.rows === 0 && plan.gone > 0 && plan.known === undefined;
}

/** The first run of a dirty shop is no news: its faults are listed all the same. */
function isFirstRun(plan: ModelPlan): boolean {
  if (makesEvents(plan)) return plan.startReason === 'first_run';
  return plan.unchanged + plan.refreshed + knownBefore(plan) === 0;
}

function knownBefore(plan: ModelPlan): number {
  if (isKeyedPlan(plan)) return plan.delivered;
  return plan.kind === 'people' ? plan.changedPeople + plan.gone + (plan.known ?? 0) : 0;
}

function faultWords(plan: ModelPlan): string {
  const rows = judgedRows(plan);
  return `${plan.model}: ${plan.faults} of ${rows} rows (${percent(plan.faults / rows)}) are faults`;
}

function limitWords({ share, rows }: FaultThreshold): string {
  return [
    ...(share === undefined ? [] : [percent(share)]),
    ...(rows === undefined ? [] : [`${rows} ${rows === 1 ? 'row' : 'rows'}`]),
  ].join(' and ');
}
