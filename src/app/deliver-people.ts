import { BugError } from '../core/errors/millrace-error.ts';
import { decodeBatch } from '../core/operation/batch-codec.ts';
import { type OutgoingBatch, personLabels } from '../core/operation/outgoing-batch.ts';
import type { Delivery } from '../ports/destination.ts';
import type { DeliveryOptions } from './delivery-options.ts';
import { InFlight } from './in-flight.ts';
import type { ModelRecorder } from './model-recorder.ts';

/** Sends the people of one model, each of whom stands in it once, and records every answer as it comes. */
export class PeopleDelivery {
  private readonly recorder: ModelRecorder;
  private readonly options: DeliveryOptions;
  private readonly inFlight: InFlight;

  constructor(recorder: ModelRecorder, options: DeliveryOptions) {
    this.recorder = recorder;
    this.options = options;
    this.inFlight = new InFlight(options.requestsInFlight);
  }

  /** Resolves when every operation is accepted or refused, and that is recorded. */
  async run(): Promise<void> {
    try {
      await this.sendAll();
    } finally {
      // Also after a failure: what is under way may still be accepted, and must then be recorded.
      await this.inFlight.settle();
    }
  }

  private async sendAll(): Promise<void> {
    const { spools, planId, signal } = this.options;
    for await (const record of spools.records(planId, this.recorder.plan.model)) {
      signal?.throwIfAborted();
      const batch = decodeBatch(record);
      if (batch.kind === 'refresh') await this.recorder.recordRefresh(batch.entries);
      else if (batch.kind === 'people') await this.inFlight.add(() => this.send(batch));
      else throw new BugError(`${batch.kind} among the people of ${this.recorder.plan.model}`);
    }
  }

  private async send(batch: OutgoingBatch): Promise<void> {
    const delivery = await this.options.destination.deliver(batch.items, this.options.signal);
    this.rememberRefused(batch, delivery);
    await this.recorder.record(batch, delivery);
  }

  private rememberRefused(batch: OutgoingBatch, { refused }: Delivery): void {
    if (refused.size === 0) return;
    const people = personLabels(batch);
    for (const index of refused.keys()) this.options.refusedPeople.add(people[index] ?? '');
  }
}
