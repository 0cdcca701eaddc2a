/** A query whose columns others can name: a common table expression or a derived table. */
export interface NamedQuery {
  /** Names of its columns in small letters; undefined where it is not certain. Filled when it has been written. */
  columns: readonly (string | undefined)[];
  /** One SELECT that names its columns itself. */
  isPlain: boolean;
}

/** What an alias stands for. */
export interface TableSource {
  /** Stands in the canonical text where the alias stood. */
  readonly id: string;
  /** Undefined for a table of the database. */
  readonly query: NamedQuery | undefined;
}

/** Common table expressions that a place can see, the last defined first. */
export interface CommonTables {
  readonly name: string;
  readonly source: TableSource;
  readonly earlier: CommonTables | undefined;
}

/** Aliases that an expression can see. */
export interface Scope {
  readonly aliases: Map<string, TableSource>;
  readonly outer: Scope | undefined;
  readonly common: CommonTables | undefined;
}

/** The query is not understood with certainty. Caught where the text as a whole is compared instead. */
export class UndecidableSql extends Error {}

/** Table names and aliases tell capitals from small letters on some servers and not on others. */
function sameButCase(a: string, b: string): boolean {
  return a !== b && a.toLowerCase() === b.toLowerCase();
}

export function findCommonTable(common: CommonTables | undefined, name: string): TableSource | undefined {
  for (let each = common; each !== undefined; each = each.earlier) {
    if (each.name === name) return each.source;
  }
  return undefined;
}

/** @throws UndecidableSql when no alias, or one that differs in capitals, fits. */
export function findAlias(scope: Scope | undefined, name: string): TableSource {
  for (let each = scope; each !== undefined; each = each.outer) {
    const found = each.aliases.get(name);
    if (found !== undefined) return found;
    if ([...each.aliases.keys()].some((alias) => sameButCase(alias, name))) break;
  }
  throw new UndecidableSql();
}

/** @throws UndecidableSql when the alias hides another one. */
export function addAlias(scope: Scope, name: string, source: TableSource): void {
  for (let each: Scope | undefined = scope; each !== undefined; each = each.outer) {
    if ([...each.aliases.keys()].some((alias) => alias.toLowerCase() === name.toLowerCase())) {
      throw new UndecidableSql();
    }
  }
  scope.aliases.set(name, source);
}
