import type { CanonicalIdentifier } from '../../core/contract/contract.ts';
import { BugError } from '../../core/errors/millrace-error.ts';
import type { HoldCode } from '../../core/guard/hold.ts';
import { decodeBatch } from '../../core/operation/batch-codec.ts';
import { type OutgoingBatch, pickItems, thingLabels } from '../../core/operation/outgoing-batch.ts';
import type { Delivery } from '../../ports/destination.ts';
import type { DeliveryOptions } from '../delivery-options.ts';
import { InFlight } from '../in-flight.ts';
import type { ModelRecorder } from '../model-recorder.ts';

export interface ThingsDeliveryOptions extends DeliveryOptions {
  readonly canonical: CanonicalIdentifier;
  onHeld(key: string, code: HoldCode): void;
}

/** Sends the things of one model, each of which stands in it once, and records every answer as it comes. */
export class ThingsDelivery {
  private readonly recorder: ModelRecorder;
  private readonly options: ThingsDeliveryOptions;
  private readonly inFlight: InFlight;

  constructor(recorder: ModelRecorder, options: ThingsDeliveryOptions) {
    this.recorder = recorder;
    this.options = options;
    this.inFlight = new InFlight(options.requestsInFlight);
  }

  /** Resolves when every operation is accepted, refused or held, and that is recorded. */
  run(): Promise<void> {
    return this.inFlight.during(() => this.sendAll());
  }

  private async sendAll(): Promise<void> {
    const { spools, planId, signal } = this.options;
    for await (const record of spools.records(planId, this.recorder.plan.model)) {
      signal?.throwIfAborted();
      const batch = decodeBatch(record);
      if (batch.kind === 'refresh') await this.recorder.recordRefresh(batch);
      else if (batch.kind === 'things' || batch.kind === 'removals') {
        await this.inFlight.add(() => this.send(this.withoutRefused(batch)));
      } else throw new BugError(`${batch.kind} among the things of ${this.recorder.plan.model}`);
    }
  }

  /** Nothing is put on somebody who was refused or held in this run. */
  private withoutRefused(batch: OutgoingBatch): OutgoingBatch {
    if (batch.kind === 'removals') return batch;
    const labels = thingLabels(batch);
    const codes = labels.map(([, person]) =>
      person === null ? undefined : this.options.refusedPeople.codeOf(person),
    );
    if (codes.every((code) => code === undefined)) return batch;
    labels.forEach(([key], index) => {
      const code = codes[index];
      if (code !== undefined) this.hold(key, code);
    });
    return pickItems(
      batch,
      [...labels.keys()].filter((index) => codes[index] === undefined),
    );
  }

  private hold(key: string, code: HoldCode): void {
    this.recorder.tally.held += 1;
    this.options.onHeld(key, code);
  }

  private deliver({ kind, items }: OutgoingBatch): Promise<Delivery> {
    const { destination, signal, canonical } = this.options;
    const { plan } = this.recorder;
    if (plan.kind !== 'segment') return destination.deliver(items, signal);
    const action = kind === 'removals' ? 'remove' : 'add';
    return destination.changeMembers(
      { segmentId: plan.target, action, identifier: canonical },
      items,
      signal,
    );
  }

  private async send(batch: OutgoingBatch): Promise<void> {
    if (batch.items.length === 0) return;
    await this.recorder.record(batch, await this.deliver(batch));
  }
}
