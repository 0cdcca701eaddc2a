import { isIdentifier, isSymbol, isWord, type Node, wordOf } from './sql-tree.ts';
import { RESERVED_WORDS } from './sql-words.ts';

/** One column of a SELECT. */
export interface SelectItem {
  readonly expression: readonly Node[];
  /** As written; undefined when the server makes it up, or it is not certain. */
  readonly name: string | undefined;
}

const OPERAND_WORDS = new Set(['null', 'true', 'false']);

export function selectItem(nodes: readonly Node[]): SelectItem {
  const last = nodes.at(-1);
  const before = nodes.at(-2);
  if (isWord(before, 'as')) return { expression: nodes.slice(0, -2), name: aliasText(last) };
  if (isBareAlias(nodes)) return { expression: nodes.slice(0, -1), name: aliasText(last) };
  return { expression: nodes, name: isColumn(nodes) ? aliasText(last) : undefined };
}

function aliasText(node: Node | undefined): string | undefined {
  if (isIdentifier(node)) return node.text;
  const text = node?.kind === 'text' ? node.text.slice(1, -1) : undefined;
  return text !== undefined && /^[\w ]+$/.test(text) ? text : undefined;
}

/** `total`, `o.total`. */
function isColumn(nodes: readonly Node[]): boolean {
  const [table, dot, column] = nodes;
  if (nodes.length === 1) return isName(table);
  return nodes.length === 3 && isIdentifier(table) && isSymbol(dot, '.') && isIdentifier(column);
}

function isName(node: Node | undefined): boolean {
  return node?.kind === 'name' || (node?.kind === 'word' && !RESERVED_WORDS.has(node.text.toLowerCase()));
}

/** An alias without AS: a name behind something complete. */
function isBareAlias(nodes: readonly Node[]): boolean {
  const before = nodes.at(-2);
  if (!isName(nodes.at(-1)) || isWord(nodes.at(-1), 'end') || before === undefined) return false;
  // `x + INTERVAL 1 DAY`: the unit is no alias.
  if (nodes.some((node) => isWord(node, 'interval'))) return false;
  if (before.kind === 'group') return before.open === '(';
  return ['name', 'number', 'variable'].includes(before.kind) || isName(before) || isOperandWord(before);
}

function isOperandWord(node: Node): boolean {
  return OPERAND_WORDS.has(wordOf(node) ?? '');
}
