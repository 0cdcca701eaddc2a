import type { CapturePosition } from '../core/capture/capture-position.ts';
import type { Contract, Model } from '../core/contract/contract.ts';
import type { BlastExamples } from '../core/errors/blast-radius-error.ts';
import { MillraceError } from '../core/errors/millrace-error.ts';
import type { Verdict } from '../core/guard/verdict.ts';
import { backfillName, type PlanSummary, planNames } from '../core/plan/plan-summary.ts';
import type { Lease } from '../core/state/lease.ts';
import type { ModelResult, RunOutcome } from '../core/state/run.ts';
import type { StateStore } from '../ports/state-store.ts';
import type { BackfillWatch } from './backfill/backfill-watch.ts';
import { settledChanges } from './definitions/settle-definitions.ts';
import { PlanDelivery } from './deliver-plan.ts';
import { judgePlan, refuseOverThreshold } from './fault-guard.ts';
import type { OnAccepted } from './model-recorder.ts';
import type { WithheldModel } from './model-scan.ts';
import { refuseBlast } from './radius-guard.ts';
import type { Session } from './session.ts';
import { withLease } from './with-lease.ts';
import { joinCounts, WithheldRows } from './withheld-rows.ts';

export interface WriteRunOptions {
  readonly runId: string;
  /** Shown to whoever has to wait, and in the history. */
  readonly command: string;
  readonly signal: AbortSignal | undefined;
  /** Hears which operations were accepted, by model and key. */
  readonly onAccepted?: OnAccepted | undefined;
}

/** A plan to carry out; the rows that were not sent are known only when it was made in this run. */
export interface PlanToDeliver {
  readonly summary: PlanSummary;
  readonly withheld: ReadonlyMap<string, WithheldModel>;
  /** Set for a backfill: what looks after it while it is sent. */
  readonly watch?: BackfillWatch | undefined;
  /** How far changes were followed; nothing when the plan was made in another run, which did not record what it withheld. */
  readonly positions: readonly CapturePosition[];
  /** Model → names of some of the rows that capture had missed. */
  readonly missed: ReadonlyMap<string, readonly string[]>;
  /** What would become of some people, for each limit that is reached. */
  readonly examples: BlastExamples;
}

/** What a run has done. */
export interface RunResult {
  readonly runId: string;
  readonly workspace: string;
  readonly outcome: RunOutcome;
  readonly models: readonly ModelResult[];
  readonly summary: PlanSummary;
  /** What was remarkable, and stopped nothing. */
  readonly warnings: readonly Verdict[];
  /** Model → names of some of the rows that capture had missed. */
  readonly missed: ReadonlyMap<string, readonly string[]>;
}

/** Opens the state for writing, gets the plan, sends it, and writes down how that went. */
export async function writeRun(
  session: Session,
  options: WriteRunOptions,
  getPlan: (state: StateStore) => Promise<PlanToDeliver>,
): Promise<RunResult> {
  return withLease(session, options.command, (state, lease) =>
    new WriteRun(session, state, lease, options).run(getPlan),
  );
}

class WriteRun {
  private readonly session: Session;
  private readonly state: StateStore;
  private readonly lease: Lease;
  private readonly options: WriteRunOptions;
  private readonly heldAtSending = new Map<string, WithheldRows>();
  private delivery: PlanDelivery | undefined;
  private watch: BackfillWatch | undefined;

  constructor(session: Session, state: StateStore, lease: Lease, options: WriteRunOptions) {
    this.session = session;
    this.state = state;
    this.lease = lease;
    this.options = options;
  }

  async run(getPlan: (state: StateStore) => Promise<PlanToDeliver>): Promise<RunResult> {
    await this.begin();
    try {
      const plan = await getPlan(this.state);
      this.watch = plan.watch;
      const verdicts = this.judge(plan.summary);
      await this.deliver(plan, verdicts);
      await this.watch?.lookAfterwards();
      await this.state.captures.recordPositions(this.lease, plan.positions);
      const outcome = this.results().some((model) => model.rejected > 0) ? 'done_with_rejects' : 'done';
      await this.end(outcome, undefined);
      await this.state.delivered.compact(this.lease);
      const { runId } = this.options;
      return {
        runId,
        workspace: this.session.workspaceName,
        outcome,
        models: this.results(),
        summary: plan.summary,
        warnings: verdicts,
        missed: plan.missed,
      };
    } catch (error) {
      await this.endWithError(error);
      throw error;
    }
  }

  private judge(summary: PlanSummary): readonly Verdict[] {
    const verdicts = judgePlan(this.session.contract, summary);
    for (const { level, message } of verdicts) {
      if (level !== 'stop') this.session.toolbox.observer.observe({ kind: 'warning', text: message });
    }
    return verdicts;
  }

  private async deliver(plan: PlanToDeliver, verdicts: readonly Verdict[]): Promise<void> {
    this.delivery = new PlanDelivery(this.session, plan.summary, {
      signal: this.options.signal,
      lease: this.lease,
      state: this.state,
      eventPace: this.watch?.pace,
      verdicts,
      onAccepted: this.options.onAccepted,
      onHeld: (model, key, code) => this.heldOf(model).addHeld(key, code),
    });
    try {
      // Neither a threshold nor a changed definition holds back an opt-out.
      await this.delivery.sendOptOuts();
      await this.passGuards(this.delivery, plan, verdicts);
      await this.delivery.run();
    } finally {
      await this.recordWithheld(plan);
    }
  }

  /** What a guard stops, it stops whole; only the opt-outs of people who would have been made now still go out. */
  private async passGuards(
    delivery: PlanDelivery,
    { summary, examples }: PlanToDeliver,
    verdicts: readonly Verdict[],
  ): Promise<void> {
    try {
      settledChanges(this.session, modelsOf(this.session.contract, summary));
      refuseOverThreshold(verdicts);
      refuseBlast(verdicts, examples);
    } catch (error) {
      await delivery.sendOptOutsOfNewPeople();
      throw error;
    }
  }

  private async recordWithheld(plan: PlanToDeliver): Promise<void> {
    const { toolbox, contract } = this.session;
    const now = toolbox.clock.now();
    await this.state.runs.forgetWithheld(this.lease, planNames(contract.models));
    for (const { model, withheld: planned } of plan.summary.models) {
      const atPlan = plan.withheld.get(model);
      const later = this.heldAtSending.get(model);
      if (atPlan === undefined && later === undefined) continue;
      // One small write after the other.
      await this.state.runs.recordWithheld(this.lease, {
        model: plan.summary.backfill?.model === model ? backfillName(model) : model,
        now,
        rows: [...(atPlan?.rows ?? []), ...(later?.rows ?? [])],
        counts: joinCounts(atPlan?.counts ?? planned, later?.counts() ?? []),
        arePartial: atPlan === undefined,
        keysRead: atPlan?.keysRead,
      });
    }
  }

  /** What is held at the moment of sending. */
  private heldOf(model: string): WithheldRows {
    const rows = this.heldAtSending.get(model) ?? new WithheldRows();
    this.heldAtSending.set(model, rows);
    return rows;
  }

  private begin(): Promise<void> {
    const { runId, command } = this.options;
    const { toolbox, contract } = this.session;
    const startedAt = toolbox.clock.now();
    return this.state.runs.beginRun(this.lease, { runId, command, startedAt, contractHash: contract.hash });
  }

  private end(outcome: RunOutcome, errorCode: string | undefined): Promise<void> {
    const endedAt = this.session.toolbox.clock.now();
    const { runId } = this.options;
    return this.state.runs.endRun(this.lease, { runId, endedAt, outcome, errorCode, models: this.results() });
  }

  /** The error that ended the run matters more than one in writing it down (a full disk, a lost lease). */
  private async endWithError(error: unknown): Promise<void> {
    const code = error instanceof MillraceError ? error.code : 'bug';
    await this.end(outcomeOf(error), code).catch(() => undefined);
  }

  private results(): readonly ModelResult[] {
    const results = this.delivery?.results() ?? [];
    return this.watch?.withRecord(results) ?? results;
  }
}

function outcomeOf(error: unknown): RunOutcome {
  if (!(error instanceof MillraceError)) return 'failed';
  if (error.code === 'interrupted') return 'interrupted';
  return error.exitCode === STOPPED_BY_GUARD ? 'stopped' : 'failed';
}

/** Exit code of errors that a guard raises. */
const STOPPED_BY_GUARD = 3;

function modelsOf({ models }: Contract, { models: plans }: PlanSummary): readonly Model[] {
  const names = new Set(plans.map((plan) => (plan.kind === 'consent' ? plan.people : plan.model)));
  return models.filter(({ name }) => names.has(name));
}
