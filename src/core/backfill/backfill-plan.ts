import type { CampaignName } from '../journeys/journey.ts';

/** Sent are old events, or only the attributes of the people whose events they are. */
export type BackfillMode = 'historical' | 'attributes_only';

/** A campaign of which somebody says that nothing of a backfill can start it, and why. */
export interface SafeCampaign {
  readonly campaign: CampaignName;
  readonly reason: string;
  readonly saidIn: 'journeys.yml' | 'command line';
}

/** What somebody asked for: which events, and how. */
export interface BackfillRequest {
  /** `release`: late events that the normal runs hold. */
  readonly kind: 'backfill' | 'release';
  readonly mode: BackfillMode;
  readonly model: string;
  readonly event: string;
  /** Unix seconds; `to` itself is not part of it. */
  readonly from: number;
  readonly to: number;
  /** Events a second at most; undefined: as fast as everything else is sent. */
  readonly rate: number | undefined;
  /** From the command line. */
  readonly safe: readonly SafeCampaign[];
  /** Somebody wants the journeys that these events start. */
  readonly allowsJourneys: boolean;
  /** Why; kept in the history. */
  readonly reason: string | undefined;
}

/** How old the events are that would be sent. */
export interface EventAges {
  readonly events: number;
  /** Unix seconds; undefined when there are none. */
  readonly oldestAt: number | undefined;
  readonly newestAt: number | undefined;
  /** Young enough to start a journey. */
  readonly young: number;
  /** The oldest of those, unix seconds. */
  readonly firstYoungAt: number | undefined;
  /** Too old for Customer.io to show them; its segments count them all the same. */
  readonly beyondShown: number;
}

/** The part of a plan that says that it is a backfill. */
export interface BackfillPlan extends BackfillRequest {
  /** Property that marks the events; undefined: none does. */
  readonly marker: string | undefined;
  readonly ages: EventAges;
  /** Whose rows these are: the people whose attributes are brought up to date (attributes_only). */
  readonly people: number;
}

/** What a run's history keeps of a backfill. */
export interface BackfillRecord extends BackfillRequest {
  /** Those named as safe that were concerned, with the reasons given. */
  readonly safe: readonly SafeCampaign[];
  readonly journeys: JourneysSeen;
  /** How a few people look at Customer.io afterwards (attributes_only); undefined when nobody looked. */
  readonly people: PeopleSeen | undefined;
}

/** Some people after their attributes were sent. */
export interface PeopleSeen {
  readonly looked: number;
  /** Those of whom everything that was sent is there. */
  readonly equal: number;
}

/** Journeys that began while a backfill was sent; undefined `started` where nobody looked, with the reason. */
export interface JourneysSeen {
  readonly started: readonly JourneysOfCampaign[] | undefined;
  /** Why nobody looked, or what else is to be said. */
  readonly remark: string | undefined;
}

export interface JourneysOfCampaign {
  readonly campaign: number;
  readonly name: string;
  readonly started: number;
}

export const NO_AGES: EventAges = {
  events: 0,
  oldestAt: undefined,
  newestAt: undefined,
  young: 0,
  firstYoungAt: undefined,
  beyondShown: 0,
};
