import type { JourneyBook } from '../campaigns/journey-book.ts';
import type { Message } from '../campaigns/message.ts';
import { deliveryId, journeyId } from '../campaigns/public-ids.ts';
import { secondsOf } from '../sandbox-clock.ts';
import type { WorkspaceState } from '../state/workspace-state.ts';
import { ulidText } from '../ulid-text.ts';
import { REPORTED_METRICS, type ReportedMetric } from './reporting-webhook.ts';

/** A report as the documents describe it for a message of a campaign. */
export function reportText(
  state: WorkspaceState,
  journeys: JourneyBook,
  message: Message,
  metric: ReportedMetric,
  atMs: number,
): string {
  const ordinal = message.serial * REPORTED_METRICS.length + REPORTED_METRICS.indexOf(metric);
  const person = state.people.bySerial(message.person);
  const journey = journeys.get(message.journey)?.record;
  return JSON.stringify({
    event_id: ulidText(atMs, ordinal),
    object_type: message.channel,
    metric,
    timestamp: secondsOf(atMs),
    data: {
      campaign_id: message.campaignId,
      action_id: message.actionId,
      customer_id: person?.id ?? '',
      delivery_id: deliveryId(message),
      ...(journey === undefined ? {} : { journey_id: journeyId(journey) }),
      trigger_event_id: message.triggerEventId ?? null,
      identifiers: {
        id: person?.id ?? null,
        email: person?.email ?? null,
        cio_id: state.people.cioIdOf(message.person),
      },
      recipient: message.recipient,
      ...(message.channel === 'email' ? { subject: message.subject } : {}),
      ...(metric === 'failed' ? { failure_message: message.failure ?? '' } : {}),
    },
  });
}
