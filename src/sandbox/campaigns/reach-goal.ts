import type { JsonValue } from '../json/json-value.ts';
import { secondsOf } from '../sandbox-clock.ts';
import { isEventMeant } from '../segments/event-counter.ts';
import type { EventActivity } from '../state/activity.ts';
import type { CampaignEnvironment } from './campaign-environment.ts';
import type { Campaign } from './campaign-record.ts';
import type { Journey } from './journey.ts';

/** An event that is the goal of a campaign counts for the person's journeys that began before it happened. */
export function reachGoalByEvent(
  environment: CampaignEnvironment,
  campaign: Campaign,
  person: number,
  event: EventActivity,
  properties: () => JsonValue,
  atMs: number,
): void {
  const { goal } = campaign.conditions;
  if (goal?.kind !== 'event') return;
  const journeys = journeysOf(environment, campaign, person).filter(
    ({ record }) => event.timestamp >= secondsOf(record.startedAtMs),
  );
  if (journeys.length === 0 || !isEventMeant(goal.filter, event, properties)) return;
  for (const journey of journeys) reachGoal(environment, campaign, journey, atMs);
}

/** Joining the goal's segment. */
export function reachGoalBySegment(
  environment: CampaignEnvironment,
  campaign: Campaign,
  person: number,
  atMs: number,
): void {
  for (const journey of journeysOf(environment, campaign, person)) {
    reachGoal(environment, campaign, journey, atMs);
  }
}

function journeysOf(
  environment: CampaignEnvironment,
  campaign: Campaign,
  person: number,
): readonly Journey[] {
  const { id } = campaign.definition;
  return environment.journeys.ofPerson(person).filter(({ record }) => record.campaignId === id);
}

/** Converts within the time after a message, once; and leaves, if that is how the campaign is made. */
function reachGoal(
  environment: CampaignEnvironment,
  campaign: Campaign,
  journey: Journey,
  atMs: number,
): void {
  const { lastSentAtMs, convertedAtMs, person, serial } = journey.record;
  const withinMs = campaign.conditions.goal?.withinMs ?? 0;
  const isInTime = lastSentAtMs !== undefined && atMs - lastSentAtMs <= withinMs;
  if (isInTime && convertedAtMs === undefined) {
    journey.convert(atMs);
    const message = environment.messages.convertLast(person, serial, atMs);
    if (message !== undefined) environment.report(message, 'converted', atMs);
  }
  if (campaign.definition.exits.includes('goal')) journey.exit(atMs, 'goal');
}
