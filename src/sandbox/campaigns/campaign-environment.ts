import type { Due } from '../consequences/agenda.ts';
import type { CompiledCondition } from '../segments/compiled-condition.ts';
import type { Verdict } from '../segments/verdict.ts';
import type { Person } from '../state/person.ts';
import type { WorkspaceState } from '../state/workspace-state.ts';
import type { Switches } from '../switches.ts';
import type { ReportedMetric } from '../webhooks/reporting-webhook.ts';
import type { JourneyBook } from './journey-book.ts';
import type { Message, MessageBook } from './message.ts';

/** What campaigns work with. */
export interface CampaignEnvironment {
  readonly state: WorkspaceState;
  readonly journeys: JourneyBook;
  readonly messages: MessageBook;
  /** Has it done at that moment. */
  readonly schedule: (due: Due, atMs: number) => void;
  readonly switches: () => Switches;
  readonly judge: (condition: CompiledCondition, person: Person, nowMs: number) => Verdict;
  /** Tells those who asked for reports. */
  readonly report: (message: Message, metric: ReportedMetric, atMs: number) => void;
}
