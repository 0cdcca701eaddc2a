import type { HoldCode } from '../core/guard/hold.ts';
import type { Fault } from '../core/shape/fault.ts';
import type { WithheldCount, WithheldRow } from '../core/state/run.ts';

/** Rows kept with their keys; beyond it they are only counted, so that a broken query can not fill the disk. */
export const ROWS_KEPT_MAX = 10_000;

/** Kept of every reason all the same, so that a frequent one can not hide a rare one. */
const ROWS_OF_EACH_REASON = 100;

/** Gathers the rows of one model that may not be sent: exact counts, and the first rows with their keys. */
export class WithheldRows {
  private readonly kept: WithheldRow[] = [];
  private readonly byReason = new Map<string, WithheldCount>();

  addFaults(key: string, faults: readonly Fault[]): void {
    for (const { code, column } of faults) this.add({ kind: 'fault', key, code, column });
  }

  addHeld(key: string, code: HoldCode): void {
    this.add({ kind: 'held', key, code, column: undefined });
  }

  get rows(): readonly WithheldRow[] {
    return this.kept;
  }

  /** The most frequent reason first. */
  counts(): readonly WithheldCount[] {
    return [...this.byReason.values()].sort((a, b) => b.count - a.count);
  }

  private add(row: WithheldRow): void {
    const reason = reasonOf(row);
    const { kind, code, column } = row;
    const count = (this.byReason.get(reason)?.count ?? 0) + 1;
    this.byReason.set(reason, { kind, code, column, count });
    if (this.kept.length < ROWS_KEPT_MAX || count <= ROWS_OF_EACH_REASON) this.kept.push(row);
  }
}

/** The counts of two parts of a run, each reason once. */
export function joinCounts(
  some: readonly WithheldCount[],
  more: readonly WithheldCount[],
): readonly WithheldCount[] {
  const joined = new Map(some.map((each) => [reasonOf(each), each]));
  for (const each of more) {
    const reason = reasonOf(each);
    joined.set(reason, { ...each, count: each.count + (joined.get(reason)?.count ?? 0) });
  }
  return [...joined.values()];
}

function reasonOf({ kind, code, column }: Pick<WithheldCount, 'kind' | 'code' | 'column'>): string {
  return `${kind} ${code} ${column ?? ''}`;
}
