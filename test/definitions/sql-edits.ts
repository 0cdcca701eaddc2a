import fc from 'fast-check';

/** SQL in pieces, read by other rules than the product's: comments, texts, names, words, numbers, everything else. */
const PIECE = /--[^\n]*\n?|#[^\n]*\n?|\/\*[\s\S]*?\*\/|'(?:[^'\\]|\\.|'')*'|`[^`]*`|\s+|[\w$]+|[^\s\w]/g;

const KEYWORD =
  /^(?:select|from|where|and|or|not|in|is|null|as|on|join|left|inner|with|group|by|order|desc|asc|case|when|then|else|end|union|all|over|partition|having|exists|between|like|limit|interval|coalesce|min|max|sum|count|round|lower|trim|row_number)$/i;

const isGap = (piece: string) => /^(?:\s|--|#|\/\*)/.test(piece);
const isScope = (piece: string) => /^\/\*\s*scope/.test(piece);
const isText = (piece: string) => piece.startsWith("'");

export function pieces(sql: string): readonly string[] {
  return sql.match(PIECE) ?? [];
}

const GAPS = [' ', '\n', '\t', '  \n ', ' /* x */ ', ' -- x\n', " # it's\n", '/**/ '];

/** An edit that changes layout, comments, the case of keywords, and names of aliases. */
export const harmlessEdit: fc.Arbitrary<(sql: string) => string> = fc
  .record({
    gaps: fc.infiniteStream(fc.constantFrom(...GAPS)),
    cases: fc.infiniteStream(fc.boolean()),
    renames: fc.boolean(),
  })
  .map(({ gaps, cases, renames }) => (sql) => {
    const written = pieces(renames ? withOtherAliases(sql) : sql).map((piece) => {
      if (isGap(piece) && !isScope(piece)) return String(gaps.next().value);
      if (!KEYWORD.test(piece)) return piece;
      return cases.next().value === true ? piece.toUpperCase() : piece.toLowerCase();
    });
    return written.join('');
  });

/** Every alias of a table, everywhere in the query. */
function withOtherAliases(sql: string): string {
  const aliases = [...sql.matchAll(/(?:\b(?:FROM|JOIN)\s+[\w`]+|\))\s+(?:AS\s+)?([a-z]\w{0,2})\b(?!\s*\()/g)]
    .map(([, alias]) => alias ?? '')
    .filter((alias) => alias !== '' && !KEYWORD.test(alias) && new RegExp(`\\b${alias}\\.`).test(sql));
  return [...new Set(aliases)].reduce((text, alias) => {
    const list = pieces(text);
    return list
      .map((piece, index) => (piece === alias && namesAlias(list, index) ? `${alias}_z` : piece))
      .join('');
  }, sql);
}

/** `a.x`, `t a`, `) a`, `AS a`; not the column in `x.a`, nor a column's alias behind an expression in a list. */
function namesAlias(list: readonly string[], index: number): boolean {
  if (list[index + 1] === '.') return true;
  const before = list.slice(0, index).filter((piece) => !isGap(piece));
  const isDerived =
    before.at(-1) === ')' && /^(?:on|where|join|left|group|order|$)/i.test(nextWord(list, index));
  const isTable = /^(?:from|join)$/i.test(before.at(-2) ?? '');
  return isTable || isDerived;
}

function nextWord(list: readonly string[], index: number): string {
  return list.slice(index + 1).find((piece) => !isGap(piece)) ?? '';
}

/** One piece replaced, left out, doubled, or exchanged with the next. */
export const randomEdit: fc.Arbitrary<(sql: string) => string> = fc
  .record({
    place: fc.nat(),
    act: fc.constantFrom('replace', 'omit', 'double', 'swap'),
    word: fc.constantFrom('0', 'email', 'OR', 'MAX', '=', '(', 'x'),
  })
  .map(({ place, act, word }) => (sql) => {
    const list = [...pieces(sql)];
    const places = list.flatMap((piece, index) => (isGap(piece) ? [] : [index]));
    const at = places[place % places.length] ?? 0;
    const piece = list[at] ?? '';
    const next = places[(place % places.length) + 1] ?? at;
    if (act === 'swap') [list[at], list[next]] = [list[next] ?? '', piece];
    else if (act === 'replace')
      list[at] = isText(piece) ? `'${word}'` : /^\d+$/.test(piece) ? `${piece}1` : word;
    else list[at] = act === 'omit' ? ' ' : `${piece} ${piece}`;
    return list.join('');
  });
