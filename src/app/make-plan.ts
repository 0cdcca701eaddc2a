import type { CapturePosition } from '../core/capture/capture-position.ts';
import { makesEvents } from '../core/contract/contract.ts';
import { workspaceLock } from '../core/contract/lock.ts';
import type { BlastExamples } from '../core/errors/blast-radius-error.ts';
import { ContractError } from '../core/errors/millrace-error.ts';
import { type EventStart, eventStart } from '../core/guard/event-start.ts';
import { livenessRule } from '../core/guard/liveness.ts';
import type { Verdict } from '../core/guard/verdict.ts';
import { type Estimate, estimate } from '../core/plan/estimate.ts';
import type { IdentityPlan, ModelPlan, PlanSummary, Sample } from '../core/plan/plan-summary.ts';
import { unixSeconds } from '../ports/clock.ts';
import { describeModels } from './check-models.ts';
import { eventTable } from './delivered-reader.ts';
import { judgePlan } from './fault-guard.ts';
import type { PlannedMove } from './identity/identity-guard.ts';
import type { IdentityReading } from './identity/identity-reading.ts';
import { CONFLICTS_KEPT_MAX, countConflicts, writeIdentities } from './identity/identity-spool.ts';
import { queriesOf } from './model-queries.ts';
import type { WithheldModel } from './model-scan.ts';
import { examplesFor } from './radius-guard.ts';
import type { PlanOptions, Reading, StateReader } from './reading.ts';
import { requireAppApi } from './require-app-api.ts';
import { scanModels } from './scan-models.ts';
import type { Session } from './session.ts';
import { checkSegments } from './things/check-segments.ts';

/** A plan with what must not stand in its file: values and keys. */
export interface MadePlan {
  readonly summary: PlanSummary;
  readonly estimate: Estimate;
  readonly samples: ReadonlyMap<string, readonly Sample[]>;
  readonly withheld: ReadonlyMap<string, WithheldModel>;
  /** How far changes were followed, to be recorded when everything is accounted for. */
  readonly positions: readonly CapturePosition[];
  /** Model → names of some of the rows that capture had missed, as a reconcile found. */
  readonly missed: ReadonlyMap<string, readonly string[]>;
  /** What is to be said about faults, and about how much would change. */
  readonly verdicts: readonly Verdict[];
  readonly examples: BlastExamples;
  /** Whose events a backfill found that sends only their attributes. */
  readonly people: number;
}

/**
 * Reads all selected models in one snapshot, compares them with what was delivered and spools what a sync
 * would send. Nothing is sent, and the state is only read.
 */
export async function makePlan(
  session: Session,
  state: StateReader,
  options: PlanOptions,
): Promise<MadePlan> {
  if (options.historyFrom !== undefined && !session.workspace.isSandbox) throw historyRefused(session);
  if (session.models.some((model) => makesEvents(model) && model.settlesBefore)) {
    requireAppApi(session.app, '`settle_before_event`');
  }
  await checkSegments(session, options.signal);
  const reading = await prepareReading(session, state, options);
  session.toolbox.observer.observe({ kind: 'step', text: 'Reading MySQL' });
  const { models: scans, identity, moves, people, captures } = await scanModels(reading);
  const models = scans.map(({ plan }) => plan);
  for (const { model, read } of models) tellMissed(session, model, read?.missed);
  const summary = await summarise(reading, models, await spoolIdentities(reading, identity, moves));
  const verdicts = judgePlan(session.contract, summary);
  return {
    summary,
    verdicts,
    examples: examplesFor(verdicts, scans),
    estimate: estimate(models, session.contract.project.customerio),
    samples: new Map(scans.map(({ plan, samples }) => [plan.model, samples])),
    people: people?.size ?? 0,
    withheld: new Map(scans.map(({ plan, withheld }) => [plan.model, withheld])),
    positions: captures.positions(),
    missed: captures.missed(),
  };
}

function tellMissed({ toolbox }: Session, model: string, missed = 0): void {
  if (missed === 0) return;
  const text = `${model}: capture had missed ${missed} ${missed === 1 ? 'row' : 'rows'}, as a full read shows. docs/guides/capture.md`;
  toolbox.observer.observe({ kind: 'warning', text });
}

function historyRefused(session: Session): ContractError {
  const message = `workspace ${session.workspaceName} is not a sandbox: old events could start its journeys`;
  return new ContractError('history_refused', message);
}

async function prepareReading(session: Session, state: StateReader, options: PlanOptions): Promise<Reading> {
  const now = unixSeconds(session.toolbox.clock);
  const starts = await eventStarts(session, state, options, now);
  const described = await describeModels(session.source, session.contract, session.models, (model) =>
    queriesOf(model, starts.get(model.name), now),
  );
  return { session, state, options, described, starts, now };
}

async function eventStarts(
  session: Session,
  { delivered }: StateReader,
  options: PlanOptions,
  now: number,
): Promise<ReadonlyMap<string, EventStart>> {
  const events = session.models.filter(makesEvents);
  const starts = events.map(async (model): Promise<[string, EventStart]> => {
    const start = eventStart({
      now,
      locked: workspaceLock(session.lock, session.workspaceName).starts.get(model.event),
      recorded: await delivered.eventStart(eventTable(model.event)),
      historyFrom: options.historyFrom,
      backfill: options.backfill,
      rule: livenessRule(model),
    });
    return [model.name, start];
  });
  return new Map(await Promise.all(starts));
}

/** Keeps what was found out about identities until the plan is carried out. */
async function spoolIdentities(
  { session, options }: Reading,
  identity: IdentityReading,
  moves: readonly PlannedMove[],
): Promise<IdentityPlan> {
  const changes = identity.changes();
  const { conflicts } = identity;
  const counts = countConflicts(conflicts);
  await writeIdentities(session.spools, options.planId, {
    changes,
    counts,
    conflicts: conflicts.slice(0, CONFLICTS_KEPT_MAX),
    moves,
    isPartial: session.models.length < session.contract.models.length,
  });
  return {
    keys: changes.liveClaims,
    changes: identity.changeCount,
    addressChanges: moves.length,
    conflicts: counts,
  };
}

async function summarise(
  { session, state, options }: Reading,
  models: readonly ModelPlan[],
  identity: IdentityPlan,
): Promise<PlanSummary> {
  const { allowances = [] } = options;
  return {
    planId: options.planId,
    createdAt: session.toolbox.clock.now(),
    contractHash: session.contract.hash,
    workspace: session.workspaceName,
    stateId: state.delivered.stateId,
    stateVersion: await state.delivered.version(),
    historyFrom: options.historyFrom,
    identity,
    models,
    ...(allowances.length === 0 ? {} : { allowances }),
  };
}
