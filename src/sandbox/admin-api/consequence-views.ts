import { identifiersView, type PersonIdentifiers } from '../app-api/person-view.ts';
import { segmentView } from '../app-api/segment-view.ts';
import type { Campaign } from '../campaigns/campaign-record.ts';
import type { JourneyRecord } from '../campaigns/journey.ts';
import type { Message } from '../campaigns/message.ts';
import { deliveryId, journeyId } from '../campaigns/public-ids.ts';
import type { SandboxCore } from '../sandbox-core.ts';
import type { Segment } from '../segments/segment.ts';
import type { WorkspaceState } from '../state/workspace-state.ts';
import type {
  SandboxCampaignReading,
  SandboxJourney,
  SandboxMessage,
  SandboxSegmentReading,
} from './sandbox-admin.ts';

/** The members as they are, also while the App API still shows fewer. */
export function segmentReading(segment: Segment, nowMs: number): SandboxSegmentReading {
  const { id, name, type, state, progress } = segmentView(segment, nowMs);
  return { id, name, type, state, progress, members: segment.members.count };
}

export function* memberIdentifiers(state: WorkspaceState, segment: Segment): Generator<PersonIdentifiers> {
  for (const serial of segment.members.serials()) {
    const person = state.people.bySerial(serial);
    if (person !== undefined) yield identifiersView(state, person);
  }
}

export function campaignReadings(core: SandboxCore): readonly SandboxCampaignReading[] {
  const consequences = core.workspace.consequences();
  const messages = new Map<number, Record<Message['outcome'], number>>();
  for (const { campaignId, outcome } of consequences.messages.all()) {
    const counts = messages.get(campaignId) ?? { ...NO_MESSAGES };
    counts[outcome] += 1;
    messages.set(campaignId, counts);
  }
  return consequences.campaigns().map((campaign) => {
    const { id } = campaign.definition;
    const journeys = consequences.journeys.ofCampaign(id).map(({ record }) => record);
    return campaignReading(campaign, journeys, messages.get(id) ?? NO_MESSAGES);
  });
}

const NO_MESSAGES = { sent: 0, drafted: 0, failed: 0, withheld: 0 } as const;

function campaignReading(
  campaign: Campaign,
  journeys: readonly JourneyRecord[],
  messages: SandboxCampaignReading['messages'],
): SandboxCampaignReading {
  const count = (isCounted: (journey: JourneyRecord) => boolean) => journeys.filter(isCounted).length;
  return {
    id: campaign.definition.id,
    name: campaign.definition.name,
    state: campaign.state,
    journeys: {
      started: journeys.length,
      under_way: count(({ state }) => state === 'under_way'),
      finished: count(({ state }) => state === 'finished'),
      exited: count(({ state }) => state === 'exited'),
      converted: count(({ convertedAtMs }) => convertedAtMs !== undefined),
    },
    messages,
  };
}

export function journeyReading(state: WorkspaceState, journey: JourneyRecord): SandboxJourney {
  const { trigger } = journey;
  return {
    id: journeyId(journey),
    campaign_id: journey.campaignId,
    person: peopleOf(state, journey.person),
    state: journey.state,
    started_at: journey.startedAtMs / 1000,
    next_step: journey.state === 'under_way' ? journey.step : null,
    due_at: journey.state === 'under_way' ? journey.dueAtMs / 1000 : null,
    ended_at: secondsOrNull(journey.endedAtMs),
    exit_reason: journey.exitReason ?? null,
    converted_at: secondsOrNull(journey.convertedAtMs),
    messages_sent: journey.messagesSent,
    event:
      trigger === undefined
        ? null
        : { name: trigger.name, id: trigger.eventId ?? null, timestamp: trigger.timestamp },
  };
}

export function messageReading(state: WorkspaceState, message: Message): SandboxMessage {
  return {
    id: deliveryId(message),
    campaign_id: message.campaignId,
    action_id: message.actionId,
    name: message.name,
    channel: message.channel,
    person: peopleOf(state, message.person),
    recipient: message.recipient,
    subject: message.subject,
    from: message.from ?? null,
    reply_to: message.replyTo ?? null,
    overridden_by_event: message.overridden,
    created_at: message.createdAtMs / 1000,
    outcome: message.outcome,
    failure: message.failure ?? null,
    converted_at: secondsOrNull(message.convertedAtMs),
  };
}

function peopleOf(state: WorkspaceState, serial: number): PersonIdentifiers | null {
  const person = state.people.bySerial(serial);
  return person === undefined ? null : identifiersView(state, person);
}

function secondsOrNull(ms: number | undefined): number | null {
  return ms === undefined ? null : ms / 1000;
}
