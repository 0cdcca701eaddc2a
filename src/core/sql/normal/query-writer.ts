import type { NameFacts, Piece } from './canonical-text.ts';
import { type FromPart, fromParts } from './from-clause.ts';
import { type CommonTable, type QueryParts, queryParts, type SelectBlock } from './query-blocks.ts';
import {
  addAlias,
  type CommonTables,
  findAlias,
  findCommonTable,
  type NamedQuery,
  type Scope,
  type TableSource,
  UndecidableSql,
} from './query-names.ts';
import { selectItem } from './select-item.ts';
import { type Group, isIdentifier, isQuery, isSymbol, isWord, type Node, wordOf } from './sql-tree.ts';
import { GRAMMAR_WORDS } from './sql-words.ts';
import { unwrapParentheses } from './unwrap-parentheses.ts';

/** A column of a query in its canonical form. */
export interface WrittenItem {
  readonly name: string | undefined;
  readonly pieces: readonly Piece[];
}

/** One SELECT in its canonical form. */
export interface WrittenBlock {
  /** Everything before its columns. */
  readonly head: readonly Piece[];
  readonly items: readonly WrittenItem[];
  /** Everything behind them. */
  readonly tail: readonly Piece[];
  readonly source: SelectBlock;
}

export interface WrittenQuery {
  /** The common table expressions. */
  readonly head: readonly Piece[];
  readonly blocks: readonly WrittenBlock[];
}

/**
 * Writes a query so that those of the same meaning look the same: aliases and names of common table expressions
 * become numbers, words small letters, needless parentheses go. `docs/adr/0043-definitions.md` says why each is safe.
 */
export class QueryWriter implements NameFacts {
  readonly words = new Set<string>();
  hasHiddenColumns = false;
  private readonly tableNames = new Set<string>();
  private readonly commonNames = new Set<string>();
  private idCount = 0;

  /** @throws UndecidableSql */
  write(nodes: readonly Node[]): WrittenQuery {
    const written = this.query(nodes, undefined, undefined, undefined);
    const isMixedUp = [...this.tableNames].some((name) => this.commonNames.has(name.toLowerCase()));
    if (isMixedUp) throw new UndecidableSql();
    return written;
  }

  private query(
    nodes: readonly Node[],
    outer: Scope | undefined,
    common: CommonTables | undefined,
    facts: NamedQuery | undefined,
  ): WrittenQuery {
    const parts = queryParts(nodes);
    const { head, common: known } = this.commonTables(parts, outer, common);
    const blocks = parts.blocks.map((block) => this.block(block, outer, known));
    if (facts !== undefined) {
      facts.columns = blocks[0]?.items.map(({ name }) => name?.toLowerCase()) ?? [];
      facts.isPlain &&= blocks.length === 1;
    }
    return { head, blocks };
  }

  private commonTables(
    { isRecursive, commonTables }: QueryParts,
    outer: Scope | undefined,
    before: CommonTables | undefined,
  ): { readonly head: readonly Piece[]; readonly common: CommonTables | undefined } {
    const head: Piece[] = [];
    let common = before;
    for (const [index, table] of commonTables.entries()) {
      const source = this.newCommonTable(table, isRecursive);
      const after: CommonTables = { name: table.name, source, earlier: common };
      const inside = this.nested(table.query, outer, isRecursive ? after : common, source.query);
      const list =
        table.columnList === undefined ? [] : this.expression([table.columnList], emptyScope(common));
      const opening = index > 0 ? [','] : isRecursive ? ['with', 'recursive'] : ['with'];
      head.push(...opening, source.id, ...list, 'as', ...inside);
      common = after;
    }
    return { head, common };
  }

  private newCommonTable({ name, columnList }: CommonTable, isRecursive: boolean): TableSource {
    const small = name.toLowerCase();
    if (this.commonNames.has(small)) throw new UndecidableSql();
    this.commonNames.add(small);
    return this.newSource({ columns: [], isPlain: columnList === undefined && !isRecursive });
  }

  private newSource(query: NamedQuery | undefined): TableSource {
    this.idCount += 1;
    return { id: `[t${this.idCount}]`, query };
  }

  private block(
    source: SelectBlock,
    outer: Scope | undefined,
    common: CommonTables | undefined,
  ): WrittenBlock {
    const scope: Scope = { aliases: new Map(), outer, common };
    const from = source.from === undefined ? [] : ['from', ...this.from(fromParts(source.from), scope)];
    const clauses = source.clauses.flatMap(({ word, nodes }) => [
      word,
      ...this.expression(word === 'where' || word === 'having' ? unwrapParentheses(nodes) : nodes, scope),
    ]);
    const modifiers = source.modifiers.map((node) =>
      node.kind === 'hint' ? node.text : (wordOf(node) ?? ''),
    );
    const idCount = this.idCount;
    const items = source.items.map((nodes) => {
      // Each column counts on from the same number, so that a new one leaves the others as they are.
      this.idCount = idCount;
      return this.item(nodes, scope);
    });
    return { head: [...source.setWords, 'select', ...modifiers], items, tail: [...from, ...clauses], source };
  }

  private item(nodes: readonly Node[], scope: Scope): WrittenItem {
    if (nodes.length === 0) throw new UndecidableSql();
    const { expression, name } = selectItem(nodes);
    if (isSymbol(expression.at(-1), '*')) this.hasHiddenColumns = true;
    return { name, pieces: this.expression(unwrapParentheses(expression), scope) };
  }

  /** First all tables, for a condition may name any of them. */
  private from(parts: readonly FromPart[], scope: Scope): readonly Piece[] {
    const tables = parts.map((part) => this.fromTable(part, scope));
    return parts.flatMap((part, index) =>
      part.kind === 'expression'
        ? this.expression(unwrapParentheses(part.nodes), scope)
        : (tables[index] ?? []),
    );
  }

  private fromTable(part: FromPart, scope: Scope): readonly Piece[] {
    switch (part.kind) {
      case 'words':
        if (part.text === 'natural') this.hasHiddenColumns = true;
        return [part.text];
      case 'table':
        return this.table(part.names, part.alias, scope);
      case 'query':
        return this.derivedTable(part, scope);
      case 'expression':
        return [];
    }
  }

  private table(names: readonly string[], alias: string, scope: Scope): readonly Piece[] {
    const [name = ''] = names;
    const common = names.length === 1 ? findCommonTable(scope.common, name) : undefined;
    if (common === undefined && names.length === 1) this.tableNames.add(name);
    const source = this.newSource(common?.query);
    addAlias(scope, alias, source);
    return [common?.id ?? names.map((each) => `\`${each}\``).join('.'), source.id];
  }

  private derivedTable(
    { group, alias, isLateral }: Extract<FromPart, { readonly kind: 'query' }>,
    scope: Scope,
  ): readonly Piece[] {
    const query: NamedQuery = { columns: [], isPlain: true };
    const inside = this.nested(group, isLateral ? scope : scope.outer, scope.common, query);
    const source = this.newSource(query);
    addAlias(scope, alias, source);
    return [...(isLateral ? ['lateral'] : []), ...inside, source.id];
  }

  /** A query in parentheses; `facts` when others name its columns. */
  private nested(
    group: Group,
    outer: Scope | undefined,
    common: CommonTables | undefined,
    facts: NamedQuery | undefined,
  ): readonly Piece[] {
    const { head, blocks } = this.query(group.nodes, outer, common, facts);
    return ['(', ...head, ...blocks.flatMap((block) => blockPieces(block, facts)), ')'];
  }

  private expression(nodes: readonly Node[], scope: Scope): readonly Piece[] {
    const pieces: Piece[] = [];
    for (let index = 0; index < nodes.length; ) {
      const chain = isIdentifier(nodes[index]) ? chainAt(nodes, index) : 1;
      pieces.push(
        ...this.term(nodes.slice(index, index + chain), nodes[index + chain], nodes[index - 1], scope),
      );
      index += chain;
    }
    return pieces;
  }

  private term(
    chain: readonly Node[],
    next: Node | undefined,
    previous: Node | undefined,
    scope: Scope,
  ): readonly Piece[] {
    const [node] = chain;
    if (node === undefined || isSymbol(node, '.')) throw new UndecidableSql();
    if (node.kind === 'group') return this.group(node, previous, scope);
    if (chain.length > 1) return [this.column(chain, next, scope)];
    if (node.kind === 'word' || node.kind === 'name') return [this.word(node.text, node.kind)];
    // A word before a text may be a part of it: x'4D' is not the same as x '4D'.
    if (node.kind === 'text' && node.isGlued && previous?.kind === 'word') return ['[glued]', node.text];
    return [node.text];
  }

  private word(text: string, kind: 'word' | 'name'): Piece {
    const small = text.toLowerCase();
    this.words.add(small);
    return kind === 'word' ? small : `\`${small}\``;
  }

  private column(chain: readonly Node[], next: Node | undefined, scope: Scope): Piece {
    const names = chain
      .filter((_, index) => index % 2 === 0)
      .map((node) => (node as { readonly text: string }).text);
    const [table = '', column = ''] = names;
    if (names.length !== 2 || (next?.kind === 'group' && next.isGlued)) throw new UndecidableSql();
    if (column === '*') this.hasHiddenColumns = true;
    const { id, query } = findAlias(scope, table);
    const small = column.toLowerCase();
    return query === undefined ? `${id}.${small}` : { query, column: small, prefix: `${id}.` };
  }

  private group(group: Group, previous: Node | undefined, scope: Scope): readonly Piece[] {
    const word = wordOf(previous);
    const isCall = group.isGlued && word !== undefined && !GRAMMAR_WORDS.has(word);
    const open = isCall ? ['[call]', group.open] : [group.open];
    if (isQuery(group)) return [...open, ...this.nested(group, scope, scope.common, undefined).slice(1)];
    const isGrouping = group.open === '(' && !isWord(previous, 'over', 'in', 'using', 'index', 'key', 'by');
    const nodes = isGrouping ? unwrapParentheses(group.nodes) : group.nodes;
    return [...open, ...this.expression(nodes, scope), group.open === '(' ? ')' : '*/'];
  }
}

/** A block as it stands in its place; `facts` when others name its columns. */
export function blockPieces(block: WrittenBlock, facts: NamedQuery | undefined): readonly Piece[] {
  const items = block.items.flatMap(({ name, pieces }, index) => [
    ...(index === 0 ? [] : [',']),
    ...pieces,
    ...(name === undefined ? [] : ['as', outputName(name, facts)]),
  ]);
  return [...block.head, ...items, ...block.tail];
}

function outputName(name: string, facts: NamedQuery | undefined): Piece {
  return facts === undefined ? `\`${name}\`` : { query: facts, column: name.toLowerCase(), prefix: '' };
}

function emptyScope(common: CommonTables | undefined): Scope {
  return { aliases: new Map(), outer: undefined, common };
}

/** Nodes of `a`, `a.b`, `a.b.c`, `a.*` from here on. */
function chainAt(nodes: readonly Node[], start: number): number {
  let end = start + 1;
  while (isSymbol(nodes[end], '.')) {
    const [dot, name] = [nodes[end], nodes[end + 1]];
    const isName = isIdentifier(name) || isSymbol(name, '*');
    if (!isName || dot?.kind === 'group' || !dot?.isGlued || !name?.isGlued) throw new UndecidableSql();
    end += 2;
  }
  return end - start;
}
