import type { Withheld } from './run.ts';

/**
 * What became of a row that was not sent: sent now, withheld still (for whatever reason), or neither: it is right
 * and needs nothing sent, or the query no longer returns it.
 */
export type Fate = 'sent' | 'withheld' | 'settled';

export interface RetriedRow {
  readonly model: string;
  readonly key: string;
  readonly fate: Fate;
  /** Why it was not sent before. */
  readonly before: string;
  /** Why it is not sent now. */
  readonly now: string | undefined;
}

/** By model and key, as rows are named in `accepted`. */
export function rowName(model: string, key: string): string {
  return `${model}\u0000${key}`;
}

/** Tells of each row that was withheld before what it is now. A row with several faults is told of once. */
export function fatesOf(
  before: readonly Withheld[],
  after: readonly Withheld[],
  accepted: ReadonlySet<string>,
): { readonly rows: readonly RetriedRow[]; readonly counts: Readonly<Record<Fate, number>> } {
  const reasons = reasonsByRow(after);
  const rows = [...new Map(before.map((row) => [rowName(row.model, row.key), row]))].map(([name, row]) => {
    const { model, key, code } = row;
    const now = reasons.get(name);
    return { model, key, fate: fateOf(now, accepted.has(name)), before: code, now };
  });
  const count = (fate: Fate): number => rows.filter((row) => row.fate === fate).length;
  return {
    rows,
    counts: { sent: count('sent'), withheld: count('withheld'), settled: count('settled') },
  };
}

function fateOf(now: string | undefined, isAccepted: boolean): Fate {
  if (now !== undefined) return 'withheld';
  return isAccepted ? 'sent' : 'settled';
}

function reasonsByRow(rows: readonly Withheld[]): ReadonlyMap<string, string> {
  return new Map(rows.map(({ model, key, code }) => [rowName(model, key), code]));
}
