import { setTimeout as sleep } from 'node:timers/promises';
import type { Contract, Model } from '../core/contract/contract.ts';
import { MillraceError, StateError } from '../core/errors/millrace-error.ts';
import { type Schedule, usualGapSeconds } from '../core/schedule/schedule.ts';
import type { ModelHealth, ServiceStatus } from '../core/schedule/service-health.ts';
import { Timetable } from '../core/schedule/timetable.ts';
import type { RunOutcome } from '../core/state/run.ts';
import type { ServiceMonitor, ServiceRun } from '../ports/service-monitor.ts';
import type { Toolbox } from '../ports/toolbox.ts';
import { type Session, withSession } from './session.ts';
import { sync } from './sync.ts';
import { withServiceLease } from './with-lease.ts';

export interface ServiceOptions {
  readonly projectPath: string;
  readonly command: string;
  readonly signal: AbortSignal;
  /** Told when the service has begun: where it answers, if anywhere. */
  onStarted(url: string | undefined): void;
  onRun(run: ServiceRun): void;
}

const DEFAULT_SECONDS = 900;
/** Carts are found by time, and a journey that speaks of them can wait less than one that speaks of people. */
const CARTS_SECONDS = 60;

/** Somebody else writes to the state: looked at again after this long. */
const BUSY_MS = 5000;

/** Data counts as stale when a model was not done for three times its schedule, and at least for so long. */
const GRACE_FACTOR = 3;
const GRACE_MS_MIN = 120_000;

/** A day and a bit, for models whose schedule does not say how often. */
const GRACE_MS_UNKNOWN = 25 * 3_600_000;

/**
 * Runs every model when it is due, until the signal fires. One run at a time: what becomes due meanwhile
 * waits, and goes together in the next one. A failed run is tried again; none ends the service.
 */
export function runService(toolbox: Toolbox, options: ServiceOptions): Promise<void> {
  const { projectPath } = options;
  return withSession(toolbox, { projectPath, select: [] }, (session) =>
    withServiceLease(session, options.command, async (state) => {
      const service = new Service(session, options, await state.runs.lastDone());
      await service.run();
    }),
  );
}

class Service {
  private readonly session: Session;
  private readonly options: ServiceOptions;
  private readonly timetable: Timetable;
  private readonly startedAt: number;
  private readonly doneAt: Map<string, number>;
  private readonly errors = new Map<string, string>();
  private running: ServiceStatus['running'];
  private lastOutcome: RunOutcome | undefined;
  private monitor: ServiceMonitor | undefined;

  constructor(session: Session, options: ServiceOptions, last: ReadonlyMap<string, number>) {
    this.session = session;
    this.options = options;
    this.startedAt = this.now();
    this.doneAt = new Map(last);
    const entries = session.models.map((model) => ({
      model: model.name,
      schedule: scheduleOf(session.contract, model),
      lastAt: last.get(model.name),
    }));
    this.timetable = new Timetable(entries, this.startedAt);
  }

  async run(): Promise<void> {
    this.monitor = await this.openMonitor();
    try {
      this.options.onStarted(this.monitor?.url);
      while (!this.options.signal.aborted) await this.step();
    } finally {
      await this.monitor?.close();
    }
  }

  private openMonitor(): Promise<ServiceMonitor> | undefined {
    const address = this.session.contract.project.serviceAddress;
    if (address === undefined) return undefined;
    return this.session.toolbox.openServiceMonitor({
      address,
      status: () => this.status(),
      now: () => this.now(),
    });
  }

  private async step(): Promise<void> {
    const models = this.timetable.due(this.now());
    if (models.length > 0) await this.runModels(models);
    else await this.wait();
  }

  private async wait(): Promise<void> {
    const { signal } = this.options;
    const next = this.timetable.nextAt() ?? Infinity;
    // In short steps: clocks are set, and machines sleep.
    const milliseconds = Math.min(Math.max(next - this.now(), 0), 1000);
    await sleep(milliseconds, undefined, { signal }).catch(() => undefined);
  }

  private async runModels(models: readonly string[]): Promise<void> {
    const startedAt = this.now();
    this.running = { models, since: startedAt };
    const run = await this.attempt(models, startedAt);
    this.running = undefined;
    if (run === undefined) return;
    this.settle(run);
    this.lastOutcome = run.outcome;
    this.monitor?.recordRun(run);
    this.options.onRun(run);
  }

  /** Undefined when nothing was tried, because somebody else is at work or the service is to stop. */
  private async attempt(models: readonly string[], startedAt: number): Promise<ServiceRun | undefined> {
    const { session, options } = this;
    const { projectPath, command, signal } = options;
    try {
      const result = await sync(session.toolbox, {
        projectPath,
        select: models.map((model) => `name:${model}`),
        command,
        historyFrom: undefined,
        signal,
      });
      const { outcome, models: results } = result;
      return { models, startedAt, endedAt: this.now(), outcome, errorCode: undefined, results };
    } catch (error) {
      return this.failure(models, startedAt, error);
    }
  }

  private failure(models: readonly string[], startedAt: number, error: unknown): ServiceRun | undefined {
    if (this.options.signal.aborted) return undefined;
    if (error instanceof StateError && error.code === 'state_busy') {
      this.timetable.postponed(models, this.now() + BUSY_MS);
      return undefined;
    }
    const known = error instanceof MillraceError ? error : undefined;
    const text = known === undefined ? `internal error: ${String(error)}` : `${known.message}. ${known.hint}`;
    this.session.toolbox.observer.observe({ kind: 'warning', text });
    const outcome: RunOutcome = known?.exitCode === 3 ? 'stopped' : 'failed';
    return { models, startedAt, endedAt: this.now(), outcome, errorCode: known?.code ?? 'bug', results: [] };
  }

  private settle({ models, startedAt, endedAt, errorCode }: ServiceRun): void {
    if (errorCode === undefined) this.timetable.done(models, startedAt, endedAt);
    else this.timetable.failed(models, endedAt);
    for (const model of models) {
      if (errorCode === undefined) this.errors.delete(model);
      else this.errors.set(model, errorCode);
      if (errorCode === undefined) this.doneAt.set(model, endedAt);
    }
  }

  private status(): ServiceStatus {
    const { startedAt, running, lastOutcome, session } = this;
    return { startedAt, running, lastOutcome, models: session.models.map((model) => this.healthOf(model)) };
  }

  private healthOf(model: Model): ModelHealth {
    const gap = usualGapSeconds(scheduleOf(this.session.contract, model), this.now());
    return {
      model: model.name,
      dueAt: this.timetable.dueAt(model.name),
      doneAt: this.doneAt.get(model.name),
      graceMs: gap === undefined ? GRACE_MS_UNKNOWN : Math.max(gap * 1000 * GRACE_FACTOR, GRACE_MS_MIN),
      errorCode: this.errors.get(model.name),
    };
  }

  private now(): number {
    return this.session.toolbox.clock.now();
  }
}

function scheduleOf({ project }: Contract, model: Model): Schedule {
  if (model.schedule !== undefined) return model.schedule;
  if (model.kind === 'abandonment') return { kind: 'every', seconds: CARTS_SECONDS };
  return project.schedule ?? { kind: 'every', seconds: DEFAULT_SECONDS };
}
