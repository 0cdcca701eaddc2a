import { Option } from 'commander';
import { type TestReport, type TestResult, testContract } from '../app/contract-test/test-contract.ts';
import type { TestBedOptions } from '../ports/test-bed.ts';
import type { Answer, CommonOptions } from './command-context.ts';
import { type AddCommand, command, selectOption } from './common-options.ts';
import { runCommand } from './run-command.ts';
import type { Style } from './style.ts';
import { columns, counted } from './text.ts';

interface TestCommandOptions extends CommonOptions {
  readonly select: readonly string[];
  readonly mysql?: string;
  readonly server: TestBedOptions['flavour'];
}

export const addTest: AddCommand = (program, context) => {
  program.addCommand(
    command(
      'test',
      'Run the unit tests of the contract (models/**/*.test.yml): given rows, expected operations and faults.',
      [
        'millrace test',
        'millrace test --select customers',
        'millrace test --server mysql',
        'millrace test --mysql mysql://root:root@127.0.0.1:3306   # as in CI, beside a service container',
      ],
    )
      .addOption(selectOption())
      .addOption(
        new Option('--server <flavour>', 'which server is started for tests with tables')
          .choices(['any', 'mysql', 'mariadb'])
          .default('any'),
      )
      .option('--mysql <url>', 'use this server instead; its user must be allowed to make databases')
      .action((options: TestCommandOptions) =>
        runCommand(context, options, async (toolbox, answer) => {
          const report = await testContract(toolbox, {
            projectPath: options.project,
            select: options.select,
            server: { url: options.mysql, flavour: options.server },
            signal: context.signal,
          });
          if (answer.isJson) answer.json(report);
          else answerText(report, answer);
          return report.results.every(({ isPassed }) => isPassed) ? 0 : 1;
        }),
      ),
  );
};

function answerText({ results, server }: TestReport, { style, lines }: Answer): void {
  if (results.length === 0) {
    lines(['There are no tests: write models/NAME.test.yml; docs/guides/testing.md shows how.']);
    return;
  }
  const failed = results.filter(({ isPassed }) => !isPassed).length;
  const passed = results.length - failed;
  const where = server === undefined ? '' : ` Tables were read by ${server}.`;
  const outcome =
    failed === 0 ? style.green(`${passed} passed`) : style.red(`${failed} failed, ${passed} passed`);
  lines([
    ...results.flatMap((result) => resultLines(result, style)),
    `${counted(results.length, 'test', 'tests')}: ${outcome}.${where}`,
  ]);
}

function resultLines(result: TestResult, style: Style): readonly string[] {
  const { name, file, line, column, isPassed, errors } = result;
  if (isPassed) return [`${style.green('✓')} ${result.model}: ${name}`];
  return [
    `${style.red('✗')} ${result.model}: ${style.bold(name)} ${style.dim(`(${file}:${line}:${column})`)}`,
    ...errors.map((error) => `    ${error}`),
    ...differenceLines(result, style),
  ];
}

/** Subject by subject, with a line for each attribute that differs. */
function differenceLines({ differences }: TestResult, style: Style): readonly string[] {
  const subjects = [...new Set(differences.map(({ subject }) => subject))];
  return subjects.flatMap((subject) => {
    const rows = differences
      .filter((difference) => difference.subject === subject)
      .map(({ field, expected, got, line }) => [
        field ?? '',
        `expected ${style.green(expected)}`,
        `got ${style.red(got)}`,
        style.dim(`line ${line}`),
      ]);
    return [`    ${subject}`, ...columns(rows, '      ')];
  });
}
