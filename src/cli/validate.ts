import type { ScopedReadsChecked } from '../app/capture/check-scoped-reads.ts';
import { type Validation, validate } from '../app/validate.ts';
import { problemHeadline } from '../core/contract/problem.ts';
import type { Answer, CommonOptions } from './command-context.ts';
import { type AddCommand, command, parseCount, selectOption } from './common-options.ts';
import { findingLines, lintCounts, withSeverity } from './format-lint.ts';
import { runCommand } from './run-command.ts';
import { counted } from './text.ts';

interface ValidateCommandOptions extends CommonOptions {
  readonly select: readonly string[];
  readonly connect?: boolean;
  readonly sample?: boolean;
  readonly scopeCheck?: number;
  readonly strict?: boolean;
}

export const addValidate: AddCommand = (program, context) => {
  program.addCommand(
    command('validate', 'Check the contract and its style; with --connect also what the queries return.', [
      'millrace validate',
      'millrace validate --strict   # for CI: warnings fail',
      'millrace validate --connect --select orders',
      'millrace validate --scope-check 100   # also compare scoped rows of 100 random keys with the whole query',
      'millrace validate --sample   # also look at some rows: sizes, dates sent as text, too many values',
    ])
      .addOption(selectOption())
      .option('--connect', 'ask MySQL what the queries return and compare it with the contract')
      .option('--sample', 'also look at the first rows of each model (with all that --connect does)')
      .option(
        '--scope-check <keys>',
        'also compare the scoped rows of so many random keys with those of the whole query, model by model',
        parseCount,
      )
      .option('--strict', 'fail (exit code 1) on warnings that are not accepted')
      .action((options: ValidateCommandOptions) =>
        runCommand(context, options, async (toolbox, answer) => {
          const {
            project,
            select,
            connect = false,
            sample = false,
            scopeCheck = 0,
            strict = false,
          } = options;
          const isConnected = connect || sample || scopeCheck > 0;
          const validation = await validate(toolbox, {
            projectPath: project,
            select,
            isConnected,
            isSampled: sample,
            scopeKeys: scopeCheck,
          });
          if (answer.isJson) answer.json(asJson(validation));
          else answerText(validation, isConnected, answer);
          return strict && warningsIn(validation) > 0 ? 1 : 0;
        }),
      ),
  );
};

function warningsIn({ lint, scoped }: Validation): number {
  return withSeverity(lint.findings, 'warning').length + (scoped?.advice.length ?? 0);
}

function asJson({ models, lint, scoped }: Validation): unknown {
  const { findings, accepted } = lint;
  return {
    valid: true,
    models: models.map((model) => model.name),
    findings,
    accepted,
    ...(scoped && { advice: scoped.advice, compared: Object.fromEntries(comparedOf(scoped)) }),
  };
}

/** Model → keys compared; null where no column of the query holds the key. */
function comparedOf({ compared }: ScopedReadsChecked): readonly (readonly [string, number | null])[] {
  return [...compared].map(([model, keys]) => [model, keys ?? null]);
}

function scopedLines({ scoped }: Validation, { style }: Answer): readonly string[] {
  if (scoped === undefined) return [];
  return [
    ...scoped.advice.flatMap((each) => [
      `${style.yellow('warning')}: ${problemHeadline(each)}`,
      `  ${each.hint}`,
    ]),
    ...comparedOf(scoped).map(([model, keys]) =>
      keys === null
        ? `${model}: its scope can not be checked, for no column of the query is known to hold the key`
        : `${style.green('✓')} ${model}: scoped rows of ${counted(keys, 'key', 'keys')} are those of the whole query`,
    ),
  ];
}

function answerText(validation: Validation, isConnected: boolean, answer: Answer): void {
  const { models, lint } = validation;
  const what = isConnected ? 'The contract and its queries are valid' : 'The contract is valid';
  const counts = lintCounts(lint);
  answer.lines([
    ...findingLines(lint.findings, answer.style),
    ...scopedLines(validation, answer),
    `${answer.style.green('✓')} ${what}: ${counted(models.length, 'model', 'models')}.${counts === '' ? '' : ` ${counts}.`}`,
    ...(lint.findings.length === 0
      ? []
      : ['What the rules mean, and how to accept one: docs/reference/lint.md']),
  ]);
}
