import type { RunResult } from '../app/write-run.ts';
import type { ModelResult, RunOutcome } from '../core/state/run.ts';
import type { Answer } from './command-context.ts';
import { backfillLines } from './format-backfill.ts';
import { missedLines, readLines } from './format-read.ts';
import { lateEvents, lateLines } from './late-lines.ts';
import type { Style } from './style.ts';
import { columns, count, counted } from './text.ts';

const OUTCOMES: Readonly<Record<RunOutcome, string>> = {
  done: 'done',
  done_with_rejects: 'done, with operations refused by Customer.io',
  stopped: 'stopped by a guard',
  failed: 'failed',
  interrupted: 'interrupted',
};

export function outcomeWords(outcome: RunOutcome | undefined): string {
  return outcome === undefined ? 'not ended (running, or killed)' : OUTCOMES[outcome];
}

/** The numbers of a run, model by model; columns without any number are left out. */
export function formatModelResults(models: readonly ModelResult[]): readonly string[] {
  const shown = COLUMNS.filter(({ of }) => models.some((model) => of(model) > 0));
  const head = ['model', ...shown.map(({ title }) => title)];
  return columns([head, ...models.map((model) => [model.model, ...shown.map(({ of }) => count(of(model)))])]);
}

const COLUMNS: readonly { readonly title: string; readonly of: (model: ModelResult) => number }[] = [
  { title: 'rows', of: (model) => model.rows },
  { title: 'unchanged', of: (model) => model.unchanged + model.refreshed + model.changedAfterDelivery },
  { title: 'before start', of: (model) => model.beforeStart },
  { title: 'not due', of: (model) => model.notDue },
  { title: 'accepted', of: (model) => model.accepted },
  { title: 'rejected', of: (model) => model.rejected },
  { title: 'faults', of: (model) => model.faults },
  { title: 'held', of: (model) => model.held + model.heldAtSending },
  { title: 'dropped', of: (model) => model.dropped + model.droppedAtSending },
  { title: 'not sent', of: (model) => model.notSent },
  { title: 'requests', of: (model) => model.requests },
];

/** One sentence on what was sent. */
export function runHeadline(models: readonly ModelResult[], style: Style): string {
  const accepted = sum(models, (model) => model.accepted);
  const rejected = sum(models, (model) => model.rejected);
  const requests = sum(models, (model) => model.requests);
  if (accepted + rejected === 0) return style.bold('Nothing to send: 0 requests.');
  const refused = rejected === 0 ? '' : `, ${style.red(`${count(rejected)} refused`)}`;
  const operations = counted(accepted, 'operation', 'operations');
  return style.bold(
    `Sent: ${operations} accepted${refused}, in ${counted(requests, 'request', 'requests')}.`,
  );
}

function sum(models: readonly ModelResult[], of: (model: ModelResult) => number): number {
  return models.reduce((total, model) => total + of(model), 0);
}

/** Prints a run. @returns the exit code: 1 when Customer.io refused something. */
export function answerRun(result: RunResult, answer: Answer): number {
  const { runId, workspace, outcome, models, missed } = result;
  if (answer.isJson) answer.json({ run: runAsJson(result) });
  else {
    answer.lines([
      runHeadline(models, answer.style),
      ...formatModelResults(models),
      ...models.flatMap(({ backfill }) =>
        backfill === undefined ? [] : backfillLines(backfill, answer.style),
      ),
      ...models.flatMap(({ model, read }) => readLines(model, read)).map(answer.style.dim),
      ...missedLines(missed),
      ...lateLines(result.summary.models).map((line) => answer.style.yellow(`warning: ${line}`)),
      ...followUps(models),
      answer.style.dim(`Run ${runId}, workspace ${workspace}.`),
    ]);
  }
  return outcome === 'done' ? 0 : 1;
}

/** A run as JSON, without what its plan says. */
export function runAsJson({ runId, workspace, outcome, models, warnings, missed, summary }: RunResult) {
  const late = lateEvents(summary.models);
  return { runId, workspace, outcome, models, warnings, missed: Object.fromEntries(missed), late };
}

function followUps(models: readonly ModelResult[]): readonly string[] {
  const isWithheld = models.some(
    (model) => model.faults + model.held + model.heldAtSending + model.rejected > 0,
  );
  return isWithheld ? ['Rows that were not sent, and why: `millrace faults`.'] : [];
}
