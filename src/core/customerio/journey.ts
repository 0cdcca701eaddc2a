/** A campaign: what starts it and whether it runs. Which trigger it has is told by the field that is there. */
export interface Campaign {
  readonly id: number;
  readonly name: string;
  /** Can still send messages. */
  readonly isActive: boolean;
  /** `running`, `draft` or `stopped`. */
  readonly state: string;
  /** Name of the event that starts it. */
  readonly eventName: string | undefined;
  /** Segments that start it when somebody enters them. */
  readonly triggerSegmentIds: readonly number[];
  readonly filterSegmentIds: readonly number[];
  /** Type of the object or relationship that starts it. */
  readonly objectTypeId: string | undefined;
  /** Unix seconds; undefined when it never ran. */
  readonly firstStartedAt: number | undefined;
  readonly tags: readonly string[];
}

/** True for a campaign that can start journeys now. */
export function isRunning(campaign: Campaign): boolean {
  return campaign.isActive && campaign.state === 'running';
}

export interface Segment {
  readonly id: number;
  readonly name: string;
  readonly description: string;
  readonly kind: 'dynamic' | 'manual';
  /** While this is not true, members and counts are not final. */
  readonly isBuilt: boolean;
  readonly tags: readonly string[];
}

/** What would notice that somebody enters or leaves a segment. */
export interface SegmentUse {
  readonly campaignIds: readonly number[];
  readonly sentNewsletterIds: readonly number[];
  readonly draftNewsletterIds: readonly number[];
}

/** Which part of a campaign's past to count, and by what. Unix seconds. */
export interface JourneyMetricsQuery {
  readonly start: number;
  readonly end: number;
  readonly resolution: 'hours' | 'days' | 'weeks' | 'months';
}

/** Journeys by period, the earliest first; `started` of zero everywhere proves that nothing was fired. */
export type JourneyMetrics = Readonly<Record<JourneyMetric, readonly number[]>>;

export const JOURNEY_METRICS = [
  'started',
  'activated',
  'exited_early',
  'finished',
  'converted',
  'never_activated',
  'messaged',
] as const;

export type JourneyMetric = (typeof JOURNEY_METRICS)[number];

/** A workspace of the account that the App key belongs to. Counts may be two hours old. */
export interface AccountWorkspace {
  readonly id: number;
  readonly name: string;
  readonly people: number;
}
