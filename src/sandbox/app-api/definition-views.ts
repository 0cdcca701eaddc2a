import type { SandboxCampaign, SandboxSegment } from '../sandbox-definitions.ts';

/** Fields that do not apply to a campaign's trigger are absent, and clients rely on that (cases 112, 113). */
export function campaignView(campaign: SandboxCampaign) {
  const createdAt = campaign.createdAt ?? 0;
  const { eventName, triggerSegmentIds, objectTypeId } = campaign;
  return {
    id: campaign.id,
    deduplicate_id: `${campaign.id}:${createdAt}`,
    name: campaign.name,
    description: campaign.description ?? '',
    type: typeOf(campaign),
    created: createdAt,
    updated: createdAt,
    active: campaign.active ?? campaign.state === 'running',
    state: campaign.state,
    actions: [],
    first_started: campaign.firstStartedAt ?? 0,
    tags: campaign.tags ?? [],
    ...(triggerSegmentIds === undefined ? {} : { trigger_segment_ids: triggerSegmentIds }),
    filter_segment_ids: campaign.filterSegmentIds ?? [],
    ...(eventName === undefined ? {} : { event_name: eventName }),
    ...(objectTypeId === undefined ? {} : { object_type_id: objectTypeId }),
  };
}

/** Deprecated, still sent. */
function typeOf(campaign: SandboxCampaign): string {
  if (campaign.eventName !== undefined) return 'event';
  return campaign.objectTypeId === undefined ? 'segment' : 'object';
}

export function segmentView(segment: SandboxSegment) {
  const createdAt = segment.createdAt ?? 0;
  return {
    id: segment.id,
    deduplicate_id: `${segment.id}:${createdAt}`,
    name: segment.name,
    description: segment.description ?? '',
    state: 'finished',
    progress: null,
    type: segment.type,
    tags: segment.tags ?? null,
    created_at: createdAt,
    updated_at: createdAt,
  };
}
