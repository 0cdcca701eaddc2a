import { type Validation, validate } from '../app/validate.ts';
import type { Answer, CommonOptions } from './command-context.ts';
import { type AddCommand, command, selectOption } from './common-options.ts';
import { findingLines, lintCounts, withSeverity } from './format-lint.ts';
import { runCommand } from './run-command.ts';
import { counted } from './text.ts';

interface ValidateCommandOptions extends CommonOptions {
  readonly select: readonly string[];
  readonly connect?: boolean;
  readonly sample?: boolean;
  readonly strict?: boolean;
}

export const addValidate: AddCommand = (program, context) => {
  program.addCommand(
    command('validate', 'Check the contract and its style; with --connect also what the queries return.', [
      'millrace validate',
      'millrace validate --strict   # for CI: warnings fail',
      'millrace validate --connect --select orders',
      'millrace validate --sample   # also look at some rows: sizes, dates sent as text, too many values',
    ])
      .addOption(selectOption())
      .option('--connect', 'ask MySQL what the queries return and compare it with the contract')
      .option('--sample', 'also look at the first rows of each model (with all that --connect does)')
      .option('--strict', 'fail (exit code 1) on warnings that are not accepted')
      .action((options: ValidateCommandOptions) =>
        runCommand(context, options, async (toolbox, answer) => {
          const { project, select, connect = false, sample = false, strict = false } = options;
          const isConnected = connect || sample;
          const validation = await validate(toolbox, {
            projectPath: project,
            select,
            isConnected,
            isSampled: sample,
          });
          if (answer.isJson) answer.json(asJson(validation));
          else answerText(validation, isConnected, answer);
          return strict && withSeverity(validation.lint.findings, 'warning').length > 0 ? 1 : 0;
        }),
      ),
  );
};

function asJson({ models, lint }: Validation): unknown {
  const { findings, accepted } = lint;
  return { valid: true, models: models.map((model) => model.name), findings, accepted };
}

function answerText({ models, lint }: Validation, isConnected: boolean, answer: Answer): void {
  const what = isConnected ? 'The contract and its queries are valid' : 'The contract is valid';
  const counts = lintCounts(lint);
  answer.lines([
    ...findingLines(lint.findings, answer.style),
    `${answer.style.green('✓')} ${what}: ${counted(models.length, 'model', 'models')}.${counts === '' ? '' : ` ${counts}.`}`,
    ...(lint.findings.length === 0
      ? []
      : ['What the rules mean, and how to accept one: docs/reference/lint.md']),
  ]);
}
