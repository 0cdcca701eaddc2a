/** A piece of SQL text. `code` is everything outside quotes and comments. */
export interface SqlToken {
  readonly kind: 'code' | 'quoted' | 'comment';
  readonly text: string;
  /** Offset in the whole text, in UTF-16 code units. */
  readonly start: number;
}

/**
 * Splits SQL into code, quoted text and comments, as MySQL and MariaDB read it.
 * Executable comments (`/*! … * /`, `/*M! … * /`) count as code, for the server runs what they hold.
 */
export function tokenizeSql(sql: string): readonly SqlToken[] {
  const tokens: SqlToken[] = [];
  let codeStart = 0;
  let index = 0;
  while (index < sql.length) {
    const end = endOfSpecial(sql, index);
    if (end === index) {
      index += 1;
      continue;
    }
    if (index > codeStart) tokens.push({ kind: 'code', text: sql.slice(codeStart, index), start: codeStart });
    tokens.push({
      kind: isQuote(sql[index]) ? 'quoted' : 'comment',
      text: sql.slice(index, end),
      start: index,
    });
    index = end;
    codeStart = end;
  }
  if (codeStart < sql.length) tokens.push({ kind: 'code', text: sql.slice(codeStart), start: codeStart });
  return tokens;
}

/** End of the quoted text or comment that begins at `index`; `index` itself when none begins there. */
function endOfSpecial(sql: string, index: number): number {
  const character = sql[index];
  if (isQuote(character)) return endOfQuoted(sql, index);
  if (character === '#') return endOfLine(sql, index);
  if (character === '-' && /^--(\s|$)/.test(sql.slice(index, index + 3))) return endOfLine(sql, index);
  if (character === '/' && sql[index + 1] === '*' && !/^\/\*M?!/.test(sql.slice(index, index + 4))) {
    const end = sql.indexOf('*/', index + 2);
    return end < 0 ? sql.length : end + 2;
  }
  return index;
}

function isQuote(character: string | undefined): boolean {
  return character === "'" || character === '"' || character === '`';
}

function endOfQuoted(sql: string, start: number): number {
  const quote = sql[start];
  for (let index = start + 1; index < sql.length; index += 1) {
    if (sql[index] === '\\' && quote !== '`') index += 1;
    else if (sql[index] === quote) {
      if (sql[index + 1] !== quote) return index + 1;
      index += 1;
    }
  }
  return sql.length;
}

function endOfLine(sql: string, index: number): number {
  const end = sql.indexOf('\n', index);
  return end < 0 ? sql.length : end + 1;
}
