import type { Model } from '../core/contract/contract.ts';
import { type Lock, withStarts, writeLock } from '../core/contract/lock.ts';
import { ruleForStart } from '../core/guard/event-start.ts';
import type { HoldCode } from '../core/guard/hold.ts';
import type { EventPlan, ModelPlan, PlanSummary } from '../core/plan/plan-summary.ts';
import type { Lease } from '../core/state/lease.ts';
import type { ModelResult } from '../core/state/run.ts';
import type { StateStore } from '../ports/state-store.ts';
import { ModelDelivery } from './deliver-model.ts';
import { eventTable } from './delivered-reader.ts';
import { DeliveryTally } from './delivery-tally.ts';
import type { Session } from './session.ts';

export interface DeliverPlanOptions {
  readonly lease: Lease;
  readonly state: StateStore;
  readonly signal: AbortSignal | undefined;
  onHeld(model: string, key: string, code: HoldCode): void;
}

/** Sends exactly the operations of a plan: people first, model by model, then events. */
export class PlanDelivery {
  private readonly session: Session;
  private readonly summary: PlanSummary;
  private readonly options: DeliverPlanOptions;
  private readonly tallies: ReadonlyMap<string, DeliveryTally>;
  private readonly refusedPeople = new Set<string>();

  constructor(session: Session, summary: PlanSummary, options: DeliverPlanOptions) {
    this.session = session;
    this.summary = summary;
    this.options = options;
    this.tallies = new Map(summary.models.map((plan) => [plan.model, new DeliveryTally(plan)]));
  }

  /** What has become of each model up to now; also right after a failure. */
  results(): readonly ModelResult[] {
    return [...this.tallies.values()].map((tally) => tally.result());
  }

  async run(): Promise<void> {
    await this.publishStarts();
    const inOrder = [...this.summary.models].sort((a, b) => rank(a) - rank(b));
    for (const plan of inOrder) {
      // One model after the other: attributes are accepted before events, and one update of a person at a time.
      await this.deliver(plan);
    }
  }

  private async deliver(plan: ModelPlan): Promise<void> {
    const model = this.session.contract.models.find((candidate) => candidate.name === plan.model);
    const tally = this.tallies.get(plan.model);
    if (
      model === undefined ||
      tally === undefined ||
      plan.operations + plan.refreshed + changedAfterDelivery(plan) === 0
    )
      return;
    if (plan.operations > 0) {
      this.session.toolbox.observer.observe({ kind: 'step', text: `Sending ${plan.model}` });
    }
    await new ModelDelivery(model, plan, tally, this.deliveryOptions(model, plan)).run();
  }

  private deliveryOptions(model: Model, plan: ModelPlan) {
    const { session, options, summary } = this;
    const { toolbox, contract, spools, destination } = session;
    return {
      planId: summary.planId,
      lease: options.lease,
      state: options.state,
      spools,
      destination,
      clock: toolbox.clock,
      observer: toolbox.observer,
      requestsInFlight: contract.project.customerio.requestsInFlight,
      signal: options.signal,
      refusedPeople: this.refusedPeople,
      liveness:
        model.kind === 'event' && plan.kind === 'event' ? ruleForStart(plan.startReason, model) : undefined,
      onHeld: (key: string, code: HoldCode) => options.onHeld(plan.model, key, code),
    };
  }

  /** Before anything is sent: from when on each event is sent is written down, so that no gap can open later. */
  private async publishStarts(): Promise<void> {
    const events = this.summary.models.filter((plan) => plan.kind === 'event');
    if (events.length === 0) return;
    await this.writeLockFile(events);
    for (const { event, publishedStart } of events) {
      const table = eventTable(event);
      const recorded = await this.options.state.delivered.eventStart(table);
      if (recorded === publishedStart) continue;
      await this.options.state.delivered.recordEventStart(this.options.lease, table, publishedStart);
    }
  }

  private async writeLockFile(events: readonly EventPlan[]): Promise<void> {
    const { lock, contract, folder, workspaceName } = this.session;
    const before: Lock = lock ?? { namespace: contract.project.namespace, eventStarts: {} };
    const starts = Object.fromEntries(events.map(({ event, publishedStart }) => [event, publishedStart]));
    const text = writeLock(withStarts(before, workspaceName, starts));
    if (lock === undefined || text !== writeLock(lock)) await folder.writeLock(text);
  }
}

function rank(plan: ModelPlan): number {
  return plan.kind === 'people' ? 0 : 1;
}

/** Delivered events whose row changed leave something to record, too. */
function changedAfterDelivery(plan: ModelPlan): number {
  return plan.kind === 'event' ? plan.changedAfterDelivery : 0;
}
