export interface Pending<Entry> {
  readonly dueAtMs: number;
  readonly ordinal: number;
  readonly entry: Entry;
}

export type PendingSnapshot<Entry> = ReturnType<PendingQueue<Entry>['snapshot']>;

/** Entries that become due at a time, earliest first; those due together in the order they came. A binary heap. */
export class PendingQueue<Entry> {
  readonly #heap: Pending<Entry>[];
  #nextOrdinal: number;

  constructor(from?: PendingSnapshot<Entry>) {
    this.#heap = [...(from?.heap ?? [])];
    this.#nextOrdinal = from?.nextOrdinal ?? 0;
  }

  snapshot() {
    return { heap: [...this.#heap], nextOrdinal: this.#nextOrdinal } as const;
  }

  get size(): number {
    return this.#heap.length;
  }

  /** Infinity when there is nothing. */
  get nextDueAtMs(): number {
    return this.#heap[0]?.dueAtMs ?? Number.POSITIVE_INFINITY;
  }

  push(entry: Entry, dueAtMs: number): void {
    this.#heap.push({ dueAtMs, ordinal: this.#nextOrdinal, entry });
    this.#nextOrdinal += 1;
    this.#rise(this.#heap.length - 1);
  }

  /** Takes out the earliest entry if it is due, with the time it was due at. */
  takeDue(nowMs: number): { readonly entry: Entry; readonly dueAtMs: number } | undefined {
    const first = this.#heap[0];
    if (first === undefined || first.dueAtMs > nowMs) return undefined;
    const last = this.#heap.pop();
    if (last !== undefined && this.#heap.length > 0) {
      this.#heap[0] = last;
      this.#sink(0);
    }
    return first;
  }

  #rise(from: number): void {
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >>> 1;
      if (!this.#swapIfEarlier(at, parent)) return;
      at = parent;
    }
  }

  #sink(from: number): void {
    let at = from;
    for (;;) {
      const earlier = this.#earlierChild(at);
      if (earlier === undefined || !this.#swapIfEarlier(earlier, at)) return;
      at = earlier;
    }
  }

  #earlierChild(at: number): number | undefined {
    const left = at * 2 + 1;
    const [one, other] = [this.#heap[left], this.#heap[left + 1]];
    if (one === undefined) return undefined;
    return other !== undefined && isEarlier(other, one) ? left + 1 : left;
  }

  #swapIfEarlier(lower: number, upper: number): boolean {
    const [low, high] = [this.#heap[lower], this.#heap[upper]];
    if (low === undefined || high === undefined || !isEarlier(low, high)) return false;
    this.#heap[upper] = low;
    this.#heap[lower] = high;
    return true;
  }
}

function isEarlier(one: Pending<unknown>, other: Pending<unknown>): boolean {
  return one.dueAtMs < other.dueAtMs || (one.dueAtMs === other.dueAtMs && one.ordinal < other.ordinal);
}
