import { type RetryResult, retry } from '../app/retry.ts';
import type { RetriedRow } from '../core/state/retried-row.ts';
import type { Answer, CommonOptions } from './command-context.ts';
import { type AddCommand, command, commandLine, selectOption } from './common-options.ts';
import { answerRun } from './format-run.ts';
import { reasonOf } from './format-withheld.ts';
import { runCommand } from './run-command.ts';
import { columns, count, counted, oneLine } from './text.ts';

interface RetryCommandOptions extends CommonOptions {
  readonly select: readonly string[];
}

/** Rows shown to people; JSON has them all. */
const TEXT_ROWS = 20;

export const addRetry: AddCommand = (program, context) => {
  program.addCommand(
    command('retry', 'Look again at the rows that were not sent, and send what can be sent now.', [
      'millrace retry',
      'millrace retry --select order_placed',
      'millrace retry --output json',
    ])
      .addOption(selectOption())
      .action((options: RetryCommandOptions) =>
        runCommand(context, options, async (toolbox, answer) => {
          const result = await retry(toolbox, {
            projectPath: options.project,
            select: options.select,
            command: commandLine('retry', options),
            signal: context.signal,
          });
          return answerRetry(result, answer);
        }),
      ),
  );
};

function answerRetry({ run, rows, counts }: RetryResult, answer: Answer): number {
  if (answer.isJson) {
    answer.json({ run, counts, rows });
    return run === undefined || run.outcome === 'done' ? 0 : 1;
  }
  if (run === undefined) {
    answer.lines([`${answer.style.green('✓')} Nothing was withheld, so nothing was read.`]);
    return 0;
  }
  const exitCode = answerRun(run, answer);
  answer.lines([
    answer.style.bold(
      `Of ${counted(rows.length, 'row', 'rows')} that had not been sent: ${count(counts.sent)} sent, ${count(counts.withheld)} withheld still, ${count(counts.settled)} settled (right with nothing to send, or no longer in the query).`,
    ),
    ...columns(rows.slice(0, TEXT_ROWS).map(cellsOf)),
    ...(rows.length > TEXT_ROWS ? ['  `--output json` lists them all.'] : []),
  ]);
  return exitCode;
}

function cellsOf({ model, key, fate, before, now }: RetriedRow): readonly string[] {
  const reason = now === undefined ? `was ${before}` : `${now} ${reasonOf(now)?.reason ?? ''}`;
  return [model, oneLine(key), fate, oneLine(reason)];
}
