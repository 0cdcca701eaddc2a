import type { PlannedBackfill } from '../app/backfill/plan-backfill.ts';
import { type BackfillOptions, type BackfillResult, backfill } from '../app/backfill.ts';
import { MillraceError } from '../core/errors/millrace-error.ts';
import { writePlanFile } from '../core/plan/plan-file.ts';
import type { Toolbox } from '../ports/toolbox.ts';
import type { Answer } from './command-context.ts';
import { formatBackfill } from './format-backfill.ts';
import { answerRun, runAsJson } from './format-run.ts';
import { RefusedAnswer } from './run-command.ts';

/** Exit code when Customer.io refused something. */
const REJECTS = 1;

export interface BackfillAnswerOptions extends Omit<BackfillOptions, 'onPlanned'> {
  /** File for the plan. */
  readonly out: string | undefined;
  /** What to do when the plan was only shown. */
  readonly nextStep: string;
}

/** Carries out a backfill and prints its plan and what came of it. @returns the exit code. */
export async function answerBackfill(
  toolbox: Toolbox,
  options: BackfillAnswerOptions,
  answer: Answer,
): Promise<number> {
  const shown: PlannedBackfill[] = [];
  const onPlanned = (planned: PlannedBackfill): void => {
    shown.push(planned);
    if (!answer.isJson) answer.lines(formatBackfill(planned, answer.style));
  };
  try {
    const result = await backfill(toolbox, { ...options, onPlanned });
    if (result.saved !== undefined && options.out !== undefined) {
      await toolbox.files.write(options.out, writePlanFile(result.saved));
    }
    return print(result, shown[0], options, answer);
  } catch (error) {
    // One document: what was planned, and why it was not sent.
    const [planned] = shown;
    if (!answer.isJson || planned === undefined || !(error instanceof MillraceError)) throw error;
    throw new RefusedAnswer(error, plannedAsJson(planned));
  }
}

function print(
  { run }: BackfillResult,
  planned: PlannedBackfill | undefined,
  options: BackfillAnswerOptions,
  answer: Answer,
): number {
  if (answer.isJson) {
    const parts = planned === undefined ? {} : plannedAsJson(planned);
    answer.json({ ...parts, ...(run === undefined ? {} : { run: runAsJson(run) }) });
    return run === undefined || run.outcome === 'done' ? 0 : REJECTS;
  }
  if (run !== undefined) return answerRun(run, answer);
  answer.lines([options.nextStep]);
  return 0;
}

function plannedAsJson({ made, judged, recent, held }: PlannedBackfill) {
  const { summary, estimate, samples } = made;
  const { refusals, unchecked, concerns, remarks, ages, youngEvents } = judged;
  return {
    plan: summary,
    estimate,
    samples: Object.fromEntries(samples),
    gate: {
      passes: refusals.length === 0,
      refusals,
      unchecked,
      remarks,
      campaigns: concerns,
      ages,
      youngEvents,
    },
    recentJourneys: recent,
    held:
      held && Object.fromEntries([...held].map(([person, values]) => [person, Object.fromEntries(values)])),
  };
}
