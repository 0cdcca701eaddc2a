import { type LivenessRule, liveness } from '../../core/guard/liveness.ts';
import { decodeBatch } from '../../core/operation/batch-codec.ts';
import { eventLabels, type OutgoingBatch, pickItems } from '../../core/operation/outgoing-batch.ts';
import { unixSeconds } from '../../ports/clock.ts';
import type { DeliveryOptions } from '../delivery-options.ts';
import type { EventModelDelivery } from '../event-model-delivery.ts';
import { anonymousSpool } from '../operation-sink.ts';

/** Sends the events of one model that belong to nobody yet. They have no order, for nobody waits for them. */
export class AnonymousDelivery {
  private readonly model: EventModelDelivery;
  private readonly options: DeliveryOptions;

  constructor(model: EventModelDelivery, options: DeliveryOptions) {
    this.model = model;
    this.options = options;
  }

  async run(): Promise<void> {
    const { spools, planId, destination, signal } = this.options;
    const { recorder, liveness: rule } = this.model;
    for await (const record of spools.records(planId, anonymousSpool(recorder.plan.model))) {
      signal?.throwIfAborted();
      const batch = decodeBatch(record);
      if (batch.kind !== 'events') continue;
      // In parts, so that what was accepted is recorded before much more is sent.
      for (let start = 0; start < batch.items.length; start += EVENTS_AT_ONCE) {
        const part = this.stillLive(partOf(batch, start), rule);
        if (part.items.length === 0) continue;
        await this.options.eventPace?.before(part.items.length, signal);
        await recorder.record(part, await destination.deliverAnonymous(part.items, signal));
      }
    }
  }

  /** The time that counts is the one of sending. */
  private stillLive(batch: OutgoingBatch, rule: LivenessRule | undefined): OutgoingBatch {
    if (rule === undefined) return batch;
    const now = unixSeconds(this.options.clock);
    const { tally } = this.model.recorder;
    const kept = eventLabels(batch).flatMap(([key, , occurredAt], index) => {
      const verdict = liveness(occurredAt, now, rule);
      if (verdict === 'send') return [index];
      if (verdict === 'drop') tally.dropped += 1;
      else {
        tally.held += 1;
        this.model.onHeld(key, this.model.lateCode);
      }
      return [];
    });
    return pickItems(batch, kept);
  }
}

/** Events whose answers are recorded together. */
const EVENTS_AT_ONCE = 100;

function partOf(batch: OutgoingBatch, start: number): OutgoingBatch {
  const end = Math.min(batch.items.length, start + EVENTS_AT_ONCE);
  return pickItems(
    batch,
    Array.from({ length: end - start }, (_, index) => start + index),
  );
}
