import { sync } from '../app/sync.ts';
import type { CommonOptions } from './command-context.ts';
import {
  type AcceptOptions,
  type AddCommand,
  acceptDefinitionOption,
  acceptedDefinitions,
  command,
  commandLine,
  fullOption,
  historyOption,
  reasonOption,
  selectOption,
} from './common-options.ts';
import { answerRun } from './format-run.ts';
import { runCommand } from './run-command.ts';

interface SyncCommandOptions extends CommonOptions, AcceptOptions {
  readonly select: readonly string[];
  readonly historyFrom?: number;
  readonly full?: boolean;
}

export const addSync: AddCommand = (program, context) => {
  program.addCommand(
    command('sync', 'Read MySQL, send what changed to Customer.io, and remember what was accepted.', [
      'millrace sync',
      'millrace sync --select kind:people',
      'millrace sync --full   # a reconcile: compare everything, and count what capture missed',
      'millrace sync --history-from 2025-01-01   # into a sandbox only',
    ])
      .addOption(selectOption())
      .addOption(historyOption())
      .addOption(fullOption())
      .addOption(acceptDefinitionOption())
      .addOption(reasonOption())
      .action((options: SyncCommandOptions) =>
        runCommand(context, options, async (toolbox, answer) => {
          const result = await sync(toolbox, {
            projectPath: options.project,
            select: options.select,
            historyFrom: options.historyFrom,
            isFull: options.full === true,
            accepted: acceptedDefinitions(options),
            command: commandLine('sync', options),
            signal: context.signal,
          });
          return answerRun(result, answer);
        }),
      ),
  );
};
