import { Command, Option } from 'commander';
import { consentDrift, type DriftReport } from '../app/consent-drift.ts';
import { DRIFT_WORDS, type DriftDirection, type DriftRow } from '../core/consent/drift.ts';
import type { Answer, CommonOptions } from './command-context.ts';
import { type AddCommand, command, parseCount, selectOption } from './common-options.ts';
import { runCommand } from './run-command.ts';
import { columns, count, counted, utc } from './text.ts';

interface DriftCommandOptions extends CommonOptions {
  readonly select: readonly string[];
  readonly direction?: DriftDirection;
  readonly limit: number;
  readonly fail?: boolean;
}

export const addConsent: AddCommand = (program, context) => {
  const drift = command(
    'drift',
    'List who has answered differently in MySQL and in Customer.io, in which direction, and since when.',
    [
      'millrace consent drift',
      'millrace consent drift --direction out_only_here --limit 1000',
      'millrace consent drift --output json --fail',
    ],
  )
    .addOption(selectOption())
    .addOption(
      new Option('--direction <direction>', 'list only these; all are counted').choices(
        Object.keys(DRIFT_WORDS),
      ),
    )
    .option('--limit <number>', 'people to list', parseCount, 100)
    .option('--fail', 'exit with 1 when somebody differs')
    .action((options: DriftCommandOptions) =>
      runCommand(context, options, async (toolbox, answer) => {
        const { project: projectPath, select, direction, limit: rowsMax } = options;
        const { signal } = context;
        const report = await consentDrift(toolbox, { projectPath, select, direction, rowsMax, signal });
        if (answer.isJson) answer.json({ drift: report });
        else answer.lines(driftLines(report, answer));
        return options.fail === true && report.counts.length > 0 ? 1 : 0;
      }),
    );
  program.addCommand(new Command('consent').description('Look after consents.').addCommand(drift));
};

function driftLines(report: DriftReport, answer: Answer): readonly string[] {
  const { style } = answer;
  const notThere =
    report.notThere === 0
      ? []
      : [`${counted(report.notThere, 'answer is', 'answers are')} of people whom Customer.io does not have.`];
  if (report.counts.length === 0) {
    const compared = counted(report.compared, 'answer says', 'answers say');
    return [`${style.green('✓')} ${compared} the same in MySQL and in Customer.io.`, ...notThere];
  }
  const counts = report.counts.map(({ model, consent, direction, people }) => [
    model,
    consent,
    count(people),
    DRIFT_WORDS[direction],
    direction,
  ]);
  return [
    style.bold(`${counted(report.compared, 'answer', 'answers')} compared; these differ:`),
    ...columns(counts),
    ...(report.rows.length === 0 ? [] : [style.bold('People')]),
    ...columns(report.rows.map(rowCells)),
    ...notThere,
  ];
}

function rowCells(row: DriftRow): readonly string[] {
  return [
    row.model,
    row.person,
    row.consent,
    row.direction,
    `Customer.io ${since(row.customerioSince)}`,
    ...(row.mysqlSince === undefined ? [] : [`MySQL ${since(row.mysqlSince)}`]),
  ];
}

function since(unixSeconds: number | undefined): string {
  return unixSeconds === undefined ? 'since unknown' : `since ${utc(unixSeconds * 1000)}`;
}
