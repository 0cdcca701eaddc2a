import type {
  AccountWorkspace,
  Campaign,
  JourneyMetrics,
  JourneyMetricsQuery,
  Segment,
  SegmentUse,
} from '../../core/customerio/journey.ts';
import type { ProfileIdentifiers } from '../../core/customerio/profile.ts';
import { DestinationError } from '../../core/errors/millrace-error.ts';
import type { JourneyReader } from '../../ports/journey-reader.ts';
import {
  campaignsAnswer,
  journeyMetricsAnswer,
  membersAnswer,
  segmentCountAnswer,
  segmentsAnswer,
  segmentUseAnswer,
  workspacesAnswer,
} from './app-answers.ts';
import type { AppClient } from './app-client.ts';

/** Customer.io's own limit. */
const MEMBERS_PER_PAGE = 30_000;

/** More campaigns than any workspace has, however small the pages are. */
const CAMPAIGN_PAGES_MAX = 1000;

/** Thirty million members. */
const MEMBER_PAGES_MAX = 1000;

export class AppJourneyReader implements JourneyReader {
  private readonly client: AppClient;

  constructor(client: AppClient) {
    this.client = client;
  }

  /** The documents know of one page only; a guard that missed the campaigns of a second one would be none. */
  async campaigns(signal?: AbortSignal): Promise<readonly Campaign[]> {
    const campaigns: Campaign[] = [];
    let start: string | undefined;
    for (let pages = 0; pages < CAMPAIGN_PAGES_MAX; pages += 1) {
      // A page tells the way to the next.
      const page = await this.client.ask({
        what: 'list campaigns',
        path: '/v1/campaigns',
        query: { start },
        answer: campaignsAnswer,
        signal,
      });
      campaigns.push(...page.campaigns);
      if (page.next == null || page.next === '') return campaigns;
      start = page.next;
    }
    throw new DestinationError('app_api_refused', 'the list of campaigns does not end', {
      hint: 'Nothing was sent: what campaigns there are is not known.',
    });
  }

  segments(signal?: AbortSignal): Promise<readonly Segment[]> {
    return this.client.ask({ what: 'list segments', path: '/v1/segments', answer: segmentsAnswer, signal });
  }

  segmentCount(segmentId: number, signal?: AbortSignal): Promise<number | undefined> {
    return this.client.find({
      what: 'count the members of a segment',
      path: `/v1/segments/${segmentId}/customer_count`,
      answer: segmentCountAnswer,
      signal,
    });
  }

  /** A page tells the way to the next, so they are read one after the other. */
  async *segmentMembers(segmentId: number, signal?: AbortSignal): AsyncIterable<ProfileIdentifiers> {
    let start: string | undefined;
    for (let pages = 0; pages < MEMBER_PAGES_MAX; pages += 1) {
      const page = await this.client.find({
        what: 'list the members of a segment',
        path: `/v1/segments/${segmentId}/membership`,
        query: { start, limit: MEMBERS_PER_PAGE },
        answer: membersAnswer,
        signal,
      });
      if (page === undefined) return;
      yield* page.identifiers;
      start = page.next ?? '';
      if (start === '') return;
    }
    const message = `the segment has more than ${MEMBER_PAGES_MAX * MEMBERS_PER_PAGE} members`;
    throw new DestinationError('app_api_refused', message, { hint: 'Choose a smaller segment.' });
  }

  segmentUse(segmentId: number, signal?: AbortSignal): Promise<SegmentUse | undefined> {
    return this.client.find({
      what: 'tell what uses a segment',
      path: `/v1/segments/${segmentId}/used_by`,
      answer: segmentUseAnswer,
      signal,
    });
  }

  journeyMetrics(
    campaignId: number,
    { start, end, resolution }: JourneyMetricsQuery,
    signal?: AbortSignal,
  ): Promise<JourneyMetrics | undefined> {
    return this.client.find({
      what: 'count the journeys of a campaign',
      path: `/v1/campaigns/${campaignId}/journey_metrics`,
      query: { start, end, resolution },
      answer: journeyMetricsAnswer,
      signal,
    });
  }

  workspaces(signal?: AbortSignal): Promise<readonly AccountWorkspace[]> {
    return this.client.ask({
      what: 'list workspaces',
      path: '/v1/workspaces',
      answer: workspacesAnswer,
      signal,
    });
  }
}
