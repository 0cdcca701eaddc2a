/** Longer texts are shown as a whole; the comparison takes lines times lines. */
const LINES_MAX = 1500;

const CONTEXT_LINES = 2;

interface DiffLine {
  readonly sign: ' ' | '-' | '+';
  readonly text: string;
}

/** Two texts line by line: `- old`, `+ new`, and a little of what is the same around them. */
export function textDiff(before: string, after: string): readonly string[] {
  const lines = diffLines(before.split('\n'), after.split('\n'));
  const shown = lines.map((_, index) =>
    lines
      .slice(Math.max(0, index - CONTEXT_LINES), index + CONTEXT_LINES + 1)
      .some(({ sign }) => sign !== ' '),
  );
  return lines.flatMap(({ sign, text }, index) => {
    if (shown[index] === true) return [`${sign} ${text}`.trimEnd()];
    return index > 0 && shown[index - 1] === true ? ['…'] : [];
  });
}

/** Number of the first line (from 1) that is not as it was. */
export function firstChangedLine(before: string, after: string): number {
  const [old, now] = [before.split('\n'), after.split('\n')];
  const index = now.findIndex((line, position) => line !== old[position]);
  return index < 0 ? Math.max(1, now.length) : index + 1;
}

function diffLines(before: readonly string[], after: readonly string[]): readonly DiffLine[] {
  if (Math.max(before.length, after.length) > LINES_MAX) {
    return [
      ...before.map((text) => ({ sign: '-', text }) as const),
      ...after.map((text) => ({ sign: '+', text }) as const),
    ];
  }
  const common = commonLengths(before, after);
  const lines: DiffLine[] = [];
  let [old, now] = [0, 0];
  while (old < before.length || now < after.length) {
    const isSame = old < before.length && now < after.length && before[old] === after[now];
    const isAdded = !isSame && (common[old]?.[now + 1] ?? -1) > (common[old + 1]?.[now] ?? -1);
    const sign = isSame ? ' ' : isAdded ? '+' : '-';
    lines.push({ sign, text: (sign === '+' ? after[now] : before[old]) ?? '' });
    if (sign !== '+') old += 1;
    if (sign !== '-') now += 1;
  }
  return lines;
}

/** How many lines in order are the same from each pair of places on. */
function commonLengths(before: readonly string[], after: readonly string[]): readonly Uint16Array[] {
  const lengths = Array.from({ length: before.length + 1 }, () => new Uint16Array(after.length + 1));
  for (let old = before.length - 1; old >= 0; old -= 1) {
    const [row, below] = [lengths[old] as Uint16Array, lengths[old + 1] as Uint16Array];
    for (let now = after.length - 1; now >= 0; now -= 1) {
      row[now] =
        before[old] === after[now] ? (below[now + 1] ?? 0) + 1 : Math.max(below[now] ?? 0, row[now + 1] ?? 0);
    }
  }
  return lengths;
}
