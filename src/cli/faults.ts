import { Option } from 'commander';
import { withHistory } from '../app/open-history.ts';
import type { ModelWithheldCount, Withheld } from '../core/state/run.ts';
import type { Answer, CommonOptions } from './command-context.ts';
import { type AddCommand, command, parseCount } from './common-options.ts';
import { csvLines } from './csv.ts';
import { reasonOf } from './format-withheld.ts';
import { runCommand } from './run-command.ts';
import { columns, count, counted, oneLine, utc } from './text.ts';

interface FaultsCommandOptions extends CommonOptions {
  readonly workspace?: string;
  readonly model?: string;
  readonly code?: string;
  readonly column?: string;
  readonly kind?: Withheld['kind'];
  readonly limit?: number;
}

/** Rows shown to people unless they ask for more. */
const TEXT_ROWS = 20;

/** More rows than are ever kept of the faults of a hundred models. */
const FILE_ROWS_MAX = 1_000_000;

export const addFaults: AddCommand = (program, context) => {
  program.addCommand(
    command(
      'faults',
      'List the rows that were not sent, with the reason: faults, held events, rejects.',
      [
        'millrace faults',
        'millrace faults --model order_placed --code person_missing --limit 1000',
        'millrace faults --column paid_at --output csv > paid_at.csv',
        'millrace faults --kind reject --output json',
      ],
      ['text', 'json', 'csv'],
    )
      .option('--workspace <name>', 'workspace whose rows to show (default: the one used last)')
      .option('--model <name>', 'only rows of this model')
      .option('--code <code>', 'only rows with this reason')
      .option('--column <name>', 'only rows at fault in this column of the query')
      .addOption(new Option('--kind <kind>', 'only this kind').choices(['fault', 'held', 'reject']))
      .option('--limit <number>', `rows to show (default: ${TEXT_ROWS}; in JSON and CSV all)`, parseCount)
      .action((options: FaultsCommandOptions) =>
        runCommand(context, options, (toolbox, answer) =>
          withHistory(
            toolbox,
            { projectPath: options.project, workspace: options.workspace },
            async ({ state }) => {
              const counts = (await state.runs.withheldCounts()).filter((entry) => fits(entry, options));
              const limit = options.limit ?? (options.output === 'text' ? TEXT_ROWS : FILE_ROWS_MAX);
              const rows = await state.runs.withheld({ ...options, limit });
              answerRows(options.output, counts, rows, answer);
              return 0;
            },
          ),
        ),
      ),
  );
};

function answerRows(
  output: CommonOptions['output'],
  counts: readonly ModelWithheldCount[],
  rows: readonly Withheld[],
  answer: Answer,
): void {
  switch (output) {
    case 'json':
      answer.json({ counts: counts.map(withReason), rows });
      break;
    case 'csv':
      answer.lines(csvLines(CSV_HEAD, rows.map(csvCells)));
      break;
    case 'text':
      answerText(counts, rows, answer);
  }
}

function withReason(entry: ModelWithheldCount): unknown {
  return { ...entry, ...reasonOf(entry.code) };
}

const CSV_HEAD = ['model', 'kind', 'code', 'column', 'key', 'reason', 'first_seen_at', 'last_seen_at'];

function csvCells({ model, kind, code, column, key, detail, ...row }: Withheld): readonly string[] {
  const reason = detail ?? reasonOf(code)?.reason ?? '';
  const times = [row.firstSeenAt, row.lastSeenAt].map((time) => new Date(time).toISOString());
  return [model, kind, code, column ?? '', key, reason, ...times];
}

function fits(entry: ModelWithheldCount, { model, code, kind, column }: FaultsCommandOptions): boolean {
  return [
    model === undefined || model === entry.model,
    code === undefined || code === entry.code,
    kind === undefined || kind === entry.kind,
    column === undefined || column === entry.column,
  ].every(Boolean);
}

function answerText(counts: readonly ModelWithheldCount[], rows: readonly Withheld[], answer: Answer): void {
  if (counts.length === 0 && rows.length === 0) {
    answer.lines([`${answer.style.green('✓')} Nothing was withheld.`]);
    return;
  }
  const total = counts.reduce((sum, entry) => sum + entry.count, 0);
  answer.lines([
    ...counts.flatMap((entry) => reasonLines(entry, answer)),
    answer.style.bold(rows.length === 0 ? 'No rows are kept.' : 'Rows'),
    ...columns(rows.map(rowCells)),
    ...(total > rows.length && rows.length > 0
      ? [
          `These are ${counted(rows.length, 'row', 'rows')} of ${count(total)}: --limit shows more, --output csv all that are kept.`,
        ]
      : []),
  ]);
}

function reasonLines(entry: ModelWithheldCount, { style }: Answer): readonly string[] {
  const { model, kind, code, column, firstSeenAt } = entry;
  const reason = reasonOf(code);
  const since = firstSeenAt === undefined ? '' : `, since ${utc(firstSeenAt)}`;
  const where = column === undefined ? '' : `, column ${column}`;
  return [
    `${style.bold(`${model}: ${count(entry.count)} × ${code}`)} (${kind}${where}${since})`,
    ...(reason === undefined ? [] : [`  ${reason.reason}. ${reason.cure}`]),
  ];
}

function rowCells(row: Withheld): readonly string[] {
  return [
    row.model,
    row.kind,
    oneLine(row.key),
    row.code,
    row.column ?? oneLine(row.detail ?? ''),
    `since ${utc(row.firstSeenAt)}, last seen ${utc(row.lastSeenAt)}`,
  ];
}
