import { UndecidableSql } from './query-names.ts';
import {
  type Group,
  isIdentifier,
  isParentheses,
  isQuery,
  isSymbol,
  isWord,
  type Node,
  wordOf,
} from './sql-tree.ts';
import { RESERVED_WORDS } from './sql-words.ts';

/** What a FROM clause is made of, in the order of its text. */
export type FromPart =
  | { readonly kind: 'words'; readonly text: string }
  /** A table, or a common table expression; the last name is the table's. */
  | { readonly kind: 'table'; readonly names: readonly string[]; readonly alias: string }
  | { readonly kind: 'query'; readonly group: Group; readonly alias: string; readonly isLateral: boolean }
  /** A condition, or the names of USING: it sees all tables of the clause. */
  | { readonly kind: 'expression'; readonly nodes: readonly Node[] };

const JOIN_WORDS = ['join', 'inner', 'cross', 'natural', 'straight_join', 'left', 'right'];

/** @throws UndecidableSql when there is anything that is not certain. */
export function fromParts(nodes: readonly Node[]): readonly FromPart[] {
  if (nodes.length === 0) throw new UndecidableSql();
  const parts: FromPart[] = [];
  let rest = nodes;
  for (let isFirst = true; rest.length > 0; isFirst = false) {
    const joined = isFirst ? { parts: [], rest } : joinWords(rest);
    const table = tableFactor(joined.rest);
    const condition = conditions(table.rest);
    parts.push(...joined.parts, ...table.parts, ...condition.parts);
    rest = condition.rest;
  }
  return parts;
}

interface Taken {
  readonly parts: readonly FromPart[];
  readonly rest: readonly Node[];
}

const words = (text: string): FromPart => ({ kind: 'words', text });

/** `,`, `JOIN`, `LEFT OUTER JOIN` … */
function joinWords(nodes: readonly Node[]): Taken {
  if (isSymbol(nodes[0], ',')) return { parts: [words(',')], rest: nodes.slice(1) };
  const end = nodes.findIndex((node) => isWord(node, 'join', 'straight_join'));
  const before = nodes.slice(0, end + 1);
  if (end < 0 || !before.every((node) => isWord(node, 'outer', ...JOIN_WORDS))) throw new UndecidableSql();
  return { parts: before.map((node) => words(wordOf(node) ?? '')), rest: nodes.slice(end + 1) };
}

function tableFactor(nodes: readonly Node[]): Taken {
  const [first, second] = nodes;
  if (isQuery(first)) return derivedTable(first, nodes.slice(1), false);
  if (isWord(first, 'lateral') && isQuery(second)) return derivedTable(second, nodes.slice(2), true);
  if (isParentheses(first)) {
    const inner = fromParts(first.nodes);
    return { parts: [words('('), ...inner, words(')')], rest: nodes.slice(1) };
  }
  return namedTable(nodes);
}

function derivedTable(group: Group, nodes: readonly Node[], isLateral: boolean): Taken {
  const { alias, rest } = takeAlias(nodes);
  if (alias === undefined || isParentheses(rest[0])) throw new UndecidableSql();
  return { parts: [{ kind: 'query', group, alias, isLateral }], rest };
}

function namedTable(nodes: readonly Node[]): Taken {
  const isQualified = isSymbol(nodes[1], '.');
  const names = isQualified ? [nodes[0], nodes[2]] : [nodes[0]];
  const texts = names.map((node) => {
    if (!isTableName(node, isQualified)) throw new UndecidableSql();
    return (node as { readonly text: string }).text;
  });
  const { alias, rest } = takeAlias(nodes.slice(isQualified ? 3 : 1));
  const hints = indexHints(rest);
  const name = texts.at(-1) ?? '';
  return {
    parts: [{ kind: 'table', names: texts, alias: alias ?? name }, ...hints.parts],
    rest: hints.rest,
  };
}

function isTableName(node: Node | undefined, isQualified: boolean): boolean {
  if (!isIdentifier(node)) return false;
  return (
    isQualified ||
    node.kind === 'name' ||
    !RESERVED_WORDS.has(node.text.toLowerCase()) ||
    isWord(node, 'dual')
  );
}

function takeAlias(nodes: readonly Node[]): {
  readonly alias: string | undefined;
  readonly rest: readonly Node[];
} {
  const hasAs = isWord(nodes[0], 'as');
  const node = nodes[hasAs ? 1 : 0];
  const isName = isIdentifier(node) && (node.kind === 'name' || !RESERVED_WORDS.has(node.text.toLowerCase()));
  if (!isName || isWord(node, 'full', 'lateral')) {
    if (hasAs) throw new UndecidableSql();
    return { alias: undefined, rest: nodes };
  }
  return { alias: node.text, rest: nodes.slice(hasAs ? 2 : 1) };
}

/** `USE INDEX FOR JOIN (a, b)`: they change no result, but they are no layout either. */
function indexHints(nodes: readonly Node[]): Taken {
  if (!isWord(nodes[0], 'use', 'force', 'ignore')) return { parts: [], rest: nodes };
  const end = nodes.findIndex(isParentheses);
  const hint = nodes.slice(0, end);
  const [group] = nodes.slice(end, end + 1);
  if (end < 0 || !isParentheses(group) || !hint.every((node) => node.kind === 'word'))
    throw new UndecidableSql();
  const parts: FromPart[] = [
    ...hint.map((node) => words(wordOf(node) ?? '')),
    { kind: 'expression', nodes: [group] },
  ];
  const more = indexHints(nodes.slice(end + 1));
  return { parts: [...parts, ...more.parts], rest: more.rest };
}

/** All `ON …` and `USING (…)` up to the next table. */
function conditions(nodes: readonly Node[]): Taken {
  const [first, second] = nodes;
  if (isWord(first, 'using') && isParentheses(second)) {
    const more = conditions(nodes.slice(2));
    return {
      parts: [words('using'), { kind: 'expression', nodes: [second] }, ...more.parts],
      rest: more.rest,
    };
  }
  if (!isWord(first, 'on')) return { parts: [], rest: nodes };
  const end = nodes.findIndex((node, index) => index > 0 && endsCondition(node, nodes[index + 1]));
  const stop = end < 0 ? nodes.length : end;
  const more = conditions(nodes.slice(stop));
  const condition: FromPart = { kind: 'expression', nodes: nodes.slice(1, stop) };
  return { parts: [words('on'), condition, ...more.parts], rest: more.rest };
}

function endsCondition(node: Node, next: Node | undefined): boolean {
  // LEFT(x, 1) and RIGHT(x, 1) are functions.
  const isFunction = isWord(node, 'left', 'right') && isParentheses(next);
  return isSymbol(node, ',') || (isWord(node, 'on', 'using', ...JOIN_WORDS) && !isFunction);
}
