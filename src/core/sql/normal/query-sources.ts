import { fromParts } from './from-clause.ts';
import { type QueryParts, queryParts, type SelectBlock } from './query-blocks.ts';
import { UndecidableSql } from './query-names.ts';
import { selectItem } from './select-item.ts';
import { lexemesOf } from './sql-lexemes.ts';
import { isQuery, type Node, treeOf } from './sql-tree.ts';

/** Where a query takes what it returns from, as far as its text tells. */
export interface QuerySources {
  /** Names of tables and views, in the order in which they are first named. */
  readonly tables: readonly string[];
  /** Columns of the query by name, with the expression that the outermost SELECT has for each. */
  readonly columns: ReadonlyMap<string, string>;
}

const UNKNOWN: QuerySources = { tables: [], columns: new Map() };

/** For people to read; nothing is decided by it. */
export function querySources(sql: string): QuerySources {
  const lexemes = lexemesOf(sql);
  const tree = lexemes === undefined ? undefined : treeOf(lexemes);
  if (tree === undefined) return UNKNOWN;
  try {
    const query = queryParts(tree);
    return { tables: [...new Set(tablesOf(query, new Set()))], columns: columnsOf(query) };
  } catch (error) {
    if (error instanceof UndecidableSql) return UNKNOWN;
    throw error;
  }
}

/** Of a query with several SELECTs no column has one expression. */
function columnsOf({ blocks }: QueryParts): QuerySources['columns'] {
  const [block] = blocks;
  if (block === undefined || blocks.length > 1) return UNKNOWN.columns;
  return new Map(
    block.items.flatMap((nodes): readonly (readonly [string, string])[] => {
      const { name, expression } = selectItem(nodes);
      return name === undefined ? [] : [[name, textOf(expression)]];
    }),
  );
}

function tablesOf({ commonTables, blocks }: QueryParts, outer: ReadonlySet<string>): readonly string[] {
  const known = new Set([...outer, ...commonTables.map(({ name }) => name.toLowerCase())]);
  return [
    ...commonTables.flatMap(({ query }) => tablesOf(queryParts(query.nodes), known)),
    ...blocks.flatMap((block) => tablesOfBlock(block, known)),
  ];
}

function tablesOfBlock({ items, from, clauses }: SelectBlock, known: ReadonlySet<string>): readonly string[] {
  const named = from === undefined ? [] : fromParts(from);
  const tables = named.flatMap((part) => {
    if (part.kind === 'query') return tablesOf(queryParts(part.group.nodes), known);
    if (part.kind === 'expression') return tablesWithin(part.nodes, known);
    const name = part.kind === 'table' ? part.names.at(-1) : undefined;
    return name === undefined || known.has(name.toLowerCase()) ? [] : [name];
  });
  return [...tables, ...tablesWithin([...items.flat(), ...clauses.flatMap(({ nodes }) => nodes)], known)];
}

/** Of queries in parentheses. */
function tablesWithin(nodes: readonly Node[], known: ReadonlySet<string>): readonly string[] {
  return nodes.flatMap((node) => {
    if (isQuery(node)) return tablesOf(queryParts(node.nodes), known);
    return node.kind === 'group' ? tablesWithin(node.nodes, known) : [];
  });
}

/** As written, but for line breaks and comments. */
function textOf(nodes: readonly Node[]): string {
  return nodes.reduce((text, node) => {
    const own = node.kind === 'group' ? `(${textOf(node.nodes)})` : node.text;
    return text === '' || node.isGlued ? text + own : `${text} ${own}`;
  }, '');
}
