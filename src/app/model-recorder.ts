import type { CartChanges } from '../core/carts/cart-memory.ts';
import type { Model } from '../core/contract/contract.ts';
import { ENTRY_WORDS } from '../core/diff/entry.ts';
import { DestinationError } from '../core/errors/millrace-error.ts';
import { eventHours } from '../core/operation/event-hours.ts';
import {
  labelKeys,
  type OutgoingBatch,
  pickEntries,
  type RefreshBatch,
} from '../core/operation/outgoing-batch.ts';
import type { ModelPlan } from '../core/plan/plan-summary.ts';
import type { Lease } from '../core/state/lease.ts';
import type { Reject } from '../core/state/run.ts';
import type { Clock } from '../ports/clock.ts';
import type { Delivery } from '../ports/destination.ts';
import type { Observer } from '../ports/observer.ts';
import type { BatchRecord, StateStore, TableName } from '../ports/state-store.ts';
import type { DeliveryTally } from './delivery-tally.ts';

/** What is delivered, and where that is written down. */
export interface DeliveredModel {
  readonly name: string;
  readonly kind: Exclude<Model['kind'], 'identities'>;
  readonly table: TableName;
}

export interface RecorderOptions {
  readonly lease: Lease;
  readonly state: StateStore;
  readonly clock: Clock;
  readonly observer: Observer;
  readonly onAccepted?: OnAccepted | undefined;
}

/** Hears which operations of a model were accepted, by their keys. */
export type OnAccepted = (model: string, keys: readonly string[]) => void;

/** When this many are refused and nothing at all was accepted, going on makes no sense. */
const REJECTS_WITHOUT_SUCCESS_MAX = 1000;

/** Stands for Customer.io's words where it said nothing. */
const NOT_APPLIED = {
  status: 200,
  reason: 'not_applied',
  field: 'email',
  message: 'Customer.io accepted the new address and does not show it',
} as const;

/** Writes down what became of the operations of one model. */
export class ModelRecorder {
  readonly model: DeliveredModel;
  readonly plan: ModelPlan;
  readonly tally: DeliveryTally;
  private readonly options: RecorderOptions;
  private readonly table: TableName;

  constructor(model: DeliveredModel, plan: ModelPlan, tally: DeliveryTally, options: RecorderOptions) {
    this.model = model;
    this.plan = plan;
    this.tally = tally;
    this.options = options;
    this.table = model.table;
  }

  recordRefresh({ entries, table, newKeys }: RefreshBatch): Promise<void> {
    const { state, lease } = this.options;
    return state.delivered.recordRefresh(lease, table ?? this.table, entries, newKeys);
  }

  /** What was delivered under these keys is void. */
  async recordVoid(entries: Uint32Array): Promise<void> {
    const keys = entries.length / ENTRY_WORDS;
    if (keys > 0) await this.recordRefresh({ kind: 'refresh', entries, newKeys: -keys });
  }

  /** People whose new address was accepted and never applied: to be sent again, and told until it is there. */
  async recordUnapplied(people: readonly string[], voidEntries: Uint32Array): Promise<void> {
    const { state, lease, clock } = this.options;
    const rejects = people.map((key) => ({ key, ...NOT_APPLIED }));
    await state.delivered.recordBatch(lease, {
      model: this.model.name,
      table: this.table,
      entries: voidEntries,
      newKeys: -people.length,
      frames: [],
      acceptedKeys: () => [],
      rejects,
      now: clock.now(),
    });
    this.tally.accepted -= people.length;
    this.tally.rejected += people.length;
  }

  recordCarts(changes: CartChanges): Promise<void> {
    return this.options.state.delivered.recordCarts(this.options.lease, this.table, changes);
  }

  /** @throws DestinationError `destination_refuses` when it makes no sense to go on. */
  async record(batch: OutgoingBatch, delivery: Delivery): Promise<void> {
    const rejects = rejectsOf(batch, delivery);
    const { state, lease, onAccepted } = this.options;
    const record = this.recordOf(batch, delivery, rejects);
    await state.delivered.recordBatch(lease, record);
    onAccepted?.(this.model.name, record.acceptedKeys());
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
      newKeys: newKeysOf(batch, accepted),
      frames: batch.frames,
      acceptedKeys: () => {
        const keys = labelKeys(batch);
        return accepted.map((index) => keys[index] ?? '');
      },
      rejects,
      isOfCarts: this.model.kind === 'abandonment',
      hours: eventHours(batch.moments, accepted),
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

/** What is removed has no key any more. */
function newKeysOf({ kind, isNew }: OutgoingBatch, accepted: readonly number[]): number {
  if (kind === 'removals') return -accepted.length;
  return accepted.reduce((sum, index) => sum + (isNew[index] ?? 0), 0);
}

function rejectsOf(batch: OutgoingBatch, { refused }: Delivery): readonly Reject[] {
  if (refused.size === 0) return [];
  const keys = labelKeys(batch);
  return [...refused].map(([index, refusal]) => ({ key: keys[index] ?? '', ...refusal }));
}
