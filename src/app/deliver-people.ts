import { renameItem } from '../core/customerio/rename-item.ts';
import { BugError } from '../core/errors/millrace-error.ts';
import { decodeBatch } from '../core/operation/batch-codec.ts';
import { ItemBatch } from '../core/operation/item-batch.ts';
import { type OutgoingBatch, personLabels, pickItems } from '../core/operation/outgoing-batch.ts';
import type { Delivery } from '../ports/destination.ts';
import type { DeliveryOptions } from './delivery-options.ts';
import type { IdentityGuard } from './identity/identity-guard.ts';
import type { JudgedPerson } from './identity/profile-gate.ts';
import { InFlight } from './in-flight.ts';
import type { ModelRecorder } from './model-recorder.ts';

/** Sends the people of one model, each of whom stands in it once, and records every answer as it comes. */
export class PeopleDelivery {
  private readonly recorder: ModelRecorder;
  private readonly options: DeliveryOptions;
  private readonly guard: IdentityGuard;
  private readonly inFlight: InFlight;

  constructor(recorder: ModelRecorder, guard: IdentityGuard, options: DeliveryOptions) {
    this.recorder = recorder;
    this.guard = guard;
    this.options = options;
    this.inFlight = new InFlight(options.requestsInFlight);
  }

  /** Resolves when every operation is accepted or refused, and that is recorded. */
  run(): Promise<void> {
    return this.inFlight.during(() => this.sendAll());
  }

  private async sendAll(): Promise<void> {
    const { spools, planId, signal } = this.options;
    for await (const record of spools.records(planId, this.recorder.plan.model)) {
      signal?.throwIfAborted();
      const batch = decodeBatch(record);
      if (batch.kind === 'refresh') await this.recorder.recordRefresh(batch);
      else if (batch.kind === 'people') await this.inFlight.add(() => this.guardAndSend(batch));
      else throw new BugError(`${batch.kind} among the people of ${this.recorder.plan.model}`);
    }
  }

  /** Who would change another profile is held; whose identifiers change goes by the cio_id, in a request apart. */
  private async guardAndSend(batch: OutgoingBatch): Promise<void> {
    const judged = await this.guard.judge(this.recorder.plan.model, batch);
    const apart = judged.filter(({ verdict }) => verdict.kind !== 'send');
    const renamed = apart.filter(({ verdict }) => verdict.kind === 'by_cio_id');
    this.recorder.tally.held += apart.length - renamed.length;
    const indexes = new Set(apart.map(({ index }) => index));
    const plain = [...batch.isNew.keys()].filter((index) => !indexes.has(index));
    const unchanged = judged.filter(({ verdict }) => verdict.kind === 'send');
    if (plain.length > 0) await this.send(apart.length === 0 ? batch : pickItems(batch, plain), unchanged);
    if (renamed.length > 0) await this.send(this.renamedBatch(batch, renamed), renamed);
  }

  private renamedBatch(batch: OutgoingBatch, renamed: readonly JudgedPerson[]): OutgoingBatch {
    const items = renamed.map(({ index, verdict, person }) => {
      const text = Buffer.from(batch.items.item(index)).toString('utf8');
      const cioId = verdict.kind === 'by_cio_id' ? verdict.cioId : '';
      return Buffer.from(
        renameItem(text, cioId, this.guard.canonical === 'email' ? person : undefined),
        'utf8',
      );
    });
    const indexes = renamed.map(({ index }) => index);
    return { ...pickItems(batch, indexes), items: ItemBatch.of(items) };
  }

  private async send(batch: OutgoingBatch, judged: readonly JudgedPerson[]): Promise<void> {
    const delivery = await this.options.destination.deliver(batch.items, this.options.signal);
    const refused = this.rememberRefused(batch, delivery);
    this.options.settleGate?.sent(personLabels(batch), batch.items, (index) => delivery.refused.has(index));
    await this.recorder.record(batch, delivery);
    await this.guard.accepted(
      this.recorder,
      judged.filter(({ person }) => !refused.has(person)),
    );
  }

  private rememberRefused(batch: OutgoingBatch, { refused }: Delivery): ReadonlySet<string> {
    if (refused.size === 0) return new Set();
    const people = personLabels(batch);
    const names = [...refused.keys()].map((index) => people[index] ?? '');
    for (const person of names) this.options.refusedPeople.add(person);
    return new Set(names);
  }
}
