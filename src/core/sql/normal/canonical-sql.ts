import { createHash } from 'node:crypto';
import { canonicalText } from './canonical-text.ts';
import { UndecidableSql } from './query-names.ts';
import { blockPieces, QueryWriter, type WrittenQuery } from './query-writer.ts';
import { isSeparable } from './separable.ts';
import { type Lexeme, lexemesOf } from './sql-lexemes.ts';
import { type Node, treeOf } from './sql-tree.ts';
import { GRAMMAR_WORDS, RESERVED_WORDS } from './sql-words.ts';

/** A query as far as its meaning is understood. Equal texts mean the same; different ones may. */
export interface CanonicalSql {
  readonly whole: string;
  /** Only where each column stands for itself: everything but the columns, and the columns by their name. */
  readonly parts: { readonly base: string; readonly columns: ReadonlyMap<string, string> } | undefined;
}

/** What of a query, and of its surroundings, decides about some of its columns, as 12 hex digits. */
export function sqlFingerprint(
  sql: CanonicalSql,
  columns: readonly string[],
  surroundings: readonly string[],
): string {
  const { parts } = sql;
  const expressions = columns.map((column) => parts?.columns.get(column));
  const isKnown = parts !== undefined && expressions.every((each) => each !== undefined);
  const decisive = isKnown ? [surroundings, parts.base, expressions] : [surroundings, sql.whole, columns];
  return createHash('sha256').update(JSON.stringify(decisive)).digest('hex').slice(0, FINGERPRINT_LENGTH);
}

const FINGERPRINT_LENGTH = 12;

export function canonicalSql(sql: string): CanonicalSql {
  const lexemes = lexemesOf(sql);
  const tree = lexemes === undefined ? undefined : treeOf(lexemes);
  if (lexemes === undefined || tree === undefined) return { whole: `as written: ${sql}`, parts: undefined };
  return understood(tree) ?? { whole: `words: ${wordsOnly(lexemes)}`, parts: undefined };
}

function understood(tree: readonly Node[]): CanonicalSql | undefined {
  try {
    const writer = new QueryWriter();
    const query = writer.write(tree);
    const pieces = [...query.head, ...query.blocks.flatMap((block) => blockPieces(block, undefined))];
    return { whole: canonicalText(pieces, writer), parts: partsOf(query, writer) };
  } catch (error) {
    if (error instanceof UndecidableSql) return undefined;
    throw error;
  }
}

function partsOf({ head, blocks }: WrittenQuery, writer: QueryWriter): CanonicalSql['parts'] {
  const [block] = blocks;
  if (block === undefined || blocks.length > 1 || !isSeparable(block)) return undefined;
  const columns = block.items.map(({ name = '', pieces }) => [name, canonicalText(pieces, writer)] as const);
  const base = canonicalText([...head, ...block.head, '[columns]', ...block.tail], writer);
  return { base, columns: new Map(columns) };
}

/** Layout, comments and the case of reserved words are all that is left out. */
function wordsOnly(lexemes: readonly Lexeme[]): string {
  return lexemes
    .map((lexeme, index) => {
      const previous = lexemes[index - 1];
      const next = lexemes[index + 1];
      return gapBefore(lexeme, previous) + textOf(lexeme, isDot(previous) || isDot(next));
    })
    .join('');
}

function isDot(lexeme: Lexeme | undefined): boolean {
  return lexeme?.text === '.' && lexeme.kind === 'symbol';
}

/** Where it may matter whether there is a gap, it stays. */
function gapBefore(lexeme: Lexeme, previous: Lexeme | undefined): string {
  const isNeutral =
    lexeme.kind === 'close' ||
    (lexeme.kind === 'symbol' && !isDot(lexeme)) ||
    (previous?.kind === 'symbol' && !isDot(previous)) ||
    previous?.kind === 'open' ||
    previous?.kind === 'close' ||
    (lexeme.kind === 'open' && GRAMMAR_WORDS.has(previous?.text.toLowerCase() ?? ''));
  return isNeutral || !lexeme.isGlued ? ' ' : '';
}

function textOf({ kind, text }: Lexeme, isPartOfName: boolean): string {
  if (kind === 'name') return `\`${text.replaceAll('`', '``')}\``;
  const isReserved = kind === 'word' && !isPartOfName && RESERVED_WORDS.has(text.toLowerCase());
  return isReserved ? text.toLowerCase() : text;
}
