import { secondsOf } from '../sandbox-clock.ts';
import type { DeliveryActivity } from '../state/activity.ts';
import type { ReportedMetric } from '../webhooks/reporting-webhook.ts';
import type { Channel } from './campaign.ts';
import type { Message } from './message.ts';
import { deliveryId } from './public-ids.ts';

/** The word of the App API: text messages go by the name of their carrier. */
export function channelType(channel: Channel): string {
  return channel === 'sms' ? 'twilio' : channel;
}

/** What became of a message, for the activity log. */
export function deliveryActivity(
  message: Message,
  metric: ReportedMetric,
  atMs: number,
  serial: number,
): DeliveryActivity {
  const { campaignId, actionId, recipient, subject, failure } = message;
  return {
    serial,
    type: `delivery_${metric}`,
    person: message.person,
    timestamp: secondsOf(atMs),
    appliedAtMs: atMs,
    deliveryId: deliveryId(message),
    channel: channelType(message.channel),
    detail: JSON.stringify({
      campaign_id: campaignId,
      action_id: actionId,
      recipient,
      subject,
      failure_message: failure,
    }),
  };
}
