import { channelType } from '../campaigns/delivery-activity.ts';
import type { Message } from '../campaigns/message.ts';
import { deliveryId } from '../campaigns/public-ids.ts';
import { secondsOf } from '../sandbox-clock.ts';
import type { WorkspaceState } from '../state/workspace-state.ts';
import { identifiersView } from './person-view.ts';

/** A delivery as the App API shows it. Parents that it has not are null. */
export function messageView(state: WorkspaceState, message: Message) {
  const person = state.people.bySerial(message.person);
  const id = deliveryId(message);
  const created = secondsOf(message.createdAtMs);
  return {
    id,
    deduplicate_id: `${id}:${created}`,
    type: channelType(message.channel),
    customer_id: person?.id ?? null,
    customer_identifiers:
      person === undefined ? { email: null, id: null, cio_id: '' } : identifiersView(state, person),
    recipient: message.recipient,
    subject: message.subject,
    metrics: metricsOf(message),
    created,
    failure_message: message.failure ?? null,
    campaign_id: message.campaignId,
    action_id: message.actionId,
    parent_action_id: null,
    newsletter_id: null,
    content_id: null,
    broadcast_id: null,
    trigger_event_id: message.triggerEventId ?? null,
    forgotten: person?.status === 'suppressed',
  };
}

/** When the message reached each metric; only those it has reached. The sandbox's postman takes no time. */
export function metricsOf(message: Message): Readonly<Record<string, number>> {
  const at = secondsOf(message.createdAtMs);
  const converted =
    message.convertedAtMs === undefined ? {} : { converted: secondsOf(message.convertedAtMs) };
  switch (message.outcome) {
    case 'sent':
      return { created: at, attempted: at, sent: at, delivered: at, ...message.reported, ...converted };
    case 'drafted':
      return { created: at, drafted: at };
    case 'failed':
      return { created: at, attempted: at, failed: at };
    case 'withheld':
      return {};
  }
}
