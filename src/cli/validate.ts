import { validate } from '../app/validate.ts';
import type { CommonOptions } from './command-context.ts';
import { type AddCommand, command, selectOption } from './common-options.ts';
import { runCommand } from './run-command.ts';
import { counted } from './text.ts';

interface ValidateCommandOptions extends CommonOptions {
  readonly select: readonly string[];
  readonly connect?: boolean;
}

export const addValidate: AddCommand = (program, context) => {
  program.addCommand(
    command('validate', 'Check the contract; with --connect also what the queries return.', [
      'millrace validate',
      'millrace validate --connect --select orders',
    ])
      .addOption(selectOption())
      .option('--connect', 'ask MySQL what the queries return and compare it with the contract')
      .action((options: ValidateCommandOptions) =>
        runCommand(context, options, async (toolbox, answer) => {
          const { project, select, connect = false } = options;
          const { models } = await validate(toolbox, { projectPath: project, select, isConnected: connect });
          const what = connect ? 'The contract and its queries are valid' : 'The contract is valid';
          if (answer.isJson) answer.json({ valid: true, models: models.map((model) => model.name) });
          else
            answer.lines([
              `${answer.style.green('✓')} ${what}: ${counted(models.length, 'model', 'models')}.`,
            ]);
          return 0;
        }),
      ),
  );
};
