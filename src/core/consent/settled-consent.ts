import type { EntryReference } from '../diff/entry.ts';
import type { ConsentAnswer } from './consent-target.ts';

/** What became of the last answer of one person to one consent. */
export const SETTLED = {
  /** None yet, or one that has been taken back since. */
  NOTHING: 0,
  /** An opt-out was accepted by Customer.io. */
  OUT: 1,
  /** An opt-in was accepted by Customer.io, or was there already. */
  IN: 2,
  /** There is an opt-in, and Customer.io's newer opt-out stands above it, or opt-ins are not written. */
  IN_NOT_WRITTEN: 3,
} as const;

export type SettledState = (typeof SETTLED)[keyof typeof SETTLED];

export interface SettledConsent {
  readonly state: SettledState;
  /** Unix seconds of the answer; 0 when that is not known. */
  readonly answeredAt: number;
}

export const NOTHING_SETTLED: SettledConsent = { state: SETTLED.NOTHING, answeredAt: 0 };

/** The two words beside the fingerprint hold all that there is to remember. */
export function toReference({ state, answeredAt }: SettledConsent): EntryReference {
  return { first: state, second: answeredAt };
}

export function fromReference({ first, second }: EntryReference): SettledConsent {
  return { state: first as SettledState, answeredAt: second };
}

/** What to do about a person's answer to one consent, as far as MySQL and the state can tell. */
export type ConsentStep =
  /** Nothing is new. */
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'opt_out'; readonly answeredAt: number }
  /** To be written if Customer.io holds nothing newer. */
  | { readonly kind: 'opt_in'; readonly answeredAt: number }
  /** Nothing is sent, but a later answer must be seen as a new one. */
  | { readonly kind: 'note'; readonly settled: SettledConsent };

const UNCHANGED: ConsentStep = { kind: 'unchanged' };

/** `answeredAt` is 0 when the time is not known. An opt-in without a proven time must not come here. */
export function consentStep(
  answer: ConsentAnswer | undefined,
  answeredAt: number,
  options: { readonly settled: SettledConsent; readonly allowsOptIn: boolean },
): ConsentStep {
  const { settled, allowsOptIn } = options;
  if (answer === 'out') return optOutStep(answeredAt, settled);
  if (answer === 'in' && allowsOptIn) return optInStep(answeredAt, settled);
  if (settled.state !== SETTLED.OUT) return UNCHANGED;
  const state = answer === undefined ? SETTLED.NOTHING : SETTLED.IN_NOT_WRITTEN;
  return { kind: 'note', settled: { state, answeredAt } };
}

/** An opt-out that was delivered is repeated only when it was given anew. */
function optOutStep(answeredAt: number, settled: SettledConsent): ConsentStep {
  if (settled.state !== SETTLED.OUT) return { kind: 'opt_out', answeredAt };
  if (answeredAt <= settled.answeredAt) return UNCHANGED;
  return settled.answeredAt === 0
    ? { kind: 'note', settled: { state: SETTLED.OUT, answeredAt } }
    : { kind: 'opt_out', answeredAt };
}

function optInStep(answeredAt: number, settled: SettledConsent): ConsentStep {
  const isSettled = settled.state === SETTLED.IN || settled.state === SETTLED.IN_NOT_WRITTEN;
  return isSettled && settled.answeredAt === answeredAt ? UNCHANGED : { kind: 'opt_in', answeredAt };
}
