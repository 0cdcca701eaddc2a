import { Option } from 'commander';
import type { SafeCampaign } from '../core/backfill/backfill-plan.ts';
import { ContractError } from '../core/errors/millrace-error.ts';
import { answerBackfill, type BackfillAnswerOptions } from './answer-backfill.ts';
import { backfillLine, rateOption, safeOption } from './backfill-options.ts';
import type { CommonOptions } from './command-context.ts';
import { type AddCommand, command, parseCount, parseDate } from './common-options.ts';
import { runCommand } from './run-command.ts';

interface BackfillCommandOptions extends CommonOptions {
  readonly from: number;
  readonly to: number;
  readonly mode?: 'historical' | 'attributes-only';
  readonly safe?: readonly SafeCampaign[];
  readonly rate?: number;
  readonly samples: number;
  readonly out?: string;
  readonly apply?: boolean;
}

const MODES = { historical: 'historical', 'attributes-only': 'attributes_only' } as const;

const HELP = `
Without --apply or --out only the plan is shown. Times are UTC; \`--to\` itself is not part of it. Ctrl-C pauses: what was
accepted is recorded, and the same command goes on from there; leaving it out cancels the rest. docs/guides/backfill.md`;

export const addBackfill: AddCommand = (program, context) => {
  program.addCommand(
    command('backfill', 'Send old events, or bring the attributes of their people up to date, past a gate.', [
      'millrace backfill order_placed --from 2024-01-01 --to 2026-11-01',
      'millrace backfill order_placed --from 2024-01-01 --to 2026-11-01 --apply --rate 200',
      'millrace backfill order_placed --from 2024-01-01 --to 2026-11-01 --out plan.json && millrace apply plan.json',
      'millrace backfill refund_issued --from 2024-01-01 --to 2026-11-01 --mode attributes-only',
      "millrace backfill order_placed --from 2024-01-01 --to 2026-11-01 --safe '12=its segment looks at tags only'",
    ])
      .argument('<event>', 'name of the event, or of its model')
      .addOption(
        new Option('--from <date>', 'the first day, or a time').argParser(parseDate).makeOptionMandatory(),
      )
      .addOption(
        new Option('--to <date>', 'the end: the first day, or time, that is left out')
          .argParser(parseDate)
          .makeOptionMandatory(),
      )
      .addOption(
        new Option('--mode <mode>', 'what to do (default: as the model says)').choices(Object.keys(MODES)),
      )
      .addOption(safeOption())
      .addOption(rateOption())
      .option('--samples <number>', 'events or people to show with their values', parseCount, 3)
      .option('--out <file>', 'save the plan, to apply exactly it later')
      .option('--apply', 'send it at once')
      .addHelpText('after', HELP)
      .action((event: string, options: BackfillCommandOptions) =>
        runCommand(context, options, (toolbox, answer) => {
          if (options.apply === true && options.out !== undefined) {
            throw new ContractError('usage', '`--apply` and `--out` exclude each other');
          }
          return answerBackfill(toolbox, { ...wanted(event, options), signal: context.signal }, answer);
        }),
      ),
  );
};

function wanted(event: string, options: BackfillCommandOptions): Omit<BackfillAnswerOptions, 'signal'> {
  const { project, from, to, mode, rate, safe = [], apply, out, samples } = options;
  return {
    kind: 'backfill',
    projectPath: project,
    event,
    from,
    to,
    mode: mode && MODES[mode],
    rate,
    safe,
    allowsJourneys: false,
    reason: undefined,
    keys: undefined,
    act: apply === true ? 'send' : out === undefined ? 'show' : 'save',
    samplesMax: samples,
    command: backfillLine('backfill', event, options),
    out,
    nextStep:
      out === undefined
        ? 'Nothing was sent. The same command with `--apply` sends it.'
        : `Nothing was sent. \`millrace apply ${out}\` sends exactly this.`,
  };
}
