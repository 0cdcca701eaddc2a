import type { Switches } from '../switches.ts';
import type { Frequency } from './campaign.ts';
import type { Campaign } from './campaign-record.ts';

/** How often a person may start the campaign: as it says, else as the workspace's switches say for its trigger. */
export function frequencyOf({ definition }: Campaign, switches: Switches): Frequency {
  if (definition.frequency !== undefined) return definition.frequency;
  const isByEvent = definition.trigger.kind === 'event';
  return { kind: isByEvent ? switches.eventCampaignFrequency : switches.segmentCampaignFrequency };
}

/** Whether the frequency lets the person start now. */
export function mayStart(campaign: Campaign, person: number, atMs: number, switches: Switches): boolean {
  const lastMs = campaign.lastStartMs(person);
  if (lastMs === undefined) return true;
  const frequency = frequencyOf(campaign, switches);
  const restMs = frequency.kind === 'interval' ? frequency.spanMs : campaign.definition.minIntervalMs;
  return frequency.kind !== 'once' && atMs - lastMs >= restMs;
}
