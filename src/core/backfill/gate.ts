import { HARMLESS_AFTER_SECONDS } from '../guard/liveness.ts';
import type { BackfillRequest, EventAges } from './backfill-plan.ts';
import type { CampaignConcern } from './campaign-concern.ts';

/** An event that could start a journey. */
export interface YoungEvent {
  readonly key: string;
  /** Unix seconds. */
  readonly occurredAt: number;
}

export interface GateFacts {
  readonly request: BackfillRequest;
  readonly ages: EventAges;
  /** Some of the young events, the oldest first. */
  readonly youngEvents: readonly YoungEvent[];
  /** Undefined without an App API key. */
  readonly concerns: readonly CampaignConcern[] | undefined;
}

/** Why a backfill may not be sent. */
export type GateRefusal =
  | {
      readonly kind: 'young_events';
      readonly events: number;
      readonly rows: readonly YoungEvent[];
      /** Those that listen; empty when nobody could look. */
      readonly campaigns: readonly CampaignConcern[];
      /** Unix seconds: with this end nothing of it would be young. */
      readonly passingTo: number;
    }
  | { readonly kind: 'unsafe_campaigns'; readonly campaigns: readonly CampaignConcern[] };

export interface GateVerdict {
  readonly refusals: readonly GateRefusal[];
  /** What could not be checked, in words. */
  readonly unchecked: readonly string[];
}

/**
 * Whether a backfill may be sent: no row of it may start a running campaign, unless somebody said that journeys are
 * wanted. Young events start campaigns that listen to them; of segments nothing is known, so campaigns that start by
 * them count as startable unless each is named as safe.
 */
export function judgeGate(facts: GateFacts): GateVerdict {
  const { request, concerns, ages } = facts;
  if (request.allowsJourneys) return { refusals: [], unchecked: uncheckedWords(facts) };
  const listening = concerns?.filter(({ how }) => how === 'listens');
  const unsafe = (concerns ?? []).filter(
    ({ how, safe }) => (how === 'segment' || how === 'attribute') && safe === undefined,
  );
  const isSending = ages.events > 0 || request.mode === 'attributes_only';
  return {
    refusals: [
      ...(listening?.length === 0 ? [] : youngRefusal(facts, listening ?? [])),
      ...(isSending && unsafe.length > 0 ? [{ kind: 'unsafe_campaigns' as const, campaigns: unsafe }] : []),
    ],
    unchecked: uncheckedWords(facts),
  };
}

function youngRefusal(
  { ages, youngEvents }: GateFacts,
  campaigns: readonly CampaignConcern[],
): readonly GateRefusal[] {
  if (ages.firstYoungAt === undefined) return [];
  const { young: events, firstYoungAt: passingTo } = ages;
  return [{ kind: 'young_events', events, rows: youngEvents, campaigns, passingTo }];
}

function uncheckedWords({ concerns, request }: GateFacts): readonly string[] {
  if (concerns !== undefined) return [];
  const segments = 'whether a segment that this could move starts a campaign';
  if (request.mode === 'attributes_only') return [segments];
  return ['whether a running campaign listens to the event', segments];
}

/** Hours after which an event can start nothing: 73. */
export const HARMLESS_AFTER_HOURS = HARMLESS_AFTER_SECONDS / 3600;
