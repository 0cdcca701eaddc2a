import type { Problem } from '../contract/problem.ts';
import { quoteIdentifier } from '../sql/quote-identifier.ts';
import { scopesOf } from '../sql/scope-comment.ts';
import { tokenizeSql } from '../sql/sql-tokens.ts';
import { placeOf } from '../sql/text-place.ts';

/** One line of EXPLAIN: how the server means to read one table. */
export interface ExplainedTable {
  /** Its name or alias in the query; `<derived2>` for a part of the query. */
  readonly table: string;
  /** `ALL` for every row, `index` for every row by an index, `range`, `ref`, … */
  readonly access: string;
  /** About how many rows. */
  readonly rows: number;
}

/** A table smaller than that is read at once. */
const ROWS_UNREMARKABLE = 1000;

const WHOLE = new Set(['ALL', 'index']);

/** Tables of the model that would be read whole although only some keys are asked for. */
export function judgeScopedRead(
  { sqlFile, sql }: { readonly sqlFile: string; readonly sql: string },
  tables: readonly ExplainedTable[],
): readonly Problem[] {
  const scopes = scopesOf(sql);
  const place = placeOf(sql, scopes[0]?.offset ?? 0);
  return wholeReads(tables).map(({ table, rows }) => ({
    file: sqlFile,
    ...place,
    message: `a read of some keys still reads \`${table}\` whole (about ${rows} rows)`,
    hint: cureOf(
      tableOf(sql, table),
      scopes.flatMap(({ expression }) => columnOf(expression, table)),
    ),
  }));
}

/** A table whose changes are looked for by reading it whole. */
export function judgeChangedRead(
  tables: readonly ExplainedTable[],
  changedAt: string | undefined,
): readonly { readonly message: string; readonly hint: string }[] {
  return wholeReads(tables).map(({ table, rows }) => ({
    message: `looking for changes reads \`${table}\` whole (about ${rows} rows)`,
    hint:
      changedAt === undefined
        ? 'Put an index on the column with the time of change.'
        : `CREATE INDEX by_change ON ${quoteIdentifier(table)} (${quoteIdentifier(changedAt)});`,
  }));
}

function wholeReads(tables: readonly ExplainedTable[]): readonly ExplainedTable[] {
  return tables.filter(
    ({ table, access, rows }) => WHOLE.has(access) && rows >= ROWS_UNREMARKABLE && !table.startsWith('<'),
  );
}

function cureOf(table: string, columns: readonly string[]): string {
  const [column] = columns;
  if (column === undefined) {
    return `Narrow it with a scope comment of its own, or put an index on the column by which ${quoteIdentifier(table)} is joined.`;
  }
  const name = quoteIdentifier(table);
  return `CREATE INDEX by_key ON ${name} (${quoteIdentifier(column)}); with the other columns that the query reads of it, it is quicker still.`;
}

const SCOPED_COLUMN = /^\s*`?([\w$]+)`?\s*\.\s*`?([\w$]+)`?\s*$/;

/** The column of a scope such as `o.customer_id`, when it is of this table. */
function columnOf(expression: string, table: string): readonly string[] {
  const match = SCOPED_COLUMN.exec(expression);
  return match?.[1]?.toLowerCase() === table.toLowerCase() ? [match[2] ?? ''] : [];
}

/** The table that an alias stands for, as far as the query says it plainly. */
function tableOf(sql: string, alias: string): string {
  const code = tokenizeSql(sql)
    .map(({ kind, text }) => (kind === 'comment' ? ' ' : text))
    .join('');
  const pattern = /(?:\bfrom|\bjoin|,)\s+`?([\w$]+)`?(?:\s*\.\s*`?([\w$]+)`?)?\s+(?:as\s+)?`?([\w$]+)`?/gi;
  const found = [...code.matchAll(pattern)].find((match) => match[3]?.toLowerCase() === alias.toLowerCase());
  return found?.[2] ?? found?.[1] ?? alias;
}
