import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { judgeHealth, type ServiceStatus } from '../../core/schedule/service-health.ts';
import type { ModelResult } from '../../core/state/run.ts';
import type { ServiceRun } from '../../ports/service-monitor.ts';

const RUN_SECONDS = [0.5, 1, 2, 5, 10, 30, 60, 300, 900, 3600];

/** What becomes of operations and rows, by the names that `history` uses, too. */
const OPERATIONS = ['accepted', 'rejected', 'heldAtSending', 'droppedAtSending', 'notSent'] as const;
const ROWS = ['unchanged', 'refreshed', 'changedAfterDelivery', 'dropped', 'beforeStart', 'notDue'] as const;

/** Metrics of the service in Prometheus' format. Labels are names of models and outcomes, never keys. */
export class ServiceMetrics {
  private readonly registry = new Registry();
  private readonly runs = this.counter('runs_total', 'Runs, by how they ended', ['outcome']);
  private readonly errors = this.counter('run_errors_total', 'Runs that an error ended, by its code', [
    'code',
  ]);
  private readonly operations = this.counter('operations_total', 'Operations, by what became of them', [
    'model',
    'outcome',
  ]);
  private readonly rows = this.counter('rows_total', 'Rows that needed nothing sent, by why', [
    'model',
    'outcome',
  ]);
  private readonly requests = this.counter('requests_total', 'Requests to the Track API', ['model']);
  private readonly faults = this.gauge('faults', 'Rows that may not be sent, in the last run', ['model']);
  private readonly held = this.gauge('held', 'Rows that wait, in the last run', ['model']);
  private readonly doneAt = this.gauge(
    'model_done_timestamp_seconds',
    'When the model was last run to its end',
    ['model'],
  );
  private readonly dueAt = this.gauge('model_due_timestamp_seconds', 'When the model is due next', ['model']);
  private readonly ready = this.gauge('ready', '1 when no model is overdue or in trouble', []);
  private readonly seconds = new Histogram({
    name: 'millrace_run_duration_seconds',
    help: 'How long runs took',
    buckets: RUN_SECONDS,
    registers: [this.registry],
  });

  constructor() {
    collectDefaultMetrics({ register: this.registry, prefix: 'millrace_' });
  }

  recordRun(run: ServiceRun): void {
    this.runs.inc({ outcome: run.outcome });
    if (run.errorCode !== undefined) this.errors.inc({ code: run.errorCode });
    this.seconds.observe((run.endedAt - run.startedAt) / 1000);
    for (const result of run.results) this.recordModel(result);
  }

  get contentType(): string {
    return this.registry.contentType;
  }

  text(status: ServiceStatus, now: number): Promise<string> {
    this.ready.set(judgeHealth(status, now).isReady ? 1 : 0);
    for (const { model, doneAt, dueAt } of status.models) {
      if (doneAt !== undefined) this.doneAt.set({ model }, doneAt / 1000);
      if (dueAt !== undefined) this.dueAt.set({ model }, dueAt / 1000);
    }
    return this.registry.metrics();
  }

  private recordModel(result: ModelResult): void {
    const { model } = result;
    for (const outcome of OPERATIONS) this.operations.inc({ model, outcome }, result[outcome]);
    for (const outcome of ROWS) this.rows.inc({ model, outcome }, result[outcome]);
    this.requests.inc({ model }, result.requests);
    this.faults.set({ model }, result.faults);
    this.held.set({ model }, result.held + result.heldAtSending);
  }

  private counter<L extends string>(name: string, help: string, labelNames: readonly L[]): Counter<L> {
    return new Counter({ name: `millrace_${name}`, help, labelNames, registers: [this.registry] });
  }

  private gauge<L extends string>(name: string, help: string, labelNames: readonly L[]): Gauge<L> {
    return new Gauge({ name: `millrace_${name}`, help, labelNames, registers: [this.registry] });
  }
}
