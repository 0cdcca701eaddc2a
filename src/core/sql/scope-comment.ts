import { type KeySort, keyList } from './key-list.ts';
import { type SqlToken, tokenizeSql } from './sql-tokens.ts';

/** A place where a query can be narrowed to some keys: `/* scope: o.customer_id * /`. */
export interface Scope {
  /** The expression that is compared with the keys. */
  readonly expression: string;
  /** Offset of the comment in the SQL text. */
  readonly offset: number;
  readonly length: number;
}

const SCOPE_COMMENT = /^\/\*\s*scope\s*:([\s\S]*)\*\/$/i;

/** Comments that begin like a scope and are written as another sort of comment. */
const ALMOST_SCOPE = /^(?:#|--)\s*scope\s*:/i;

/** All scopes of a query, in its order. */
export function scopesOf(sql: string): readonly Scope[] {
  return tokenizeSql(sql).flatMap((token) => {
    const expression = scopeExpression(token);
    return expression === undefined ? [] : [{ expression, offset: token.start, length: token.text.length }];
  });
}

export function scopeExpression({ kind, text }: SqlToken): string | undefined {
  return kind === 'comment' ? SCOPE_COMMENT.exec(text)?.[1]?.trim() : undefined;
}

export function isAlmostScope({ kind, text }: SqlToken): boolean {
  return kind === 'comment' && ALMOST_SCOPE.test(text);
}

/** The query for some keys only: every scope becomes a predicate. */
export function bindScopes(sql: string, keys: readonly string[], sort: KeySort): string {
  const list = keyList(keys, sort);
  return tokenizeSql(sql)
    .map((token) => {
      const expression = scopeExpression(token);
      return expression === undefined ? token.text : `AND ${expression} IN (${list})`;
    })
    .join('');
}
