import type { Problem } from '../contract/problem.ts';
import { tokenizeSql } from './sql-tokens.ts';
import { placeOf } from './text-place.ts';

/** One statement of a file that makes tables, and where it begins. */
export interface SchemaStatement {
  readonly sql: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** What makes tables, and what mysqldump writes around that. */
const ALLOWED =
  /^(create\s+(or\s+replace\s+)?(temporary\s+)?table\b|create\s+(or\s+replace\s+)?(algorithm\s*=\s*\w+\s+)?(sql\s+security\s+\w+\s+)?view\b|create\s+(unique\s+|fulltext\s+|spatial\s+)?index\b|alter\s+table\b|drop\s+(table|view)\b|set\b(?!\s+(global|persist)\b))/i;

/** Statements of mysqldump that mean nothing for an empty schema. */
const SKIPPED = /^(lock|unlock)\s+tables\b/i;

/** `shop.customers`: it would lie outside the schema that the tests throw away. */
const QUALIFIED = /\b(table|view)\s+(if\s+(not\s+)?exists\s+)?(`[^`]+`|[\w$]+)\s*\.\s*(`|[\w$])/i;

const GLOBAL = /@@(global|persist)|\bset\s+password\b/i;

/** Version comments open with `/*!40101` or `/*M!100100`, and their closing end may stand alone. */
const VERSION_COMMENT = /^(\s|\/\*M?!\d*|\*\/)+/;

/** The line with which a dump of MariaDB begins; only its own client reads it. */
const SANDBOX_MODE = /\/\*M!999999\\-[^*]*\*\//g;

/** The statements of a schema file, or what may not stand in one. */
export function readSchemaStatements(
  file: string,
  text: string,
): { readonly statements: readonly SchemaStatement[]; readonly problems: readonly Problem[] } {
  const all = split(
    file,
    text.replace(SANDBOX_MODE, (found) => ' '.repeat(found.length)),
  );
  const told = all.map((statement) => ({ statement, words: statement.sql.replace(VERSION_COMMENT, '') }));
  const wanted = told.filter(({ words }) => words !== '' && !SKIPPED.test(words));
  return {
    statements: wanted.map(({ statement }) => statement),
    problems: wanted.flatMap(({ statement, words }) => refusal(statement, words)),
  };
}

function refusal({ file, line, column }: SchemaStatement, words: string): readonly Problem[] {
  const problem = (message: string, hint: string): readonly Problem[] => [
    { file, line, column, message, hint },
  ];
  if (!ALLOWED.test(words) || GLOBAL.test(words)) {
    const first = words.split(/\s+/).slice(0, 2).join(' ').toUpperCase().slice(0, 40);
    const hint =
      'Make the file with `mysqldump --no-data --skip-triggers DATABASE TABLES…`, or write CREATE TABLE.';
    return problem(`a file that makes tables may not hold ${first}`, hint);
  }
  if (!QUALIFIED.test(words)) return [];
  return problem(
    'a table is named with its database',
    'Leave the database out: tests have one of their own.',
  );
}

function split(file: string, text: string): readonly SchemaStatement[] {
  const statements: SchemaStatement[] = [];
  let sql = '';
  let start: number | undefined;
  const finish = (): void => {
    if (start !== undefined) statements.push({ sql: sql.trim(), file, ...placeOf(text, start) });
    sql = '';
    start = undefined;
  };
  for (const token of tokenizeSql(text)) {
    if (token.kind === 'comment') continue;
    const parts = token.kind === 'code' ? token.text.split(';') : [token.text];
    let offset = token.start;
    for (const [index, part] of parts.entries()) {
      if (index > 0) finish();
      if (start === undefined && part.trim() !== '') start = offset + part.search(/\S/);
      sql += part;
      offset += part.length + 1;
    }
  }
  finish();
  return statements;
}
