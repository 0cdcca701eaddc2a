import { isIdentifier, isParentheses, isQuery, isSymbol, isWord, type Node, wordOf } from './sql-tree.ts';

/** Before these, parentheses can only group. */
const BEFORE_ANY = new Set('where on and or not when then else having'.split(' '));
const BEFORE_COMPARISON = new Set('where on and or having'.split(' '));
const AFTER_COMPARISON = new Set('and or'.split(' '));

/** What binds as loosely as AND and OR, or may read what follows as its own. */
const LOOSE_WORDS = new Set('and or xor not between case interval select with'.split(' '));
const LOOSE_SYMBOLS = new Set(['||', '&&', '!', ':=', ',']);

/**
 * An expression without the parentheses that certainly make no difference: those around all of it, around one
 * column or number, and around one comparison among ANDs and ORs.
 */
export function unwrapParentheses(nodes: readonly Node[]): readonly Node[] {
  const [only] = nodes;
  if (nodes.length === 1 && isParentheses(only) && isExpression(only.nodes)) {
    return unwrapParentheses(only.nodes);
  }
  const hasBetween = nodes.some((node) => isWord(node, 'between'));
  return nodes.flatMap((node, index) => {
    if (!isParentheses(node) || isQuery(node)) return [node];
    const inner = unwrapParentheses(node.nodes);
    const previous = nodes[index - 1];
    const isNeedless =
      (isOneValue(inner) && groupsAfter(previous)) ||
      (!hasBetween && isComparison(inner) && standsBetweenConditions(previous, nodes[index + 1]));
    return isNeedless
      ? inner.map((each, place) => (place === 0 ? { ...each, isGlued: false } : each))
      : [node];
  });
}

function isExpression(nodes: readonly Node[]): boolean {
  return (
    nodes.length > 0 && !isWord(nodes[0], 'select', 'with') && !nodes.some((node) => isSymbol(node, ','))
  );
}

/** `o.total`, `total`, `12`. Not a text: two of them in a row are one. */
function isOneValue(nodes: readonly Node[]): boolean {
  const [first, dot, column] = nodes;
  if (nodes.length === 1) return first?.kind === 'number' || isIdentifier(first);
  return nodes.length === 3 && isIdentifier(first) && isSymbol(dot, '.') && isIdentifier(column);
}

function groupsAfter(previous: Node | undefined): boolean {
  return previous === undefined || isOperator(previous) || BEFORE_ANY.has(wordOf(previous) ?? '');
}

function isOperator(node: Node): boolean {
  return node.kind === 'symbol' && /^[-+*/%<>=!]+$/.test(node.text);
}

function isComparison(nodes: readonly Node[]): boolean {
  return (
    nodes.length > 0 &&
    !nodes.some((node) => LOOSE_WORDS.has(wordOf(node) ?? '')) &&
    !nodes.some((node) => node.kind === 'symbol' && LOOSE_SYMBOLS.has(node.text))
  );
}

function standsBetweenConditions(previous: Node | undefined, next: Node | undefined): boolean {
  return (
    (previous === undefined || BEFORE_COMPARISON.has(wordOf(previous) ?? '')) &&
    (next === undefined || isScope(next) || AFTER_COMPARISON.has(wordOf(next) ?? ''))
  );
}

/** A scoped run puts an AND there. */
function isScope(node: Node): boolean {
  return node.kind === 'group' && !isParentheses(node);
}
