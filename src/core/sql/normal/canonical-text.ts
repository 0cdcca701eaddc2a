import type { NamedQuery } from './query-names.ts';

/** A column of a query inside the query: where it gets its name, and where it is named. */
interface InnerColumn {
  readonly query: NamedQuery;
  readonly column: string;
  /** What stands before it. */
  readonly prefix: string;
}

export type Piece = string | InnerColumn;

/** What the whole query says about names, for deciding which may be replaced. */
export interface NameFacts {
  /** Every word that stands without an alias before it: it may name a column of any table. */
  readonly words: ReadonlySet<string>;
  /** `*` or NATURAL: columns are used without being named. */
  readonly hasHiddenColumns: boolean;
}

/** Pieces as text. Names of inner columns become numbers where nothing else can mean the same name. */
export function canonicalText(pieces: readonly Piece[], facts: NameFacts): string {
  return pieces.map((piece) => (typeof piece === 'string' ? piece : innerColumn(piece, facts))).join(' ');
}

function innerColumn({ query, column, prefix }: InnerColumn, facts: NameFacts): string {
  const places = query.columns.flatMap((name, index) => (name === column ? [index] : []));
  const isReplaced =
    query.isPlain && places.length === 1 && !facts.words.has(column) && !facts.hasHiddenColumns;
  return `${prefix}${isReplaced ? `[${places[0]}]` : column}`;
}
