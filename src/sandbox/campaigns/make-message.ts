import { PersonFacts } from '../segments/person-facts.ts';
import { literalOf } from '../state/attribute-set.ts';
import { isUnsubscribed, type Person } from '../state/person.ts';
import type { Channel, MessageStep } from './campaign.ts';
import type { CampaignEnvironment } from './campaign-environment.ts';
import type { Campaign } from './campaign-record.ts';
import type { Journey } from './journey.ts';
import type { Message, MessageOutcome } from './message.ts';
import type { EventOverrides } from './trigger-event.ts';

const ATTRIBUTE_BY_CHANNEL: Partial<Readonly<Record<Channel, string>>> = {
  email: 'email',
  sms: 'phone',
  whatsapp: 'phone',
};

const NOTHING_REPORTED = Object.freeze({});

/** Records the message that the step would have sent, and reports it. */
export function makeMessage(
  environment: CampaignEnvironment,
  campaign: Campaign,
  journey: Journey,
  step: MessageStep,
  person: Person,
  atMs: number,
): void {
  const { trigger } = journey.record;
  const overrides = step.channel === 'email' ? trigger?.overrides : undefined;
  const recipient = overrides?.recipient ?? recipientOf(environment, step.channel, person);
  const outcome = outcomeOf(step, person, recipient);
  const message = environment.messages.add({
    campaignId: campaign.definition.id,
    actionId: step.actionId,
    journey: journey.record.serial,
    person: person.serial,
    name: step.name,
    channel: step.channel,
    subject: step.subject,
    recipient: recipient ?? '',
    from: overrides?.from ?? step.from,
    replyTo: overrides?.replyTo ?? step.replyTo,
    overridden: overriddenBy(overrides),
    triggerEventId: trigger?.eventId,
    createdAtMs: atMs,
    outcome,
    failure:
      outcome === 'failed'
        ? `the person has no ${ATTRIBUTE_BY_CHANNEL[step.channel] ?? 'device'}`
        : undefined,
    convertedAtMs: undefined,
    reported: NOTHING_REPORTED,
  });
  if (outcome === 'sent') journey.messageSent(atMs);
  reportMessage(environment, message, atMs);
}

function outcomeOf(step: MessageStep, person: Person, recipient: string | undefined): MessageOutcome {
  const isOptedOut = isUnsubscribed(literalOf(person.attributes, 'unsubscribed'));
  if (isOptedOut && !step.sendsToUnsubscribed) return 'withheld';
  if (recipient === undefined) return 'failed';
  return step.sending === 'draft' ? 'drafted' : 'sent';
}

/** undefined: there is none, and the message fails. Channels without an address always have one. */
function recipientOf(environment: CampaignEnvironment, channel: Channel, person: Person): string | undefined {
  const { state } = environment;
  const attribute = ATTRIBUTE_BY_CHANNEL[channel];
  if (attribute !== undefined) return new PersonFacts(person, state.people).textsOf(attribute)[0];
  return channel === 'push' ? state.devices.of(person.serial)[0]?.token : '';
}

function overriddenBy(overrides: EventOverrides | undefined): Message['overridden'] {
  if (overrides === undefined) return [];
  return [
    ...(overrides.from === undefined ? [] : (['from'] as const)),
    ...(overrides.replyTo === undefined ? [] : (['reply_to'] as const)),
    ...(overrides.recipient === undefined ? [] : (['recipient'] as const)),
  ];
}

/** The sandbox's postman is quick: what is sent is delivered at once. */
function reportMessage(environment: CampaignEnvironment, message: Message, atMs: number): void {
  if (message.outcome === 'withheld') return;
  environment.report(message, message.outcome, atMs);
  if (message.outcome === 'sent') environment.report(message, 'delivered', atMs);
}
