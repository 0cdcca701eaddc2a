import { Option } from 'commander';
import type { SafeCampaign } from '../core/backfill/backfill-plan.ts';
import { ContractError } from '../core/errors/millrace-error.ts';
import { answerBackfill, type BackfillAnswerOptions } from './answer-backfill.ts';
import { backfillLine, rateOption, safeOption } from './backfill-options.ts';
import type { CommonOptions } from './command-context.ts';
import { type AddCommand, command, parseCount, parseDate } from './common-options.ts';
import { runCommand } from './run-command.ts';

interface ReleaseCommandOptions extends CommonOptions {
  readonly key?: readonly string[];
  readonly from?: number;
  readonly to?: number;
  readonly reason: string;
  readonly allowJourneys?: boolean;
  readonly safe?: readonly SafeCampaign[];
  readonly rate?: number;
  readonly samples: number;
  readonly dryRun?: boolean;
}

/** Later than every event (unix seconds): the year 9999. */
const WHENEVER = 253_402_300_799;

const HELP = `
Late events that the normal runs hold (\`late: hold\`) are sent past the same gate as a backfill: while a running campaign
listens, only those older than 73 hours, unless --allow-journeys says that the journeys are wanted. docs/guides/backfill.md`;

export const addRelease: AddCommand = (program, context) => {
  program.addCommand(
    command('release', 'Send late events that the normal runs hold, past the gate of a backfill.', [
      "millrace release order_placed --reason 'the shop was down over the weekend'",
      "millrace release order_placed --key 1001 1002 --allow-journeys --reason 'both still want their confirmation'",
      "millrace release order_placed --from 2026-11-20 --to 2026-11-22 --reason 'outage' --dry-run",
    ])
      .argument('<event>', 'name of the event, or of its model')
      .option('--key <keys...>', 'only these rows, by their event_id (parts joined by |)')
      .addOption(
        new Option('--from <date>', 'only events from this day or time on (UTC)').argParser(parseDate),
      )
      .addOption(new Option('--to <date>', 'only events before this day or time (UTC)').argParser(parseDate))
      .requiredOption('--reason <text>', 'why; kept in the history')
      .option('--allow-journeys', 'the journeys that these events start are wanted')
      .addOption(safeOption())
      .addOption(rateOption())
      .option('--samples <number>', 'events to show with their values', parseCount, 3)
      .option('--dry-run', 'only show what would be sent')
      .addHelpText('after', HELP)
      .action((event: string, options: ReleaseCommandOptions) =>
        runCommand(context, options, (toolbox, answer) => {
          if (options.reason.trim() === '') throw new ContractError('usage', '`--reason` says nothing');
          return answerBackfill(toolbox, { ...wanted(event, options), signal: context.signal }, answer);
        }),
      ),
  );
};

function wanted(event: string, options: ReleaseCommandOptions): Omit<BackfillAnswerOptions, 'signal'> {
  const { project, key, from = 0, to = WHENEVER, rate, safe = [], reason, samples, dryRun } = options;
  return {
    kind: 'release',
    projectPath: project,
    event,
    from,
    to,
    mode: undefined,
    rate,
    safe,
    allowsJourneys: options.allowJourneys === true,
    reason: reason.trim(),
    keys: key,
    act: dryRun === true ? 'show' : 'send',
    samplesMax: samples,
    command: backfillLine('release', event, options),
    out: undefined,
    nextStep: 'Nothing was sent. The same command without `--dry-run` sends it.',
  };
}
