import { UndecidableSql } from './query-names.ts';
import {
  type Group,
  isIdentifier,
  isParentheses,
  isQuery,
  isSymbol,
  isWord,
  type Node,
  splitNodes,
  wordOf,
} from './sql-tree.ts';
import { CLAUSE_WORDS, SELECT_MODIFIERS } from './sql-words.ts';

/** One common table expression. */
export interface CommonTable {
  readonly name: string;
  /** The list of names behind it, which is rare. */
  readonly columnList: Group | undefined;
  readonly query: Group;
}

/** A query before anything is known of its names. */
export interface QueryParts {
  readonly isRecursive: boolean;
  readonly commonTables: readonly CommonTable[];
  readonly blocks: readonly SelectBlock[];
}

/** One SELECT. */
export interface SelectBlock {
  /** What joins it to the one before: `union all`; empty for the first. */
  readonly setWords: readonly string[];
  /** DISTINCT and the like, and optimizer hints. */
  readonly modifiers: readonly Node[];
  readonly items: readonly (readonly Node[])[];
  /** Undefined without FROM. */
  readonly from: readonly Node[] | undefined;
  /** Everything behind FROM: each clause with the word that it begins with. */
  readonly clauses: readonly Clause[];
}

interface Clause {
  readonly word: string;
  readonly nodes: readonly Node[];
}

const SET_WORDS = ['union', 'except', 'intersect', 'minus'];

/** @throws UndecidableSql when it is not a query of a known form. */
export function queryParts(nodes: readonly Node[]): QueryParts {
  if (!isWord(nodes[0], 'with')) return { isRecursive: false, commonTables: [], blocks: blocksOf(nodes) };
  const isRecursive = isWord(nodes[1], 'recursive');
  const { commonTables, rest } = takeCommonTables(nodes.slice(isRecursive ? 2 : 1));
  return { isRecursive, commonTables, blocks: blocksOf(rest) };
}

function takeCommonTables(nodes: readonly Node[]): {
  readonly commonTables: readonly CommonTable[];
  readonly rest: readonly Node[];
} {
  const [name, second] = nodes;
  const columnList = isParentheses(second) ? second : undefined;
  const [as, query, comma, ...more] = nodes.slice(columnList === undefined ? 1 : 2);
  if (!isIdentifier(name) || !isWord(as, 'as') || !isQuery(query)) throw new UndecidableSql();
  const table = { name: name.text, columnList, query };
  if (!isSymbol(comma, ','))
    return { commonTables: [table], rest: comma === undefined ? [] : [comma, ...more] };
  const others = takeCommonTables(more);
  return { commonTables: [table, ...others.commonTables], rest: others.rest };
}

function blocksOf(nodes: readonly Node[]): readonly SelectBlock[] {
  const blocks: SelectBlock[] = [];
  let setWords: readonly string[] = [];
  let rest = nodes;
  while (rest.length > 0) {
    const end = rest.findIndex((node) => isWord(node, ...SET_WORDS));
    blocks.push(blockOf(setWords, end < 0 ? rest : rest.slice(0, end)));
    const joiner = end < 0 ? [] : rest.slice(end);
    const length = isWord(joiner[1], 'all', 'distinct') ? 2 : 1;
    setWords = joiner.slice(0, length).map((node) => wordOf(node) ?? '');
    rest = joiner.slice(length);
    if (end >= 0 && rest.length === 0) throw new UndecidableSql();
  }
  if (blocks.length === 0) throw new UndecidableSql();
  return blocks;
}

function blockOf(setWords: readonly string[], nodes: readonly Node[]): SelectBlock {
  if (!isWord(nodes[0], 'select')) throw new UndecidableSql();
  const afterSelect = nodes.slice(1);
  const isModifier = (node: Node): boolean =>
    node.kind === 'hint' || SELECT_MODIFIERS.has(wordOf(node) ?? '');
  const first = afterSelect.findIndex((node) => !isModifier(node));
  if (first < 0) throw new UndecidableSql();
  const body = afterSelect.slice(first);
  const from = body.findIndex((node) => isWord(node, 'from'));
  const clause = body.findIndex(isClauseWord);
  const isFromFirst = from >= 0 && (clause < 0 || from < clause);
  const itemsEnd = isFromFirst ? from : clause < 0 ? body.length : clause;
  return {
    setWords,
    modifiers: afterSelect.slice(0, first),
    items: splitNodes(body.slice(0, itemsEnd), (node) => isSymbol(node, ',')),
    from: isFromFirst ? body.slice(from + 1, clause < 0 ? body.length : clause) : undefined,
    clauses: clausesOf(clause < 0 ? [] : body.slice(clause)),
  };
}

function isClauseWord(node: Node): boolean {
  return CLAUSE_WORDS.has(wordOf(node) ?? '');
}

function clausesOf(nodes: readonly Node[]): readonly Clause[] {
  const starts = nodes.flatMap((node, index) => (isClauseWord(node) ? [index] : []));
  return starts.map((start, index) => ({
    word: wordOf(nodes[start]) ?? '',
    nodes: nodes.slice(start + 1, starts[index + 1]),
  }));
}
