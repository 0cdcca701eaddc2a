import type { Model } from '../contract/contract.ts';
import type { Problem } from '../contract/problem.ts';
import { PARAMETER_NAMES, parametersOf } from './parameters.ts';
import { type SqlToken, tokenizeSql } from './sql-tokens.ts';
import { placeOf } from './text-place.ts';

const FIRST_WORDS = ['select', 'with', 'table', 'values'];

/** What a query must not contain, because Millrace only reads. */
const FORBIDDEN: readonly { readonly pattern: RegExp; readonly message: string }[] = [
  { pattern: /\binto\s+(outfile|dumpfile|@)/i, message: 'the query writes (INTO …)' },
  { pattern: /\bfor\s+(update|share)\b/i, message: 'the query locks rows (FOR UPDATE, FOR SHARE)' },
  { pattern: /\block\s+in\s+share\s+mode\b/i, message: 'the query locks rows (LOCK IN SHARE MODE)' },
  {
    pattern: /\b(get_lock|release_lock|sleep|benchmark)\s*\(/i,
    message: 'the query calls a function that has effects',
  },
];

/** Checks that a query is one SELECT; of a model (with its kind), its parameters too. The server is asked to make sure. */
export function checkSelectOnly(
  file: string,
  sql: string,
  kind: Model['kind'] | undefined,
): readonly Problem[] {
  const tokens = tokenizeSql(sql);
  const code = tokens.filter((token) => token.kind === 'code');
  const problemAt = (offset: number, message: string, hint: string): Problem => ({
    file,
    ...placeOf(sql, offset),
    message,
    hint,
  });
  const first = firstWord(code);
  if (first === undefined) return [problemAt(0, 'the query is empty', 'Write one SELECT statement.')];
  return [
    ...(FIRST_WORDS.includes(first.word)
      ? []
      : [
          problemAt(
            first.offset,
            `a query begins with SELECT or WITH, not ${first.word.toUpperCase()}`,
            ONLY_READS,
          ),
        ]),
    ...forbidden(code, problemAt),
    ...secondStatement(code, problemAt),
    ...(kind === undefined ? [] : parameterProblems(sql, kind, problemAt)),
  ];
}

const ONLY_READS = 'Millrace only reads: write one SELECT.';

type ProblemAt = (offset: number, message: string, hint: string) => Problem;

function firstWord(
  code: readonly SqlToken[],
): { readonly word: string; readonly offset: number } | undefined {
  for (const token of code) {
    const match = /[^\s(;]+/.exec(token.text);
    if (match !== null) return { word: match[0].toLowerCase(), offset: token.start + match.index };
  }
  return undefined;
}

function forbidden(code: readonly SqlToken[], problemAt: ProblemAt): readonly Problem[] {
  return code.flatMap((token) =>
    FORBIDDEN.flatMap(({ pattern, message }) => {
      const match = pattern.exec(token.text);
      return match === null ? [] : [problemAt(token.start + match.index, message, ONLY_READS)];
    }),
  );
}

/** Text after a semicolon. MySQL would refuse it too, but without saying where. */
function secondStatement(code: readonly SqlToken[], problemAt: ProblemAt): readonly Problem[] {
  const semicolon = code.find((token) => token.text.includes(';'));
  if (semicolon === undefined) return [];
  const offset = semicolon.start + semicolon.text.indexOf(';');
  const rest = code.map((token) => token.text.slice(Math.max(0, offset + 1 - token.start))).join('');
  if (rest.trim() === '') return [];
  return [
    problemAt(offset, 'there is text after the first statement', 'A model is one SELECT; remove the rest.'),
  ];
}

/** Kinds whose query always returns everything. */
const COMPARED_WHOLE: Readonly<Partial<Record<Model['kind'], string>>> = {
  people: 'People',
  identities: 'Identities',
};

function parameterProblems(sql: string, kind: Model['kind'], problemAt: ProblemAt): readonly Problem[] {
  return parametersOf(sql).flatMap(({ name, offset }) => {
    if (!PARAMETER_NAMES.some((known) => known === name)) {
      const hint = `Known are ${PARAMETER_NAMES.map((known) => `:${known}`).join(', ')}.`;
      return [problemAt(offset, `unknown parameter \`:${name}\``, hint)];
    }
    const whole = COMPARED_WHOLE[kind];
    if (whole === undefined || name.startsWith('now')) return [];
    const hint = `${whole} are always compared whole; only :now and :now_utc may be used here.`;
    return [problemAt(offset, `\`:${name}\` has no meaning in a model of kind ${kind}`, hint)];
  });
}
