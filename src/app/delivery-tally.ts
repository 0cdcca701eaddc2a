import type { ModelPlan } from '../core/plan/plan-summary.ts';
import type { ModelResult } from '../core/state/run.ts';

/** Adds up what became of one model's operations. */
export class DeliveryTally {
  accepted = 0;
  rejected = 0;
  held = 0;
  dropped = 0;
  requests = 0;
  private readonly plan: ModelPlan;

  constructor(plan: ModelPlan) {
    this.plan = plan;
  }

  get settled(): number {
    return this.accepted + this.rejected + this.held + this.dropped;
  }

  result(): ModelResult {
    const { plan } = this;
    const isEvent = plan.kind === 'event';
    return {
      model: plan.model,
      kind: plan.kind,
      rows: plan.rows,
      unchanged: plan.unchanged,
      refreshed: plan.refreshed,
      changedAfterDelivery: isEvent ? plan.changedAfterDelivery : 0,
      faults: plan.faults,
      held: plan.held,
      dropped: isEvent ? plan.dropped : 0,
      beforeStart: isEvent ? plan.beforeStart : 0,
      notDue: isEvent ? plan.throttled : 0,
      operations: plan.operations,
      accepted: this.accepted,
      rejected: this.rejected,
      heldAtSending: this.held,
      droppedAtSending: this.dropped,
      notSent: plan.operations - this.settled,
      requests: this.requests,
    };
  }
}
