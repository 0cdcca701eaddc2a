import type { EventActivity } from '../state/activity.ts';
import type { Person } from '../state/person.ts';
import type { CampaignEnvironment } from './campaign-environment.ts';
import type { Campaign } from './campaign-record.ts';
import { frequencyOf, mayStart } from './may-start.ts';
import type { TriggerEvent } from './trigger-event.ts';
import { walkJourney } from './walk-journey.ts';

const HOUR_MS = 3_600_000;
const SECOND_MS = 1000;
/** "Events with a timestamp in the past 72 hours can trigger campaigns" (case 53). */
export const EVENT_TRIGGER_HOURS_MAX = 72;

/** Whether an event is of an age at which it can trigger campaigns; counts those that are not. */
export function isYoungEnough(environment: CampaignEnvironment, event: EventActivity, atMs: number): boolean {
  const { state, switches } = environment;
  const ageMs = atMs - event.timestamp * SECOND_MS;
  if (ageMs > EVENT_TRIGGER_HOURS_MAX * HOUR_MS) {
    state.tallies.add('events_too_old_to_trigger');
    return false;
  }
  return ageMs > -SECOND_MS || switches().futureEventTrigger === 'at_once';
}

/** Starts a journey if the frequency allows. */
export function enterCampaign(
  environment: CampaignEnvironment,
  campaign: Campaign,
  person: Person,
  atMs: number,
  trigger?: TriggerEvent,
): void {
  const { serial } = person;
  if (!campaign.isRunning || !mayStart(campaign, serial, atMs, environment.switches())) return;
  campaign.noteStart(serial, atMs);
  const journey = environment.journeys.start(campaign.definition.id, serial, atMs, trigger);
  planReentry(environment, campaign, serial, atMs);
  walkJourney(environment, campaign, journey, atMs);
}

/** At fixed intervals whoever still matches starts again. */
function planReentry(
  environment: CampaignEnvironment,
  campaign: Campaign,
  person: number,
  atMs: number,
): void {
  const frequency = frequencyOf(campaign, environment.switches());
  if (frequency.kind !== 'interval' || campaign.conditions.trigger === undefined) return;
  environment.schedule({ kind: 'again', campaign, person }, atMs + frequency.spanMs);
}
