import type { EventModel, Model } from '../../core/contract/contract.ts';
import { consentPlanName } from '../../core/plan/plan-summary.ts';
import type { Withheld } from '../../core/state/run.ts';
import type { RunStore } from '../../ports/state-store.ts';
import { ROWS_KEPT_MAX } from '../withheld-rows.ts';

/** What was withheld of a model before this run: it may be right now, though its rows did not change. */
export interface WithheldBefore {
  /** Of people: keys that are read again. */
  readonly keys: readonly string[];
  /** Names of all rows of which something was withheld. */
  readonly names: ReadonlySet<string>;
  /** There are more than are kept by key, so that only a whole read finds them. */
  readonly isCut: boolean;
  /** Since when (unix seconds) rows are to be read so that those that may go out by themselves are among them. */
  readSince(now: number): number;
}

type WithheldReader = Pick<RunStore, 'withheld' | 'withheldCounts'>;

export async function withheldBefore(model: Model, runs: WithheldReader): Promise<WithheldBefore> {
  const plans = planNamesOf(model);
  const counts = (await runs.withheldCounts()).filter((each) => plans.includes(each.model));
  const total = counts.reduce((sum, { count }) => sum + count, 0);
  const rows = (
    await Promise.all(plans.map((plan) => runs.withheld({ model: plan, limit: ROWS_KEPT_MAX + 1 })))
  ).flat();
  const names = new Set(rows.map(({ key }) => key));
  if (model.kind !== 'event') {
    return {
      keys: [...names],
      names,
      isCut: total > ROWS_KEPT_MAX,
      readSince: () => Number.POSITIVE_INFINITY,
    };
  }
  const isWaiting = counts.some(maySettleAlone);
  return { keys: [], names, isCut: false, readSince: (now) => (isWaiting ? waitingSince(model, now) : now) };
}

/** People and their consents are withheld under names of their own. */
function planNamesOf({ kind, name }: Model): readonly string[] {
  if (kind !== 'people') return [name];
  return [name, consentPlanName(name, 'opt_out'), consentPlanName(name, 'opt_in')];
}

/** Events older than that are late, whatever becomes of what held them. */
function waitingSince({ holdForSeconds, liveWithinSeconds }: EventModel, now: number): number {
  return now - Math.max(holdForSeconds, liveWithinSeconds);
}

/** Held for good, until somebody does something about it. */
const SETTLED_HOLDS: ReadonlySet<string> = new Set(['late', 'person_overdue']);

/** Faults that are no matter of the row alone. */
const PASSING_FAULTS: ReadonlySet<string> = new Set(['time_in_future', 'person_unresolved', 'guest_refused']);

/** Whether a row may be sent later without having changed. */
function maySettleAlone({ kind, code }: Pick<Withheld, 'kind' | 'code'>): boolean {
  switch (kind) {
    case 'reject':
      return true;
    case 'held':
      return !SETTLED_HOLDS.has(code);
    case 'fault':
      return PASSING_FAULTS.has(code);
  }
}
