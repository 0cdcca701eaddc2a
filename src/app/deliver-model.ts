import type { Model } from '../core/contract/contract.ts';
import { DestinationError } from '../core/errors/millrace-error.ts';
import type { HoldCode } from '../core/guard/hold.ts';
import { type LivenessRule, liveness } from '../core/guard/liveness.ts';
import { decodeBatch } from '../core/operation/batch-codec.ts';
import {
  eventLabels,
  labelKeys,
  type OutgoingBatch,
  personLabels,
  pickEntries,
  pickItems,
} from '../core/operation/outgoing-batch.ts';
import type { ModelPlan } from '../core/plan/plan-summary.ts';
import type { Lease } from '../core/state/lease.ts';
import type { Reject } from '../core/state/run.ts';
import { type Clock, unixSeconds } from '../ports/clock.ts';
import type { Delivery, Destination } from '../ports/destination.ts';
import type { Observer } from '../ports/observer.ts';
import type { SpoolStore } from '../ports/spool.ts';
import type { BatchRecord, StateStore } from '../ports/state-store.ts';
import { eventTable, peopleTable } from './delivered-reader.ts';
import type { DeliveryTally } from './delivery-tally.ts';
import { InFlight } from './in-flight.ts';

/** What delivering a model needs. */
export interface DeliveryOptions {
  readonly planId: string;
  readonly lease: Lease;
  readonly state: StateStore;
  readonly spools: SpoolStore;
  readonly destination: Destination;
  readonly clock: Clock;
  readonly observer: Observer;
  readonly requestsInFlight: number;
  readonly signal: AbortSignal | undefined;
  /** People refused in this run; filled while people are delivered, and asked for events. */
  readonly refusedPeople: Set<string>;
  /** Rule of age for events; undefined for people, and for history in a sandbox. */
  readonly liveness: LivenessRule | undefined;
  /** Told about events that were held at the moment of sending. */
  onHeld(key: string, code: HoldCode): void;
}

/** When this many are refused and nothing at all was accepted, going on makes no sense. */
const REJECTS_WITHOUT_SUCCESS_MAX = 1000;

/** Sends the spooled batches of one model, and records every answer as it comes. */
export class ModelDelivery {
  private readonly model: Model;
  private readonly plan: ModelPlan;
  private readonly options: DeliveryOptions;
  private readonly tally: DeliveryTally;
  private readonly table: string;
  private readonly inFlight: InFlight;

  constructor(model: Model, plan: ModelPlan, tally: DeliveryTally, options: DeliveryOptions) {
    this.model = model;
    this.plan = plan;
    this.options = options;
    this.tally = tally;
    this.table = model.kind === 'people' ? peopleTable(model.name) : eventTable(model.event);
    this.inFlight = new InFlight(options.requestsInFlight);
  }

  /** Resolves when every operation is accepted, refused or held, and that is recorded. */
  async run(): Promise<void> {
    try {
      await this.sendAll();
    } finally {
      // Also after a failure: what is under way may still be accepted, and must then be recorded.
      await this.inFlight.settle();
    }
  }

  private async sendAll(): Promise<void> {
    const { spools, planId, signal, state, lease } = this.options;
    for await (const record of spools.records(planId, this.plan.model)) {
      signal?.throwIfAborted();
      const batch = decodeBatch(record);
      if (batch.kind === 'refresh') await state.delivered.recordRefresh(lease, this.table, batch.entries);
      else await this.send(batch.kind === 'events' ? this.withoutHeld(batch) : batch);
    }
  }

  private async send(batch: OutgoingBatch): Promise<void> {
    if (batch.items.length === 0) return;
    await this.inFlight.add(async () => {
      const delivery = await this.options.destination.deliver(batch.items, this.options.signal);
      await this.record(batch, delivery);
    });
  }

  /** The time that counts is the one of sending: a plan may have waited, a queue may be long. */
  private withoutHeld(batch: OutgoingBatch): OutgoingBatch {
    const labels = eventLabels(batch);
    const now = unixSeconds(this.options.clock);
    const kept = labels.flatMap(([key, person, occurredAt], index) =>
      this.maySend(key, person, occurredAt, now) ? [index] : [],
    );
    return kept.length === labels.length ? batch : pickItems(batch, kept);
  }

  private maySend(key: string, person: string, occurredAt: number, now: number): boolean {
    if (this.options.refusedPeople.has(person)) return this.hold(key, 'person_refused');
    const rule = this.options.liveness;
    const verdict = rule === undefined ? 'send' : liveness(occurredAt, now, rule);
    if (verdict === 'hold') return this.hold(key, 'late');
    if (verdict === 'drop') this.tally.dropped += 1;
    return verdict === 'send';
  }

  private hold(key: string, code: HoldCode): false {
    this.tally.held += 1;
    this.options.onHeld(key, code);
    return false;
  }

  private async record(batch: OutgoingBatch, delivery: Delivery): Promise<void> {
    const rejects = this.rejectsOf(batch, delivery);
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

  private rejectsOf(batch: OutgoingBatch, { refused }: Delivery): readonly Reject[] {
    if (refused.size === 0) return [];
    const keys = labelKeys(batch);
    const rejects = [...refused].map(([index, refusal]) => ({ key: keys[index] ?? '', ...refusal }));
    if (batch.kind === 'people') {
      const people = personLabels(batch);
      for (const index of refused.keys()) this.options.refusedPeople.add(people[index] ?? '');
    }
    return rejects;
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
