/** A CSV text that cannot be read; says where. */
export class CsvError extends Error {
  override readonly name = 'CsvError';
}

const BYTE_ORDER_MARK = '\ufeff';
/** An unquoted cell: up to the next comma or end of line. */
const BARE_CELL = /[^,\r\n]*/y;

interface Cursor {
  readonly text: string;
  at: number;
  line: number;
}

/** The rows of a CSV text, its header among them (RFC 4180). Empty lines are left out. Throws CsvError. */
export function* parseCsv(text: string): Generator<readonly string[]> {
  const cursor: Cursor = { text, at: text.startsWith(BYTE_ORDER_MARK) ? 1 : 0, line: 1 };
  while (cursor.at < text.length) {
    const row = readRow(cursor);
    if (row.length > 1 || row[0] !== '') yield row;
  }
}

function readRow(cursor: Cursor): readonly string[] {
  const cells = [readCell(cursor)];
  while (cursor.text[cursor.at] === ',') {
    cursor.at += 1;
    cells.push(readCell(cursor));
  }
  skipLineEnd(cursor);
  return cells;
}

function readCell(cursor: Cursor): string {
  if (cursor.text[cursor.at] === '"') return readQuoted(cursor);
  BARE_CELL.lastIndex = cursor.at;
  const cell = BARE_CELL.exec(cursor.text)?.[0] ?? '';
  if (cell.includes('"')) throw new CsvError(`line ${cursor.line}: a quote inside an unquoted cell`);
  cursor.at += cell.length;
  return cell;
}

function readQuoted(cursor: Cursor): string {
  const startLine = cursor.line;
  const parts: string[] = [];
  let from = cursor.at + 1;
  for (;;) {
    const quote = cursor.text.indexOf('"', from);
    if (quote === -1) throw new CsvError(`line ${startLine}: a quoted cell does not end`);
    parts.push(cursor.text.slice(from, quote));
    from = quote + 1;
    if (cursor.text[from] !== '"') break;
    parts.push('"');
    from += 1;
  }
  cursor.at = from;
  const cell = parts.join('');
  cursor.line += cell.split('\n').length - 1;
  const next = cursor.text[from];
  if (next !== undefined && next !== ',' && next !== '\r' && next !== '\n')
    throw new CsvError(`line ${cursor.line}: text after a quoted cell`);
  return cell;
}

function skipLineEnd(cursor: Cursor): void {
  if (cursor.text[cursor.at] === '\r') cursor.at += 1;
  if (cursor.text[cursor.at] === '\n') cursor.at += 1;
  cursor.line += 1;
}
