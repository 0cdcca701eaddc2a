import type { Lexeme } from './sql-lexemes.ts';

/** What stands in parentheses, or in a scope comment. */
export interface Group {
  readonly kind: 'group';
  readonly open: string;
  readonly isGlued: boolean;
  readonly nodes: readonly Node[];
}

export type Node = Lexeme | Group;

interface Parentheses extends Group {
  readonly open: '(';
}

interface QueryInParentheses extends Parentheses {
  readonly nodes: readonly [Node, ...Node[]];
}

interface Identifier extends Lexeme {
  readonly kind: 'word' | 'name';
}

/** Deeper queries are compared as they are written; no server takes many more. */
const NESTING_MAX = 200;

/** Lexemes nested as their parentheses say; undefined when these do not match, or lie too deep. */
export function treeOf(lexemes: readonly Lexeme[]): readonly Node[] | undefined {
  const levels: { readonly opening: Lexeme | undefined; readonly nodes: Node[] }[] = [
    { opening: undefined, nodes: [] },
  ];
  for (const lexeme of lexemes) {
    if (levels.length > NESTING_MAX) return undefined;
    if (lexeme.kind === 'open') levels.push({ opening: lexeme, nodes: [] });
    else if (lexeme.kind !== 'close') levels.at(-1)?.nodes.push(lexeme);
    else {
      const level = levels.pop();
      const opening = level?.opening;
      if (opening === undefined || (opening.text === '(') !== (lexeme.text === ')')) return undefined;
      const { text: open, isGlued } = opening;
      levels.at(-1)?.nodes.push({ kind: 'group', open, isGlued, nodes: level?.nodes ?? [] });
    }
  }
  return levels.length === 1 ? levels[0]?.nodes : undefined;
}

/** The word of a node in small letters; undefined when it is none. */
export function wordOf(node: Node | undefined): string | undefined {
  return node?.kind === 'word' ? node.text.toLowerCase() : undefined;
}

export function isWord(node: Node | undefined, ...words: readonly string[]): boolean {
  const word = wordOf(node);
  return word !== undefined && words.includes(word);
}

export function isSymbol(node: Node | undefined, text: string): boolean {
  return node?.kind === 'symbol' && node.text === text;
}

export function isParentheses(node: Node | undefined): node is Parentheses {
  return node?.kind === 'group' && node.open === '(';
}

/** Parentheses around a query. */
export function isQuery(node: Node | undefined): node is QueryInParentheses {
  return isParentheses(node) && isWord(node.nodes[0], 'select', 'with');
}

/** A name of a table, column or alias: a word or something in backticks. */
export function isIdentifier(node: Node | undefined): node is Identifier {
  return node?.kind === 'word' || node?.kind === 'name';
}

/** The parts between the nodes that separate. */
export function splitNodes(
  nodes: readonly Node[],
  isSeparator: (node: Node) => boolean,
): readonly (readonly Node[])[] {
  const parts: Node[][] = [[]];
  for (const node of nodes) {
    if (isSeparator(node)) parts.push([]);
    else parts.at(-1)?.push(node);
  }
  return parts;
}
