import { apply } from '../app/apply.ts';
import { readPlanFile } from '../core/plan/plan-file.ts';
import type { CommonOptions } from './command-context.ts';
import {
  type AddCommand,
  allowances,
  allowOption,
  command,
  commandLine,
  type DecisionOptions,
  reasonOption,
} from './common-options.ts';
import { answerRun } from './format-run.ts';
import { runCommand } from './run-command.ts';

export const addApply: AddCommand = (program, context) => {
  program.addCommand(
    command('apply', 'Send exactly what a saved plan holds; refuse it when it no longer fits.', [
      'millrace plan --out plan.json && millrace apply plan.json',
    ])
      .argument('<file>', 'plan that `millrace plan --out FILE` has written')
      .addOption(allowOption())
      .addOption(reasonOption())
      .action((file: string, options: CommonOptions & DecisionOptions) =>
        runCommand(context, options, async (toolbox, answer) => {
          const saved = readPlanFile(file, await toolbox.files.read(file));
          const result = await apply(toolbox, {
            projectPath: options.project,
            plan: saved,
            allowances: allowances(options),
            command: commandLine('apply', options),
            signal: context.signal,
          });
          return answerRun(result, answer);
        }),
      ),
  );
};
