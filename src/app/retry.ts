import { type Model, makesEvents } from '../core/contract/contract.ts';
import { backfillName, GUESTS, planNames } from '../core/plan/plan-summary.ts';
import { type Fate, fatesOf, type RetriedRow, rowName } from '../core/state/retried-row.ts';
import type { Withheld } from '../core/state/run.ts';
import type { RunStore } from '../ports/state-store.ts';
import type { Toolbox } from '../ports/toolbox.ts';
import { makePlan } from './make-plan.ts';
import { removeOldPlans } from './old-plans.ts';
import { type Session, type SessionOptions, withSession } from './session.ts';
import { type RunResult, writeRun } from './write-run.ts';

export interface RetryOptions extends SessionOptions {
  readonly command: string;
  readonly signal: AbortSignal | undefined;
}

export interface RetryResult {
  /** Undefined when nothing was withheld, so that nothing was read. */
  readonly run: RunResult | undefined;
  readonly rows: readonly RetriedRow[];
  readonly counts: Readonly<Record<Fate, number>>;
}

/** More than are ever kept of a project's rows: nothing is left out. */
const ROWS_MAX = 1_000_000;

/** Looks again at the rows that were not sent: reads their models, sends what can be sent now, and tells of each. */
export function retry(toolbox: Toolbox, options: RetryOptions): Promise<RetryResult> {
  return withSession(toolbox, options, async (session) => {
    const before = await withheldNow(session);
    const models = modelsConcerned(session, before);
    if (models.length === 0) return { run: undefined, ...fatesOf([], [], new Set()) };
    const accepted = new Set<string>();
    const run = await send({ ...session, models }, options, accepted);
    return { run, ...fatesOf(before, await withheldNow(session), accepted) };
  });
}

async function send(
  session: Session,
  { command, signal }: RetryOptions,
  accepted: Set<string>,
): Promise<RunResult> {
  const runId = session.toolbox.newId();
  await removeOldPlans(session);
  const onAccepted = (model: string, keys: readonly string[]): void => {
    for (const key of keys) accepted.add(rowName(model, key));
  };
  try {
    return await writeRun(session, { runId, command, signal, onAccepted }, (state) =>
      makePlan(session, state, {
        planId: runId,
        historyFrom: undefined,
        samplesMax: 0,
        examplesMax: 0,
        isFull: false,
        signal,
      }),
    );
  } finally {
    await session.spools.remove(runId);
  }
}

/** Rows withheld of the selected models. Those of a backfill are the backfill's to send. */
async function withheldNow({ states, workspaceName, models }: Session): Promise<readonly Withheld[]> {
  const state = await states.openForReading(workspaceName);
  if (state === undefined) return [];
  try {
    return await withheldOf(state.runs, models);
  } finally {
    await state.close();
  }
}

async function withheldOf(
  runs: Pick<RunStore, 'withheld'>,
  models: readonly Model[],
): Promise<readonly Withheld[]> {
  const backfills = models.map(({ name }) => backfillName(name));
  const names = new Set(planNames(models).filter((name) => !backfills.includes(name)));
  return (await runs.withheld({ limit: ROWS_MAX })).filter(({ model }) => names.has(model));
}

/** Models with rows that were not sent; events also wait for what the models of people and identities say. */
function modelsConcerned({ models }: Session, rows: readonly Withheld[]): readonly Model[] {
  const withheld = new Set(rows.map(({ model }) => model));
  // Guests come out of all models that name people by address.
  if (withheld.has(GUESTS)) return models;
  const hasRows = (model: Model): boolean => planNames([model]).some((name) => withheld.has(name));
  const mayWait = models.some((model) => makesEvents(model) && hasRows(model));
  return models.filter(
    (model) => hasRows(model) || (mayWait && (model.kind === 'people' || model.kind === 'identities')),
  );
}
