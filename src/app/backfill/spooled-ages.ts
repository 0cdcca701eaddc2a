import { type BackfillPlan, type EventAges, NO_AGES } from '../../core/backfill/backfill-plan.ts';
import type { YoungEvent } from '../../core/backfill/gate.ts';
import { couldStartJourney } from '../../core/guard/liveness.ts';
import { decodeBatch } from '../../core/operation/batch-codec.ts';
import { occurredAtOf } from '../../core/operation/moments.ts';
import { eventLabels, type OutgoingBatch } from '../../core/operation/outgoing-batch.ts';
import type { EventPlan, PlanSummary } from '../../core/plan/plan-summary.ts';
import type { SpoolStore } from '../../ports/spool.ts';
import { anonymousSpool } from '../operation-sink.ts';

/** How old the events of a plan are at this moment, and which of them could start a journey. */
export interface SpooledAges {
  readonly ages: EventAges;
  /** The oldest of the young ones, up to a bound. */
  readonly youngEvents: readonly YoungEvent[];
}

/** Young events that are named; the rest is counted. */
const YOUNG_NAMED_MAX = 20;

/** Customer.io keeps the data of older events for segments only. */
const SHOWN_SECONDS = 30 * 86_400;

/** Looks through what a plan would send. Nothing but the operations themselves tells what will leave. */
export async function spooledAges(
  spools: SpoolStore,
  { planId, models }: Pick<PlanSummary, 'planId' | 'models'>,
  { model: name }: Pick<BackfillPlan, 'model'>,
  now: number,
): Promise<SpooledAges> {
  const plan = models.find((each): each is EventPlan => each.kind === 'event' && each.model === name);
  if (plan === undefined) return { ages: NO_AGES, youngEvents: [] };
  const reading = new AgeReading(now);
  const names = plan.anonymous > 0 ? [plan.model, anonymousSpool(plan.model)] : [plan.model];
  for (const spool of names) {
    for await (const record of spools.records(planId, spool)) {
      const batch = decodeBatch(record);
      if (batch.kind === 'events') reading.take(batch);
    }
  }
  return reading.result();
}

class AgeReading {
  private readonly now: number;
  private ages = NO_AGES;
  private youngEvents: readonly YoungEvent[] = [];

  constructor(now: number) {
    this.now = now;
  }

  take(batch: OutgoingBatch): void {
    const times = Array.from({ length: batch.items.length }, (_, index) =>
      occurredAtOf(batch.moments, index),
    );
    const young = times.flatMap((at, index) => (couldStartJourney(at, this.now) ? [index] : []));
    const { oldestAt, newestAt, firstYoungAt } = this.ages;
    this.ages = {
      events: this.ages.events + times.length,
      oldestAt: times.reduce((first, at) => Math.min(first, at), oldestAt ?? Number.POSITIVE_INFINITY),
      newestAt: times.reduce((last, at) => Math.max(last, at), newestAt ?? 0),
      young: this.ages.young + young.length,
      firstYoungAt: young.reduce<number | undefined>(
        (first, index) => Math.min(first ?? Number.POSITIVE_INFINITY, times[index] ?? 0),
        firstYoungAt,
      ),
      beyondShown: this.ages.beyondShown + times.filter((at) => this.now - at > SHOWN_SECONDS).length,
    };
    if (young.length > 0) this.name(batch, young);
  }

  result(): SpooledAges {
    return { ages: this.ages, youngEvents: this.youngEvents };
  }

  private name(batch: OutgoingBatch, young: readonly number[]): void {
    const labels = eventLabels(batch);
    const events = young.map((index): YoungEvent => {
      const [key = '', , occurredAt = 0] = labels[index] ?? [];
      return { key, occurredAt };
    });
    this.youngEvents = [...this.youngEvents, ...events]
      .sort((a, b) => a.occurredAt - b.occurredAt)
      .slice(0, YOUNG_NAMED_MAX);
  }
}
