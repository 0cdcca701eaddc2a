import { withHistory } from '../app/open-history.ts';
import type { NewVersion } from '../core/definition/published.ts';
import { ContractError } from '../core/errors/millrace-error.ts';
import type { StoredRun } from '../core/state/run.ts';
import type { Answer, CommonOptions } from './command-context.ts';
import { type AddCommand, command, parseCount } from './common-options.ts';
import { backfillLines } from './format-backfill.ts';
import { readLines } from './format-read.ts';
import { formatModelResults, outcomeWords } from './format-run.ts';
import { runCommand } from './run-command.ts';
import { columns, count, oneLine, seconds, utc, visible } from './text.ts';

interface HistoryCommandOptions extends CommonOptions {
  readonly workspace?: string;
  readonly limit: number;
}

export const addHistory: AddCommand = (program, context) => {
  program.addCommand(
    command('history', 'Show past runs, or one run in full.', [
      'millrace history',
      'millrace history 20261123-101500-4f2a',
    ])
      .argument('[run]', 'id of one run')
      .option('--workspace <name>', 'workspace whose runs to show (default: the one used last)')
      .option('--limit <number>', 'runs to show', parseCount, 20)
      .action((runId: string | undefined, options: HistoryCommandOptions) =>
        runCommand(context, options, (toolbox, answer) =>
          withHistory(
            toolbox,
            { projectPath: options.project, workspace: options.workspace },
            async (history) => {
              if (runId === undefined)
                answerRuns(await history.state.runs.runs(options.limit), history.workspace, answer);
              else answerOneRun(await history.state.runs.run(runId), runId, answer);
              return 0;
            },
          ),
        ),
      ),
  );
};

function answerRuns(runs: readonly StoredRun[], workspace: string, answer: Answer): void {
  if (answer.isJson) {
    answer.json({ workspace, runs });
    return;
  }
  const rows = runs.map((run) => [
    run.runId,
    run.command,
    duration(run),
    `${count(accepted(run))} accepted`,
    outcomeWords(run.outcome) + (run.errorCode === undefined ? '' : ` (${run.errorCode})`),
  ]);
  answer.lines([answer.style.bold(`Runs in workspace ${workspace}, newest first`), ...columns(rows)]);
}

function answerOneRun(run: StoredRun | undefined, runId: string, answer: Answer): void {
  if (run === undefined) {
    throw new ContractError('usage', `there is no run ${runId}`, { hint: '`millrace history` lists them.' });
  }
  if (answer.isJson) {
    answer.json({ run });
    return;
  }
  answer.lines([
    `${answer.style.bold(run.command)} ${outcomeWords(run.outcome)}${run.errorCode === undefined ? '' : ` (${run.errorCode})`}`,
    `  began ${utc(run.startedAt)}${run.endedAt === undefined ? '' : `, took ${duration(run)}`}`,
    ...formatModelResults(run.models),
    ...run.models.flatMap(({ backfill }) =>
      backfill === undefined ? [] : backfillLines(backfill, answer.style),
    ),
    ...run.models.flatMap(({ model, read }) => readLines(model, read)),
    ...run.models.flatMap(({ model, newVersions = [] }) =>
      newVersions.map((each) => newVersionLine(model, each)),
    ),
    ...run.models.flatMap(({ allowed = [] }) => allowed.map(({ message }) => `  ${visible(message)}`)),
  ]);
}

function newVersionLine(model: string, { name, version, reason }: NewVersion): string {
  const why = reason === undefined ? 'as its file says' : oneLine(reason);
  return `  ${model}: \`${name}\` in version ${version} for the first time: ${why}`;
}

function accepted(run: StoredRun): number {
  return run.models.reduce((sum, model) => sum + model.accepted, 0);
}

function duration(run: StoredRun): string {
  return run.endedAt === undefined ? '-' : seconds((run.endedAt - run.startedAt) / 1000);
}
