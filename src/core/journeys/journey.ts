/** A campaign of Customer.io, by its number or its name. */
export type CampaignName = number | string;

/** A campaign that depends on what is sent, as journeys.yml declares it. */
export interface Journey {
  /** The project's own name for it. */
  readonly name: string;
  /** The same in every workspace, or by the workspace's name. */
  readonly campaign: CampaignName | ReadonlyMap<string, CampaignName>;
  readonly events: readonly string[];
  readonly attributes: readonly string[];
  /** Why no backfill can start it, whatever segments it looks at; undefined when nobody has said so. */
  readonly safeBecause: string | undefined;
  /** How old what it needs may be when it arrives. */
  readonly needsWithinSeconds: number | undefined;
}

/** The journey's campaign in a workspace; undefined when it has none there. */
export function campaignIn(journey: Journey, workspace: string): CampaignName | undefined {
  const { campaign } = journey;
  return typeof campaign === 'object' ? campaign.get(workspace) : campaign;
}

/** Whether a campaign is the one that was named. Names are compared as they are shown, without capitals. */
export function isCampaign(
  campaign: { readonly id: number; readonly name: string },
  named: CampaignName,
): boolean {
  if (typeof named === 'number') return campaign.id === named;
  return campaign.name.trim().toLowerCase() === named.trim().toLowerCase();
}

/** Names of the journeys that depend on an event (properties included) or an attribute, in the order of the file. */
export function journeysUsing(
  journeys: readonly Journey[],
  kind: 'events' | 'attributes',
  name: string,
): readonly Journey[] {
  return journeys.filter((journey) => journey[kind].includes(name));
}
