import { init } from '../app/init.ts';
import type { CommonOptions } from './command-context.ts';
import { type AddCommand, command } from './common-options.ts';
import { runCommand } from './run-command.ts';

export const addInit: AddCommand = (program, context) => {
  program.addCommand(
    command('init', 'Write a small commented project to start from.', [
      'millrace init',
      'millrace init --project crm',
    ]).action((options: CommonOptions) =>
      runCommand(context, options, async (toolbox, answer) => {
        const written = await init(toolbox.files, options.project, await context.readTemplate());
        if (answer.isJson) answer.json({ written });
        else {
          answer.lines([
            ...written.map((path) => `${answer.style.green('+')} ${path}`),
            '',
            'Next:',
            '  1. cp .env.example .env, and fill it in',
            '  2. make the queries in models/ fit your tables',
            '  3. millrace validate --connect, millrace doctor, millrace plan',
          ]);
        }
        return 0;
      }),
    ),
  );
};
