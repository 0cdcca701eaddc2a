import type { HeldConsent } from './consent-target.ts';
import { SETTLED, type SettledState } from './settled-consent.ts';

export type OptInVerdict =
  | 'write'
  /** It is there already: nothing to write. */
  | 'there'
  /** Customer.io's opt-out is as new or newer, or of an unknown time, or there is nobody to write to. */
  | 'stays_out';

/** What Customer.io was found to hold before an opt-in. */
export interface OptInFacts {
  /** Unix seconds. */
  readonly answeredAt: number;
  /** Undefined for people who were delivered and are no longer there: deleted, or suppressed. */
  readonly held: HeldConsent | undefined;
  /** An opt-out that we sent may not have been applied yet when the profile was read. */
  readonly settled: SettledState;
}

/**
 * An opt-in is written when nothing at Customer.io speaks against it, or only an opt-out that is older. In
 * doubt it is not: a person's opt-out is never undone by what MySQL remembers of earlier days.
 */
export function judgeOptIn({ answeredAt, held, settled }: OptInFacts): OptInVerdict {
  if (held === undefined) return 'stays_out';
  switch (held.answer) {
    case 'in':
      return settled === SETTLED.OUT ? 'write' : 'there';
    case 'out':
      return held.since !== undefined && answeredAt > held.since ? 'write' : 'stays_out';
    case undefined:
      return 'write';
  }
}
