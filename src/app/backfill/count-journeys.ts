import type { JourneysOfCampaign } from '../../core/backfill/backfill-plan.ts';
import type { CampaignConcern } from '../../core/backfill/campaign-concern.ts';
import type { JourneyReader } from '../../ports/journey-reader.ts';

/** Campaigns whose journeys are counted: few questions a second are allowed. */
export const CAMPAIGNS_COUNTED_MAX = 100;

/** The campaigns that a backfill could start. */
export function concerned(concerns: readonly CampaignConcern[]): readonly CampaignConcern[] {
  return concerns.filter(({ how }) => how !== 'none').slice(0, CAMPAIGNS_COUNTED_MAX);
}

/** How many journeys of each began between two times (unix seconds). @throws DestinationError */
export async function countJourneys(
  journeys: JourneyReader,
  concerns: readonly CampaignConcern[],
  { start, end }: { readonly start: number; readonly end: number },
  signal: AbortSignal | undefined,
): Promise<readonly JourneysOfCampaign[]> {
  const counts = concerns.map(async ({ campaign: { id, name } }) => {
    const metrics = await journeys.journeyMetrics(id, { start, end, resolution: 'hours' }, signal);
    const started = (metrics?.started ?? []).reduce((sum, count) => sum + count, 0);
    return { campaign: id, name, started };
  });
  return Promise.all(counts);
}
