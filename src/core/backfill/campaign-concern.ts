import type { Campaign, Segment } from '../customerio/journey.ts';
import { type CampaignName, isCampaign } from '../journeys/journey.ts';
import type { BackfillMode, SafeCampaign } from './backfill-plan.ts';

/** What a campaign has to do with a backfill. */
export interface CampaignConcern {
  readonly campaign: Pick<Campaign, 'id' | 'name'>;
  /**
   * `listens`: young events start it. `segment`: it starts for who enters a segment, and nobody can read what that
   * segment looks at. `attribute`: it may start by what an attribute says, such as a date. `none`: not concerned.
   */
  readonly how: 'listens' | 'segment' | 'attribute' | 'none';
  /** Names of the segments that start it. */
  readonly segments: readonly string[];
  /** Why nothing of this can start it; undefined when nobody has said so. */
  readonly safe: SafeCampaign | undefined;
}

export interface ConcernFacts {
  readonly campaigns: readonly Campaign[];
  readonly segments: readonly Segment[];
  readonly event: string;
  readonly mode: BackfillMode;
  readonly safe: readonly SafeCampaign[];
}

/** The running campaigns, those that are concerned first. Which trigger one has is told by its fields, never by its type. */
export function campaignConcerns(facts: ConcernFacts): readonly CampaignConcern[] {
  const concerns = facts.campaigns.filter(mayStart).map((campaign) => concernOf(campaign, facts));
  return [...concerns.filter(({ how }) => how !== 'none'), ...concerns.filter(({ how }) => how === 'none')];
}

/** A state that nobody has heard of counts as running. */
function mayStart({ state }: Campaign): boolean {
  return !['draft', 'stopped'].includes(state.toLowerCase());
}

function concernOf(campaign: Campaign, facts: ConcernFacts): CampaignConcern {
  const how = howConcerned(campaign, facts);
  const segments = how === 'segment' ? campaign.triggerSegmentIds.map((id) => segmentName(id, facts)) : [];
  const { id, name } = campaign;
  const safe = facts.safe.find(({ campaign: named }) => isNamed(campaign, named, facts.campaigns));
  return { campaign: { id, name }, how, segments, safe };
}

function howConcerned(campaign: Campaign, { event, mode }: ConcernFacts): CampaignConcern['how'] {
  if (campaign.triggerSegmentIds.length > 0) return 'segment';
  if (campaign.eventName !== undefined) {
    return mode === 'historical' && isSameEvent(campaign.eventName, event) ? 'listens' : 'none';
  }
  // What has none of the fields starts by a date, a form, a webhook: of these, attributes decide about the first.
  return mode === 'attributes_only' && campaign.objectTypeId === undefined ? 'attribute' : 'none';
}

/** Customer.io trims names; that capitals count is documented nowhere, so they do not here. */
function isSameEvent(one: string, other: string): boolean {
  return one.trim().toLowerCase() === other.trim().toLowerCase();
}

function segmentName(id: number, { segments }: ConcernFacts): string {
  return segments.find((segment) => segment.id === id)?.name || `segment ${id}`;
}

/** A name that several campaigns have says of none of them that it is safe. */
function isNamed(campaign: Campaign, named: CampaignName, campaigns: readonly Campaign[]): boolean {
  return isCampaign(campaign, named) && campaignsNamed(campaigns, named).length === 1;
}

export function campaignsNamed(campaigns: readonly Campaign[], named: CampaignName): readonly Campaign[] {
  return campaigns.filter((each) => isCampaign(each, named));
}
