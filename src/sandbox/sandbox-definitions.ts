import type { CampaignInput, SegmentInput, TriggerInput } from './definitions/workspace-input.ts';

/** A campaign in few words. A workspace definition can say more: steps, filters, goals. */
export interface SandboxCampaign {
  readonly id: number;
  readonly name: string;
  readonly state: 'running' | 'draft' | 'stopped';
  /** Can still send messages; by default: is running, or somebody is under way. */
  readonly active?: boolean | undefined;
  /** Given for a campaign that an event triggers. */
  readonly eventName?: string | undefined;
  /** Given for a campaign that entering segments triggers. */
  readonly triggerSegmentIds?: readonly number[] | undefined;
  readonly filterSegmentIds?: readonly number[] | undefined;
  /** Given for a campaign that an object or a relationship triggers; it is only listed. */
  readonly objectTypeId?: number | undefined;
  readonly description?: string | undefined;
  readonly tags?: readonly string[] | undefined;
  /** Unix seconds. */
  readonly createdAt?: number | undefined;
  readonly firstStartedAt?: number | undefined;
}

/** A segment in few words. A dynamic one has no members; a workspace definition can give it a condition. */
export interface SandboxSegment {
  readonly id: number;
  readonly name: string;
  readonly type: 'dynamic' | 'manual';
  readonly description?: string | undefined;
  readonly tags?: readonly string[] | undefined;
  /** Unix seconds. */
  readonly createdAt?: number | undefined;
}

/** The same campaign in the words of a workspace file. */
export function campaignInput(campaign: SandboxCampaign): CampaignInput {
  const { id, name, state, active, description, tags, filterSegmentIds = [] } = campaign;
  const filter = filterSegmentIds.map((segment) => ({ segment }));
  return {
    id,
    name,
    state,
    active,
    description,
    tags,
    created_at: campaign.createdAt ?? 0,
    first_started: campaign.firstStartedAt,
    trigger: triggerOf(campaign),
    filter: filter.length === 0 ? undefined : { and: filter },
  };
}

function triggerOf({ eventName, triggerSegmentIds = [], objectTypeId }: SandboxCampaign): TriggerInput {
  if (eventName !== undefined) return { event: eventName };
  return objectTypeId === undefined ? { segments: triggerSegmentIds } : { object: objectTypeId };
}

export function segmentInput(segment: SandboxSegment): SegmentInput {
  const { id, name, type, description, tags, createdAt = 0 } = segment;
  return { id, name, type, description, tags, created_at: createdAt };
}
