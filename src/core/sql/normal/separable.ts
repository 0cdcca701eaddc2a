import type { WrittenBlock } from './query-writer.ts';
import { isIdentifier, isParentheses, isSymbol, isWord, type Node, splitNodes, wordOf } from './sql-tree.ts';
import { GRAMMAR_WORDS, ROW_FUNCTIONS } from './sql-words.ts';

/** Clauses that leave a row's columns to themselves. ORDER BY only without LIMIT: then it decides nothing. */
const HARMLESS_CLAUSES = new Set(['where', 'group', 'window', 'order']);

/**
 * True when no column of the SELECT can change what the others are: then one may come, go or change, and the
 * definition of the rest stays. Whatever is not known to be so counts as not so.
 */
export function isSeparable({ items, source }: WrittenBlock): boolean {
  const names = items.map(({ name }) => name);
  const group = source.clauses.find(({ word }) => word === 'group');
  return (
    !names.includes(undefined) &&
    new Set(names).size === names.length &&
    source.modifiers.length === 0 &&
    source.clauses.every(({ word }) => HARMLESS_CLAUSES.has(word)) &&
    !hasAssignment([
      ...source.items.flat(),
      ...(source.from ?? []),
      ...source.clauses.flatMap(({ nodes }) => nodes),
    ]) &&
    (group === undefined ? !source.items.some(mayAggregate) : groupsByTables(group.nodes))
  );
}

/** `@x := …`: the order of evaluation decides. */
function hasAssignment(nodes: readonly Node[]): boolean {
  return nodes.some((node) => (node.kind === 'group' ? hasAssignment(node.nodes) : isSymbol(node, ':=')));
}

/** Without GROUP BY a single aggregate makes one row of all. */
function mayAggregate(nodes: readonly Node[]): boolean {
  return nodes.some((node, index) => {
    if (node.kind !== 'group') return false;
    const word = wordOf(nodes[index - 1]);
    const isCall =
      word !== undefined && isParentheses(node) && !ROW_FUNCTIONS.has(word) && !GRAMMAR_WORDS.has(word);
    return (isCall && !isWord(nodes[index + 1], 'over')) || mayAggregate(node.nodes);
  });
}

/** `GROUP BY o.id`: neither a number nor a bare name, which could mean a column of the SELECT. */
function groupsByTables(nodes: readonly Node[]): boolean {
  return splitNodes(isWord(nodes[0], 'by') ? nodes.slice(1) : nodes, (node) => isSymbol(node, ',')).every(
    ([table, dot, column, ...rest]) =>
      isIdentifier(table) && isSymbol(dot, '.') && isIdentifier(column) && rest.length === 0,
  );
}
