import type { HoldCode } from '../core/guard/hold.ts';
import { type LivenessRule, liveness } from '../core/guard/liveness.ts';
import type { SpooledBatch } from '../core/operation/batch-codec.ts';
import { ItemBatch } from '../core/operation/item-batch.ts';
import { occurredAtOf, personWordOf } from '../core/operation/moments.ts';
import {
  type EventLabel,
  eventLabels,
  HAS_WAITED,
  IS_STRANGER,
  type OutgoingBatch,
} from '../core/operation/outgoing-batch.ts';
import { joinPicks } from '../core/operation/pick-list.ts';
import { unixSeconds } from '../ports/clock.ts';
import type { Delivery } from '../ports/destination.ts';
import type { DeliveryOptions } from './delivery-options.ts';
import type { EventModelDelivery } from './event-model-delivery.ts';
import { InFlight } from './in-flight.ts';
import { findRuns, mergeEvents, type OutgoingEvent } from './merge-events.ts';
import type { ModelRecorder } from './model-recorder.ts';

/**
 * Sends the events of all models together, in order of time: a person's events leave one after the other
 * whatever model they come from, and none leaves before the answer to the one before it.
 */
export class EventsDelivery {
  private readonly models: readonly EventModelDelivery[];
  private readonly options: DeliveryOptions;
  private readonly inFlight: InFlight;
  private readonly labels = new WeakMap<OutgoingBatch, readonly EventLabel[]>();

  constructor(models: readonly EventModelDelivery[], options: DeliveryOptions) {
    this.models = models;
    this.options = options;
    this.inFlight = new InFlight(options.requestsInFlight);
  }

  /** Resolves when every event is accepted, refused or held, and that is recorded. */
  run(): Promise<void> {
    return this.inFlight.during(() => this.sendAll());
  }

  private async sendAll(): Promise<void> {
    const runs = [];
    for (const model of this.models) {
      // One after the other: what is no event is recorded on the way.
      runs.push(...(await findRuns(this.options, model, (batch) => recordOther(model.recorder, batch))));
    }
    const { eventPace, signal } = this.options;
    for await (const events of mergeEvents(this.options, runs, eventPace?.perRequestMax)) {
      signal?.throwIfAborted();
      await eventPace?.before(events.length, signal);
      await this.inFlight.add(() => this.send(events), peopleOf(events));
    }
  }

  private async send(events: readonly OutgoingEvent[]): Promise<void> {
    await this.lookForStrangers(events);
    // The time that counts is the one of sending: a plan may have waited, a queue may be long.
    const now = unixSeconds(this.options.clock);
    const kept = events.filter((event) => this.maySend(event, now));
    if (kept.length === 0) return;
    const parts = partsOf(kept);
    const [first] = parts;
    const items =
      first !== undefined && parts.length === 1
        ? first.batch.items
        : ItemBatch.of(kept.map(({ batch, index }) => batch.items.item(index)));
    const delivery = await this.options.destination.deliver(items, this.options.signal);
    await recordAll(parts, delivery);
  }

  private maySend(event: OutgoingEvent, now: number): boolean {
    const { moments } = event.batch;
    const refusal = this.refusalOf(event);
    if (refusal !== undefined) return this.hold(event, refusal);
    if (this.isUnsettled(event)) return this.hold(event, 'person_unsettled');
    const rule = this.ruleFor(event);
    const verdict = rule === undefined ? 'send' : liveness(occurredAtOf(moments, event.index), now, rule);
    if (verdict === 'hold') return this.hold(event, event.model.lateCode);
    if (verdict === 'drop') event.model.recorder.tally.dropped += 1;
    return verdict === 'send';
  }

  private async lookForStrangers(events: readonly OutgoingEvent[]): Promise<void> {
    const { strangers } = this.options;
    if (strangers === undefined) return;
    const labels = events.map((event) => this.labelOf(event)).filter(isOfStranger);
    await strangers.look(labels.map(([, person]) => person));
  }

  /** Why the event's person may have none now. */
  private refusalOf(event: OutgoingEvent): HoldCode | undefined {
    const { refusedPeople, strangers } = this.options;
    const mayBeRefused = refusedPeople.mayHave(personWordOf(event.batch.moments, event.index));
    const refusal = mayBeRefused ? refusedPeople.codeOf(this.labelOf(event)[1]) : undefined;
    if (refusal !== undefined || strangers === undefined) return refusal;
    const label = this.labelOf(event);
    return isOfStranger(label) ? strangers.codeOf(label[1]) : undefined;
  }

  private isUnsettled(event: OutgoingEvent): boolean {
    const { unsettled } = event.model;
    return unsettled.size > 0 && unsettled.has(this.labelOf(event)[1]);
  }

  /** Labels are read only where the two rules differ. */
  private ruleFor(event: OutgoingEvent): LivenessRule | undefined {
    const { liveness: rule, waitingLiveness } = event.model;
    if (rule?.liveWithinSeconds === waitingLiveness?.liveWithinSeconds) return rule;
    return (this.labelOf(event)[3] & HAS_WAITED) !== 0 ? waitingLiveness : rule;
  }

  private hold(event: OutgoingEvent, code: HoldCode): false {
    event.model.recorder.tally.held += 1;
    event.model.onHeld(this.labelOf(event)[0], code);
    return false;
  }

  private labelOf({ batch, index }: OutgoingEvent): EventLabel {
    const labels = this.labels.get(batch) ?? eventLabels(batch);
    this.labels.set(batch, labels);
    return labels[index] as EventLabel;
  }
}

function isOfStranger([, , , flags]: EventLabel): boolean {
  return (flags & IS_STRANGER) !== 0;
}

/** Claims of carts, among others, are written down here: before any event leaves. */
function recordOther(recorder: ModelRecorder, batch: Exclude<SpooledBatch, OutgoingBatch>): Promise<void> {
  return batch.kind === 'carts' ? recorder.recordCarts(batch.changes) : recorder.recordRefresh(batch);
}

function peopleOf(events: readonly OutgoingEvent[]): ReadonlySet<number> {
  return new Set(events.map(({ batch, index }) => personWordOf(batch.moments, index)));
}

/** The events of one model in a request, and the place of each in it. */
interface RequestPart {
  readonly recorder: ModelRecorder;
  readonly batch: OutgoingBatch;
  readonly places: readonly number[];
}

function partsOf(events: readonly OutgoingEvent[]): readonly RequestPart[] {
  const places = new Map<ModelRecorder, number[]>();
  events.forEach(({ model: { recorder } }, place) => {
    const known = places.get(recorder);
    if (known === undefined) places.set(recorder, [place]);
    else known.push(place);
  });
  return [...places].map(([recorder, own]) => ({
    recorder,
    batch: joinPicks(own.map((place) => events[place] as OutgoingEvent)),
    places: own,
  }));
}

/** Every model's part is recorded, even when recording another one fails. */
async function recordAll(parts: readonly RequestPart[], delivery: Delivery): Promise<void> {
  const recorded = parts.map(({ recorder, batch, places }, index) =>
    recorder.record(batch, {
      refused: new Map(
        places.flatMap((place, own) => {
          const refusal = delivery.refused.get(place);
          return refusal === undefined ? [] : [[own, refusal] as const];
        }),
      ),
      // A request that several models share is counted for the first of them.
      requests: index === 0 ? delivery.requests : 0,
    }),
  );
  for (const result of await Promise.allSettled(recorded)) {
    if (result.status === 'rejected') throw result.reason;
  }
}
