import type {
  AccountWorkspace,
  Campaign,
  JourneyMetrics,
  JourneyMetricsQuery,
  Segment,
  SegmentUse,
} from '../core/customerio/journey.ts';
import type { ProfileIdentifiers } from '../core/customerio/profile.ts';

/**
 * Reads what Customer.io would do with what it is sent: campaigns, segments, journeys. Changes nothing.
 * Every call throws DestinationError when it can not be answered; a segment or campaign that does not exist
 * is undefined.
 */
export interface JourneyReader {
  /** All campaigns, running or not. */
  campaigns(signal?: AbortSignal): Promise<readonly Campaign[]>;

  /** All segments; their conditions are not told. */
  segments(signal?: AbortSignal): Promise<readonly Segment[]>;

  /** How many people are in a segment now. */
  segmentCount(segmentId: number, signal?: AbortSignal): Promise<number | undefined>;

  /** Who is in a segment, page by page; nobody when it does not exist. */
  segmentMembers(segmentId: number, signal?: AbortSignal): AsyncIterable<ProfileIdentifiers>;

  /** What depends on a segment. */
  segmentUse(segmentId: number, signal?: AbortSignal): Promise<SegmentUse | undefined>;

  /** How many journeys of a campaign started, ended and so on, by period. */
  journeyMetrics(
    campaignId: number,
    query: JourneyMetricsQuery,
    signal?: AbortSignal,
  ): Promise<JourneyMetrics | undefined>;

  /** The workspaces of the account. */
  workspaces(signal?: AbortSignal): Promise<readonly AccountWorkspace[]>;
}
