import type { Profile } from '../customerio/profile.ts';
import type { Fragment } from '../shape/fragment.ts';

/** What somebody has agreed to receive, or not. */
export type ConsentTarget =
  | { readonly kind: 'email' }
  | { readonly kind: 'sms' }
  | { readonly kind: 'topic'; readonly topic: number };

/** Somebody's explicit answer. Who was never asked has none. */
export type ConsentAnswer = 'in' | 'out';

const ROLE = /^consent\((?:(email)|(sms)|topic ([1-9]\d{0,8}))\)$/;
const PREFERENCES = 'cio_subscription_preferences';

/** Reads `consent(email)`, `consent(sms)` or `consent(topic 3)`; undefined for everything else. */
export function parseConsentRole(text: string): ConsentTarget | undefined {
  const match = ROLE.exec(text);
  if (match === null) return undefined;
  const [, email, sms, topic] = match;
  if (email !== undefined) return { kind: 'email' };
  return sms === undefined ? { kind: 'topic', topic: Number(topic) } : { kind: 'sms' };
}

/** `email`, `sms`, `topic_3`: how it is called in tables and answers. */
export function targetName(target: ConsentTarget): string {
  return target.kind === 'topic' ? `topic_${target.topic}` : target.kind;
}

/** The attribute that holds the answer in Customer.io; for text messages that is the field's own name. */
export function consentAttribute(target: ConsentTarget, fieldName: string): string {
  switch (target.kind) {
    case 'email':
      return 'unsubscribed';
    case 'topic':
      return `${PREFERENCES}.topics.topic_${target.topic}`;
    case 'sms':
      return fieldName;
  }
}

/** What is written for an answer. `unsubscribed` says the opposite of a consent. */
export function consentFragment(target: ConsentTarget, answer: ConsentAnswer): Fragment {
  const isTrue = target.kind === 'email' ? answer === 'out' : answer === 'in';
  return isTrue ? 'true' : 'false';
}

/** What Customer.io holds of one consent. */
export interface HeldConsent {
  /** Undefined where nothing is held; for e-mail that means subscribed, and is never undefined. */
  readonly answer: ConsentAnswer | undefined;
  /** Unix seconds of when it was set there; undefined where Customer.io does not tell. */
  readonly since: number | undefined;
}

/** What is to be expected where there is no profile yet: a new one is subscribed to e-mail, and answers nothing else. */
export function heldByNobody(target: ConsentTarget): HeldConsent {
  return { answer: target.kind === 'email' ? 'in' : undefined, since: undefined };
}

export function heldConsent(profile: Profile, target: ConsentTarget, attribute: string): HeldConsent {
  switch (target.kind) {
    case 'email':
      return { answer: profile.isUnsubscribed ? 'out' : 'in', since: profile.setAt.get(attribute) };
    case 'topic':
      return {
        answer: answerOf(topicText(profile.attributes.get(PREFERENCES), target.topic)),
        since: profile.setAt.get(PREFERENCES),
      };
    case 'sms':
      return { answer: answerOf(profile.attributes.get(attribute)), since: profile.setAt.get(attribute) };
  }
}

/** Strict, as towards MySQL: what is neither true nor false is no answer. */
function answerOf(text: string | undefined): ConsentAnswer | undefined {
  if (text === 'true' || text === '1') return 'in';
  return text === 'false' || text === '0' ? 'out' : undefined;
}

function topicText(preferences: string | undefined, topic: number): string | undefined {
  const value = memberOf(memberOf(parse(preferences), 'topics'), `topic_${topic}`);
  return value === undefined ? undefined : String(value);
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined;
}

function parse(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
