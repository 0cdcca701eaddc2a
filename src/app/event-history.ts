import {
  HOURS_COMPARED,
  HOURS_KNOWN_MIN,
  RUNS_COMPARED,
  RUNS_COMPARED_MIN,
} from '../core/guard/radius-limits.ts';
import { busiestHour, type EventHours, hourOf } from '../core/operation/event-hours.ts';
import { type ModelPlan, makesEvents } from '../core/plan/plan-summary.ts';
import type { StoredRun } from '../core/state/run.ts';
import { eventTable } from './delivered-reader.ts';
import type { Reading } from './reading.ts';

/** Runs looked through for those that read the model: some may have been of other models only. */
const RUNS_LOOKED_AT = 50;

/** Adds to a plan of events what its past says is usual. */
export async function withEventHistory<P extends ModelPlan>(
  plan: P,
  planned: EventHours,
  { state, now }: Reading,
): Promise<P> {
  // History that was asked for is as large as it is.
  if (!makesEvents(plan) || plan.startReason === 'history') return plan;
  const sent = await state.delivered.eventHours(eventTable(plan.event), hourOf(now) - HOURS_COMPARED);
  return {
    ...plan,
    busiestHour: busiestHour(planned, sent, { now, hoursKnownMin: HOURS_KNOWN_MIN }),
    usualRows: plan.rows === 0 ? usualRows(plan.model, await state.runs.runs(RUNS_LOOKED_AT)) : undefined,
  };
}

/** Rows that each of the last runs read at least; undefined when there were too few of them. */
function usualRows(name: string, runs: readonly StoredRun[]): number | undefined {
  const rows = runs
    .flatMap(({ models }) => models.filter(({ model, backfill }) => model === name && backfill === undefined))
    .map((result) => result.rows)
    .slice(0, RUNS_COMPARED);
  return rows.length < RUNS_COMPARED_MIN ? undefined : Math.min(...rows);
}
