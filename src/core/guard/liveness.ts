import type { BackfillPlan } from '../backfill/backfill-plan.ts';
import type { EventMakingModel, LatePolicy } from '../contract/contract.ts';

/** Customer.io starts event-triggered journeys for events younger than this. */
const JOURNEY_WINDOW_SECONDS = 72 * 3600;

/** Clock differences and queueing at Customer.io are allowed for by this much. */
const MARGIN_SECONDS = 3600;

/** How old an event must be, so that it can not start a journey however clocks and queues behave. */
export const HARMLESS_AFTER_SECONDS = JOURNEY_WINDOW_SECONDS + MARGIN_SECONDS;

/** Whether an event of this time could start a journey if it arrived now. */
export function couldStartJourney(occurredAt: number, now: number): boolean {
  return now - occurredAt <= HARMLESS_AFTER_SECONDS;
}

/** What happens to an event at the moment it would be sent. */
export type Liveness = 'send' | 'hold' | 'drop';

export interface LivenessRule {
  readonly late: LatePolicy;
  readonly liveWithinSeconds: number;
  /** Events older than this are dropped, whatever `late` says: carts that are too old to be spoken of. */
  readonly dropAfterSeconds?: number | undefined;
}

/** The rule of a model; a cart's event happens `after` its last activity, from which `not_after` is counted. */
export function livenessRule(model: EventMakingModel): LivenessRule {
  const { late, liveWithinSeconds } = model;
  if (model.kind === 'event') return { late, liveWithinSeconds };
  return { late, liveWithinSeconds, dropAfterSeconds: model.notAfterSeconds - model.afterSeconds };
}

/**
 * Live events are sent. Late ones are held or dropped as declared, or (`send`) sent once they are so old
 * that they can not start a journey any more.
 */
export function liveness(occurredAt: number, now: number, rule: LivenessRule): Liveness {
  const ageSeconds = now - occurredAt;
  if (ageSeconds > (rule.dropAfterSeconds ?? ageSeconds)) return 'drop';
  if (ageSeconds <= rule.liveWithinSeconds) return 'send';
  switch (rule.late) {
    case 'drop':
      return 'drop';
    case 'hold':
      return 'hold';
    case 'send':
      return couldStartJourney(occurredAt, now) ? 'hold' : 'send';
  }
}

/** Only what is too old to start a journey is sent, and nothing is live. */
const HISTORICAL_RULE: LivenessRule = { late: 'send', liveWithinSeconds: Number.NEGATIVE_INFINITY };

/** A backfill of old events sends old events only; one whose gate let young ones through sends everything. */
export function backfillRule({ ages }: Pick<BackfillPlan, 'ages'>): LivenessRule | undefined {
  return ages.young === 0 ? HISTORICAL_RULE : undefined;
}

/** The rule for an event that waited for its person: until `hold_for` has passed it counts as live. */
export function waitingRule(model: {
  readonly late: LatePolicy;
  readonly holdForSeconds: number;
}): LivenessRule {
  return { late: model.late, liveWithinSeconds: model.holdForSeconds };
}

/** After a loss of the state, the events of this long are read again; ids make that harmless. */
export const RECOVERY_SECONDS = JOURNEY_WINDOW_SECONDS;
