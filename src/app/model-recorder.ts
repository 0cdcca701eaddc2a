import type { CartChanges } from '../core/carts/cart-memory.ts';
import type { Model } from '../core/contract/contract.ts';
import { DestinationError } from '../core/errors/millrace-error.ts';
import { labelKeys, type OutgoingBatch, pickEntries } from '../core/operation/outgoing-batch.ts';
import type { ModelPlan } from '../core/plan/plan-summary.ts';
import type { Lease } from '../core/state/lease.ts';
import type { Reject } from '../core/state/run.ts';
import type { Clock } from '../ports/clock.ts';
import type { Delivery } from '../ports/destination.ts';
import type { Observer } from '../ports/observer.ts';
import type { BatchRecord, StateStore } from '../ports/state-store.ts';
import { eventTable, peopleTable } from './delivered-reader.ts';
import type { DeliveryTally } from './delivery-tally.ts';

export interface RecorderOptions {
  readonly lease: Lease;
  readonly state: StateStore;
  readonly clock: Clock;
  readonly observer: Observer;
}

/** When this many are refused and nothing at all was accepted, going on makes no sense. */
const REJECTS_WITHOUT_SUCCESS_MAX = 1000;

/** Writes down what became of the operations of one model. */
export class ModelRecorder {
  readonly model: Model;
  readonly plan: ModelPlan;
  readonly tally: DeliveryTally;
  private readonly options: RecorderOptions;
  private readonly table: string;

  constructor(model: Model, plan: ModelPlan, tally: DeliveryTally, options: RecorderOptions) {
    this.model = model;
    this.plan = plan;
    this.tally = tally;
    this.options = options;
    this.table = model.kind === 'people' ? peopleTable(model.name) : eventTable(model.event);
  }

  recordRefresh(entries: Uint32Array): Promise<void> {
    return this.options.state.delivered.recordRefresh(this.options.lease, this.table, entries);
  }

  recordCarts(changes: CartChanges): Promise<void> {
    return this.options.state.delivered.recordCarts(this.options.lease, this.table, changes);
  }

  /** @throws DestinationError `destination_refuses` when it makes no sense to go on. */
  async record(batch: OutgoingBatch, delivery: Delivery): Promise<void> {
    const rejects = rejectsOf(batch, delivery);
    await this.options.state.delivered.recordBatch(
      this.options.lease,
      this.recordOf(batch, delivery, rejects),
    );
    this.tally.accepted += batch.items.length - rejects.length;
    this.tally.rejected += rejects.length;
    this.tally.requests += delivery.requests;
    this.reportProgress();
    this.stopWhenEverythingIsRefused(rejects[0]);
  }

  private recordOf(batch: OutgoingBatch, { refused }: Delivery, rejects: readonly Reject[]): BatchRecord {
    const accepted = [...batch.isNew.keys()].filter((index) => !refused.has(index));
    return {
      model: this.model.name,
      table: this.table,
      entries: refused.size === 0 ? batch.entries : pickEntries(batch.entries, accepted),
      newKeys: accepted.reduce((sum, index) => sum + (batch.isNew[index] ?? 0), 0),
      frames: batch.frames,
      acceptedKeys: () => {
        const keys = labelKeys(batch);
        return accepted.map((index) => keys[index] ?? '');
      },
      rejects,
      isOfCarts: this.model.kind === 'abandonment',
      now: this.options.clock.now(),
    };
  }

  private reportProgress(): void {
    const { model, operations } = this.plan;
    const progress = { activity: 'sending', model, done: this.tally.settled, total: operations } as const;
    this.options.observer.observe({ kind: 'progress', progress });
  }

  private stopWhenEverythingIsRefused(first: Reject | undefined): void {
    if (this.tally.accepted > 0 || this.tally.rejected < REJECTS_WITHOUT_SUCCESS_MAX) return;
    const words = [first?.reason, first?.field, first?.message]
      .filter((word) => word !== undefined)
      .join(', ');
    const message = `Customer.io refused all of the first ${this.tally.rejected} operations of ${this.model.name}: ${words}`;
    throw new DestinationError('destination_refuses', message);
  }
}

function rejectsOf(batch: OutgoingBatch, { refused }: Delivery): readonly Reject[] {
  if (refused.size === 0) return [];
  const keys = labelKeys(batch);
  return [...refused].map(([index, refusal]) => ({ key: keys[index] ?? '', ...refusal }));
}
