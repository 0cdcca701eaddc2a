import type { CampaignDefinition, MessageStep, Step } from '../campaigns/campaign.ts';
import type { Campaign } from '../campaigns/campaign-record.ts';
import { channelType } from '../campaigns/delivery-activity.ts';
import type { Journey } from '../campaigns/journey.ts';
import { segmentsIn } from '../segments/condition.ts';

/** Fields that do not apply to a campaign's trigger are absent, and clients rely on that (cases 112, 113). */
export function campaignView(campaign: Campaign, journeys: readonly Journey[]) {
  const { definition } = campaign;
  return {
    id: definition.id,
    deduplicate_id: `${definition.id}:${campaign.updatedAt}`,
    name: definition.name,
    description: definition.description,
    type: typeOf(definition),
    created: campaign.createdAt,
    updated: campaign.updatedAt,
    active: isActive(campaign, journeys),
    state: campaign.state,
    actions: definition.steps.flatMap(actionEntry),
    first_started: campaign.firstStartedAt ?? 0,
    tags: definition.tags,
    ...triggerView(definition),
    filter_segment_ids: definition.filter === undefined ? [] : [...new Set(segmentsIn(definition.filter))],
  };
}

/** Can still send messages: it runs, or somebody is under way. */
function isActive(campaign: Campaign, journeys: readonly Journey[]): boolean {
  return (
    campaign.definition.isActive ?? (campaign.isRunning || journeys.some((journey) => journey.isUnderWay))
  );
}

/** Deprecated, still sent. */
function typeOf({ trigger }: CampaignDefinition): string {
  return trigger.kind === 'segments' ? 'segment' : trigger.kind;
}

function triggerView({ trigger }: CampaignDefinition) {
  switch (trigger.kind) {
    case 'event':
      return { event_name: trigger.filter.name };
    case 'segments':
      return { trigger_segment_ids: trigger.segmentIds };
    case 'object':
    case 'relationship':
      return { object_type_id: trigger.objectTypeId };
  }
}

/** Waits are no actions here: the documents name no type for them. */
function actionEntry(step: Step): readonly { readonly type: string; readonly id: number }[] {
  return step.kind === 'message' ? [{ type: channelType(step.channel), id: step.actionId }] : [];
}

/** A message of a campaign. Bodies are not kept: there are none. */
export function actionView(campaign: Campaign, step: MessageStep) {
  const { id } = campaign.definition;
  return {
    id: step.actionId,
    campaign_id: id,
    deduplicate_id: `${step.actionId}:${campaign.updatedAt}`,
    name: step.name,
    layout: '',
    created: campaign.createdAt,
    updated: campaign.updatedAt,
    body: '',
    type: channelType(step.channel),
    sending_state: step.sending,
    ...(step.channel === 'email'
      ? { from: step.from ?? '', reply_to: step.replyTo ?? '', recipient: '', subject: step.subject }
      : {}),
  };
}
