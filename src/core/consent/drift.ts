import type { ConsentAnswer, HeldConsent } from './consent-target.ts';

/** How MySQL and Customer.io differ about a consent. */
export type DriftDirection =
  /** MySQL says no, Customer.io yes or nothing: an opt-out that is not there. */
  | 'out_only_here'
  /** MySQL says yes, Customer.io no. */
  | 'out_only_there'
  /** MySQL says yes, Customer.io nothing: an opt-in that was never written. */
  | 'in_only_here';

export const DRIFT_WORDS: Readonly<Record<DriftDirection, string>> = {
  out_only_here: 'no in MySQL, not opted out at Customer.io',
  out_only_there: 'yes in MySQL, opted out at Customer.io',
  in_only_here: 'yes in MySQL, nothing at Customer.io',
};

/** One person of whom the two say different things. */
export interface DriftRow {
  readonly model: string;
  readonly person: string;
  /** `email`, `sms`, `topic_3` */
  readonly consent: string;
  readonly direction: DriftDirection;
  /** Unix seconds of the answer in MySQL, where the contract names its column. */
  readonly mysqlSince: number | undefined;
  /** Unix seconds since when Customer.io holds the other. */
  readonly customerioSince: number | undefined;
}

/** Undefined when both say the same. */
export function driftDirection(answer: ConsentAnswer, held: HeldConsent): DriftDirection | undefined {
  if (answer === 'out') return held.answer === 'out' ? undefined : 'out_only_here';
  if (held.answer === 'in') return undefined;
  return held.answer === 'out' ? 'out_only_there' : 'in_only_here';
}
