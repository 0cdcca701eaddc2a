import { sync } from '../app/sync.ts';
import type { CommonOptions } from './command-context.ts';
import {
  type AddCommand,
  acceptDefinitionOption,
  acceptedDefinitions,
  allowances,
  allowOption,
  command,
  commandLine,
  type DecisionOptions,
  fullOption,
  historyOption,
  reasonOption,
  samplesOption,
  selectOption,
} from './common-options.ts';
import { answerRun } from './format-run.ts';
import { runCommand } from './run-command.ts';

interface SyncCommandOptions extends CommonOptions, DecisionOptions {
  readonly select: readonly string[];
  readonly historyFrom?: number;
  readonly full?: boolean;
  readonly samples: number;
}

export const addSync: AddCommand = (program, context) => {
  program.addCommand(
    command('sync', 'Read MySQL, send what changed to Customer.io, and remember what was accepted.', [
      'millrace sync',
      'millrace sync --select kind:people',
      'millrace sync --full   # a reconcile: compare everything, and count what capture missed',
      'millrace sync --history-from 2025-01-01   # into a sandbox only',
      "millrace sync --allow customers.attributes.vip_tier=60% --reason 'the new tiers of November'",
    ])
      .addOption(selectOption())
      .addOption(historyOption())
      .addOption(fullOption())
      .addOption(samplesOption('people to show with their values, for each limit that stops the run'))
      .addOption(acceptDefinitionOption())
      .addOption(allowOption())
      .addOption(reasonOption())
      .action((options: SyncCommandOptions) =>
        runCommand(context, options, async (toolbox, answer) => {
          const result = await sync(toolbox, {
            projectPath: options.project,
            select: options.select,
            historyFrom: options.historyFrom,
            isFull: options.full === true,
            accepted: acceptedDefinitions(options),
            allowances: allowances(options),
            examplesMax: options.samples,
            command: commandLine('sync', options),
            signal: context.signal,
          });
          return answerRun(result, answer);
        }),
      ),
  );
};
