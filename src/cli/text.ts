/** `1,204`. Without Intl, which takes longer to load than many a command runs. */
export function count(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** `1 person`, `1,204 people`. */
export function counted(value: number, one: string, many: string): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** `2026-11-23 10:00:00 UTC`; times are always shown in UTC. */
export function utc(unixMs: number): string {
  return `${new Date(unixMs).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/** `45 s`, `3 min 20 s`, `1 h 5 min`. */
export function seconds(value: number): string {
  if (value < 60) return `${Math.round(value * 10) / 10} s`;
  if (value < 3600) return `${Math.floor(value / 60)} min ${Math.round(value % 60)} s`;
  return `${Math.floor(value / 3600)} h ${Math.round((value % 3600) / 60)} min`;
}

/** Longest text of somebody else's making that is shown in a line. */
const SHOWN_LENGTH_MAX = 80;

/** What a terminal would obey: control characters, and those that turn the direction of writing around. */
const OBEYED = /[\p{Cc}\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;

/** Text from a database without what a terminal would obey. */
export function visible(text: string): string {
  return text.replace(OBEYED, '\uFFFD');
}

/** The same as one line of bounded length. */
export function oneLine(text: string): string {
  const plain = visible(text);
  return plain.length <= SHOWN_LENGTH_MAX ? plain : `${plain.slice(0, SHOWN_LENGTH_MAX)}…`;
}

/** Rows of cells in columns; the last column is not padded. */
export function columns(rows: readonly (readonly string[])[], indent = '  '): readonly string[] {
  const widths = rows.reduce<number[]>((widest, row) => {
    row.forEach((cell, index) => {
      widest[index] = Math.max(widest[index] ?? 0, cell.length);
    });
    return widest;
  }, []);
  return rows.map((row) =>
    (
      indent +
      row.map((cell, index) => (index === row.length - 1 ? cell : cell.padEnd(widths[index] ?? 0))).join('  ')
    ).trimEnd(),
  );
}
