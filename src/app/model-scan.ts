import type { ModelPlan, Sample } from '../core/plan/plan-summary.ts';
import type { WithheldCount, WithheldRow } from '../core/state/run.ts';
import type { RadiusExamples } from './radius-tally.ts';

/** The rows of one plan that are not sent: exact counts, and the first rows with their keys. */
export interface WithheldModel {
  readonly rows: readonly WithheldRow[];
  readonly counts: readonly WithheldCount[];
  /** Keys of the rows that were read; undefined when all were. */
  readonly keysRead?: ReadonlySet<string> | undefined;
}

/** What reading one model brought. */
export interface ModelScan {
  readonly plan: ModelPlan;
  readonly samples: readonly Sample[];
  readonly withheld: WithheldModel;
  /** For people: what would become of some of them, by limit. */
  readonly examples?: RadiusExamples;
}
