import { isKeyedPlan, type ModelPlan, makesEvents, notDueRows } from '../core/plan/plan-summary.ts';
import type { ModelResult } from '../core/state/run.ts';

/** Adds up what became of one model's operations. */
export class DeliveryTally {
  accepted = 0;
  rejected = 0;
  held = 0;
  dropped = 0;
  requests = 0;
  /** Operations that came up while sending. */
  added = 0;
  private readonly plan: ModelPlan;

  constructor(plan: ModelPlan) {
    this.plan = plan;
  }

  get settled(): number {
    return this.accepted + this.rejected + this.held + this.dropped;
  }

  result(): ModelResult {
    const { plan } = this;
    const events = makesEvents(plan) ? plan : undefined;
    return {
      model: plan.model,
      kind: plan.kind,
      rows: plan.rows,
      unchanged: plan.unchanged,
      refreshed: plan.refreshed,
      changedAfterDelivery: plan.kind === 'event' ? plan.changedAfterDelivery : 0,
      faults: plan.faults,
      held: plan.held,
      dropped: events?.dropped ?? 0,
      beforeStart: events?.beforeStart ?? 0,
      notDue: events === undefined ? 0 : notDueRows(events),
      operations: plan.operations + this.added,
      ...removalsOf(plan),
      accepted: this.accepted,
      rejected: this.rejected,
      heldAtSending: this.held,
      droppedAtSending: this.dropped,
      notSent: plan.operations + this.added - this.settled,
      requests: this.requests,
      ...(plan.read === undefined ? {} : { read: plan.read }),
    };
  }
}

function removalsOf(plan: ModelPlan): Pick<ModelResult, 'removals'> {
  const removals = isKeyedPlan(plan) || plan.kind === 'people' ? plan.removals : undefined;
  return removals === undefined ? {} : { removals };
}
