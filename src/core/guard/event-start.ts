import type { BackfillRequest } from '../backfill/backfill-plan.ts';
import type { StartReason } from '../plan/plan-summary.ts';
import { type LivenessRule, RECOVERY_SECONDS } from './liveness.ts';

/** From when on an event is sent, and by which rule of age. Times in unix seconds. */
export interface EventStart {
  readonly startsAt: number;
  /** Events from then on are not looked at; undefined: all are. */
  readonly endsAt?: number | undefined;
  readonly reason: StartReason;
  /** What is to stand in the lock file afterwards. */
  readonly publishedStart: number;
  /** Undefined: events of any age are sent (history, which only a sandbox takes, and what a gate looks after). */
  readonly liveness: LivenessRule | undefined;
}

export interface EventStartFacts {
  readonly now: number;
  /** From the lock file. */
  readonly locked: number | undefined;
  /** From the state. */
  readonly recorded: number | undefined;
  readonly historyFrom: number | undefined;
  /** What a backfill asks for. */
  readonly backfill?: Pick<BackfillRequest, 'kind' | 'from' | 'to'> | undefined;
  readonly rule: LivenessRule;
}

/**
 * An event seen for the first time starts now. When the lock file knows it but the state does not, the state
 * was lost: the last 72 hours are read again, and Customer.io ignores the ids that it already has.
 */
export function eventStart({
  now,
  locked,
  recorded,
  historyFrom,
  backfill,
  rule,
}: EventStartFacts): EventStart {
  const published = earliest(locked, recorded);
  const start = (reason: StartReason, startsAt: number, publishedStart: number): EventStart => ({
    startsAt,
    reason,
    publishedStart,
    liveness: ruleForStart(reason, rule),
  });
  if (backfill !== undefined) {
    const begun = published ?? now;
    // What is held was seen by the normal runs, so it lies behind the start.
    const startsAt = backfill.kind === 'release' ? Math.max(backfill.from, begun) : backfill.from;
    return { ...start(backfill.kind, startsAt, begun), endsAt: backfill.to };
  }
  if (historyFrom !== undefined)
    return start('history', historyFrom, Math.min(historyFrom, published ?? historyFrom));
  if (published === undefined) return start('first_run', now, now);
  if (recorded === undefined)
    return start('recovery', Math.max(published, now - RECOVERY_SECONDS), published);
  return start('published', published, published);
}

/** The rule of age that goes with a start; the same when planning and when sending. */
export function ruleForStart(reason: StartReason, rule: LivenessRule): LivenessRule | undefined {
  switch (reason) {
    case 'history':
      return ruleForHistory(rule);
    case 'recovery':
      return { ...rule, liveWithinSeconds: Math.max(rule.liveWithinSeconds, RECOVERY_SECONDS) };
    case 'backfill':
      return undefined;
    case 'release':
    case 'first_run':
    case 'published':
      return rule;
  }
}

/** Of history everything is sent, except what is never sent when it is old. */
function ruleForHistory({ dropAfterSeconds }: LivenessRule): LivenessRule | undefined {
  if (dropAfterSeconds === undefined) return undefined;
  return { late: 'send', liveWithinSeconds: dropAfterSeconds, dropAfterSeconds };
}

function earliest(a: number | undefined, b: number | undefined): number | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return Math.min(a, b);
}
