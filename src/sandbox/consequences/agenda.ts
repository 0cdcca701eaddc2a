import type { Campaign } from '../campaigns/campaign-record.ts';
import type { Journey } from '../campaigns/journey.ts';
import type { TrackedCondition } from '../segments/tracked-condition.ts';
import type { PendingQueue } from '../state/pending-queue.ts';

/** What time alone brings about. */
export type Due =
  /** A condition may have another answer about a person. */
  | { readonly kind: 'ask'; readonly tracked: TrackedCondition; readonly person: number }
  /** The next step of a journey. */
  | { readonly kind: 'step'; readonly journey: Journey }
  /** A person whose timestamp lay in the future may start. */
  | { readonly kind: 'start'; readonly campaign: Campaign; readonly person: number }
  /** A person who still matches may start again. */
  | { readonly kind: 'again'; readonly campaign: Campaign; readonly person: number }
  /** A filter that failed may hold, or an exit condition may have come true. */
  | { readonly kind: 'recheck'; readonly person: number };

/** What is due in the future, in order of time. */
export type Agenda = PendingQueue<Due>;
