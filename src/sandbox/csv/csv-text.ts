const NEEDS_QUOTES = /[",\r\n]/;

/** One line of a CSV file, without its end (RFC 4180). */
export function csvLine(cells: readonly string[]): string {
  return cells.map(csvCell).join(',');
}

function csvCell(text: string): string {
  return NEEDS_QUOTES.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
