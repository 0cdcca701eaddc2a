/** How MySQL holds a key: what it is compared with must be of the same sort, or no index is used. */
export type KeySort = 'number' | 'text';

const NUMBER = /^-?\d+(\.\d+)?$/;

/** Backslashes mean different things under different sql_modes; control characters are no one's friends. */
const UNSAFE_IN_QUOTES = /\\|\p{Cc}/u;

/**
 * The keys as a list for `IN (…)`. Numbers stay numbers of any length, for as texts they would be compared as
 * floating-point numbers; text that is no number equals no number and is left out.
 */
export function keyList(keys: readonly string[], sort: KeySort): string {
  const literals = sort === 'number' ? keys.filter((key) => NUMBER.test(key)) : keys.map(textLiteral);
  return literals.length === 0 ? 'NULL' : literals.join(', ');
}

function textLiteral(key: string): string {
  if (!UNSAFE_IN_QUOTES.test(key)) return `'${key.replaceAll("'", "''")}'`;
  return `_utf8mb4 X'${Buffer.from(key, 'utf8').toString('hex')}'`;
}
