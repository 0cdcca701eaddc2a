import type { SettledConsent } from '../../core/consent/settled-consent.ts';

/** What may have to be done about one consent of one person; `consent` counts the model's consents. */
export type CandidateStep =
  | { readonly kind: 'opt_out'; readonly consent: number; readonly answeredAt: number }
  /** Was sent before; to be repeated when the person is made anew. */
  | { readonly kind: 'opt_out_again'; readonly consent: number; readonly answeredAt: number }
  | { readonly kind: 'opt_in'; readonly consent: number; readonly answeredAt: number }
  | { readonly kind: 'note'; readonly consent: number; readonly settled: SettledConsent };

/** A person of whom something has to be decided when all rows are read. */
export interface ConsentCandidate {
  readonly person: string;
  readonly steps: readonly CandidateStep[];
}

/** Name of the spool with a model's candidates. */
export function candidateSpool(model: string): string {
  return `${model}.consents`;
}
