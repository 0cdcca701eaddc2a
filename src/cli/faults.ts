import { Option } from 'commander';
import { withHistory } from '../app/open-history.ts';
import type { ModelWithheldCount, Withheld } from '../core/state/run.ts';
import type { Answer, CommonOptions } from './command-context.ts';
import { type AddCommand, command, parseCount } from './common-options.ts';
import { reasonOf } from './format-withheld.ts';
import { runCommand } from './run-command.ts';
import { columns, count, utc } from './text.ts';

interface FaultsCommandOptions extends CommonOptions {
  readonly workspace?: string;
  readonly model?: string;
  readonly code?: string;
  readonly kind?: Withheld['kind'];
  readonly limit: number;
}

export const addFaults: AddCommand = (program, context) => {
  program.addCommand(
    command('faults', 'List the rows that were not sent, with the reason: faults, held events, rejects.', [
      'millrace faults',
      'millrace faults --model order_placed --code person_missing --limit 1000',
      'millrace faults --kind reject --output json',
    ])
      .option('--workspace <name>', 'workspace whose rows to show (default: the one used last)')
      .option('--model <name>', 'only rows of this model')
      .option('--code <code>', 'only rows with this reason')
      .addOption(new Option('--kind <kind>', 'only this kind').choices(['fault', 'held', 'reject']))
      .option('--limit <number>', 'rows to show', parseCount, 20)
      .action((options: FaultsCommandOptions) =>
        runCommand(context, options, (toolbox, answer) =>
          withHistory(
            toolbox,
            { projectPath: options.project, workspace: options.workspace },
            async ({ state }) => {
              const counts = (await state.runs.withheldCounts()).filter((entry) => fits(entry, options));
              const rows = await state.runs.withheld(options);
              if (answer.isJson) answer.json({ counts, rows });
              else answerText(counts, rows, answer);
              return 0;
            },
          ),
        ),
      ),
  );
};

function fits(entry: ModelWithheldCount, { model, code, kind }: FaultsCommandOptions): boolean {
  return [
    model === undefined || model === entry.model,
    code === undefined || code === entry.code,
    kind === undefined || kind === entry.kind,
  ].every(Boolean);
}

function answerText(counts: readonly ModelWithheldCount[], rows: readonly Withheld[], answer: Answer): void {
  if (counts.length === 0 && rows.length === 0) {
    answer.lines([`${answer.style.green('✓')} Nothing was withheld.`]);
    return;
  }
  answer.lines([
    ...counts.flatMap((entry) => reasonLines(entry, answer)),
    answer.style.bold(rows.length === 0 ? 'No rows are kept.' : 'Rows'),
    ...columns(rows.map(rowCells)),
  ]);
}

function reasonLines(
  { model, kind, code, column, count: rows }: ModelWithheldCount,
  answer: Answer,
): readonly string[] {
  const reason = reasonOf(code);
  return [
    `${answer.style.bold(`${model}: ${count(rows)} × ${code}`)} (${kind}${column === undefined ? '' : `, column ${column}`})`,
    `  ${reason?.reason ?? ''}. ${reason?.cure ?? ''}`,
  ];
}

function rowCells(row: Withheld): readonly string[] {
  return [
    row.model,
    row.kind,
    row.key,
    row.code,
    row.column ?? row.detail ?? '',
    `since ${utc(row.firstSeenAt)}`,
  ];
}
