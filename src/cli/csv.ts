/** What spreadsheets take for a formula; a signed number is none. */
const FORMULA = /^[=+\-@\t\r]/;
const NUMBER = /^[+-]?\d+([.,]\d+)?$/;

/** Lines of a table by RFC 4180, without line ends. Cells that a spreadsheet would compute get a ' in front. */
export function csvLines(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  return [head, ...rows].map((cells) => cells.map(csvCell).join(','));
}

function csvCell(text: string): string {
  const safe = FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
