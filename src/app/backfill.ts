import type { BackfillRequest } from '../core/backfill/backfill-plan.ts';
import { ContractError } from '../core/errors/millrace-error.ts';
import type { SavedPlan } from '../core/plan/plan-file.ts';
import type { StateStore } from '../ports/state-store.ts';
import type { Toolbox } from '../ports/toolbox.ts';
import { BackfillWatch } from './backfill/backfill-watch.ts';
import { allowedMode, findEventModel } from './backfill/find-event-model.ts';
import { personSamples } from './backfill/people-at-customerio.ts';
import { type PlannedBackfill, planBackfill } from './backfill/plan-backfill.ts';
import { refuseBackfill } from './backfill/refuse-backfill.ts';
import { settledChanges } from './definitions/settle-definitions.ts';
import { removeOldPlans } from './old-plans.ts';
import { savedPlan } from './plan.ts';
import type { BackfillScope } from './reading.ts';
import { NO_STATE } from './reading.ts';
import { type Session, withSession } from './session.ts';
import { type PlanToDeliver, type RunResult, writeRun } from './write-run.ts';

export interface BackfillOptions extends Omit<BackfillRequest, 'model' | 'mode'> {
  readonly projectPath: string;
  /** Undefined: as the model says. */
  readonly mode: BackfillRequest['mode'] | undefined;
  /** Natural keys of the rows that are meant; undefined: all. */
  readonly keys: readonly string[] | undefined;
  /** What becomes of the plan when the gate lets it through. */
  readonly act: 'show' | 'save' | 'send';
  readonly samplesMax: number;
  readonly command: string;
  readonly signal: AbortSignal | undefined;
  /** Hears of the plan before anything is sent, or refused. */
  onPlanned(planned: PlannedBackfill): void;
}

/** What came of it: a saved plan, or a run. */
export interface BackfillResult {
  readonly saved: SavedPlan | undefined;
  readonly run: RunResult | undefined;
}

/**
 * Plans a backfill, asks its gate, and does with it what was asked for. The ledger knows what was sent: the same
 * command goes on where an earlier one ended, however that ended.
 * @throws ContractError `backfill_refused` when a row could start a running campaign.
 */
export function backfill(toolbox: Toolbox, options: BackfillOptions): Promise<BackfillResult> {
  const { projectPath } = options;
  return withSession(toolbox, { projectPath, select: [] }, async (opened) => {
    const scope = scopeOf(opened, options);
    const session = { ...opened, models: modelsFor(opened, scope) };
    await removeOldPlans(session);
    return options.act === 'send' ? send(session, scope, options) : look(session, scope, options);
  });
}

function scopeOf(session: Session, options: BackfillOptions): BackfillScope {
  const { kind, event: name, from, to, rate, safe, allowsJourneys, reason, keys } = options;
  if (from >= to) throw new ContractError('usage', '`--from` must lie before `--to`');
  const model = findEventModel(session, name);
  const mode = kind === 'release' ? 'historical' : allowedMode(model, options.mode);
  if (mode === 'attributes_only' && rate !== undefined) {
    throw new ContractError('usage', '`--rate` counts events, and none is sent for attributes only');
  }
  const request = { kind, mode, model: model.name, event: model.event, from, to, rate, safe };
  const { backfillMarker } = session.contract.project;
  return {
    ...request,
    allowsJourneys,
    reason,
    keys: keys && new Set(keys),
    // Journeys that are wanted must not be kept out by a filter on the mark.
    marker: allowsJourneys ? undefined : backfillMarker,
  };
}

function modelsFor({ models }: Session, { model, mode }: BackfillScope): Session['models'] {
  return models.filter(({ name, kind }) =>
    mode === 'historical' ? name === model : name === model || kind === 'people' || kind === 'identities',
  );
}

/** Works beside a running sync, for the state is only read. */
async function look(
  session: Session,
  scope: BackfillScope,
  options: BackfillOptions,
): Promise<BackfillResult> {
  settledChanges(session);
  const planId = session.toolbox.newId();
  const state = await session.states.openForReading(session.workspaceName);
  let saved: SavedPlan | undefined;
  try {
    const planned = await planBackfill(session, state ?? NO_STATE, { ...options, planId, scope });
    options.onPlanned(planned);
    refuseBackfill(planned.judged, scope);
    if (options.act === 'save') saved = await savedPlan(session.spools, planned.made.summary);
    return { saved, run: undefined };
  } finally {
    if (saved === undefined) await session.spools.remove(planId);
    await state?.close();
  }
}

async function send(
  session: Session,
  scope: BackfillScope,
  options: BackfillOptions,
): Promise<BackfillResult> {
  const runId = session.toolbox.newId();
  const plan = async (state: StateStore): Promise<PlanToDeliver> => {
    const planned = await planBackfill(session, state, { ...options, planId: runId, scope });
    options.onPlanned(planned);
    refuseBackfill(planned.judged, scope);
    const watch = await BackfillWatch.open(session, {
      ...planned,
      samples: personSamples([...planned.made.samples.values()].flat()),
      signal: options.signal,
    });
    return { ...planned.made, watch };
  };
  try {
    return { saved: undefined, run: await writeRun(session, { ...options, runId }, plan) };
  } finally {
    await session.spools.remove(runId);
  }
}
