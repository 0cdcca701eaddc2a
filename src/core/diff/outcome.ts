/** What a run found for one row; every row has exactly one, so that the sums agree. */
export const OUTCOME = {
  NOT_SEEN: 0,
  /** The same as delivered. */
  UNCHANGED: 1,
  /** The row's bytes changed, but nothing that is sent. */
  REFRESHED: 2,
  /** To be sent for the first time: a new person, or an event. */
  NEW: 3,
  /** A person with changed attributes, to be sent. */
  CHANGED: 4,
  FAULT: 5,
  HELD: 6,
  /** A late event that is to be dropped. */
  DROPPED: 7,
  /** An event from before its model's start. */
  BEFORE_START: 8,
  /** A delivered event whose row has other content now. */
  CHANGED_AFTER_DELIVERY: 9,
  /** One of several rows with the same key: a fault, and so is the first of them. */
  DUPLICATE: 10,
  /** Seen, but not yet looked into. */
  PENDING: 11,
  /** Another event of its throttle's window was or is sent, or its cart is not due. */
  NOT_DUE: 12,
} as const;

export type Outcome = (typeof OUTCOME)[keyof typeof OUTCOME];

/** Counts rows by outcome. */
export class OutcomeCounts {
  private readonly counts = new Array<number>(Object.keys(OUTCOME).length).fill(0);

  add(outcome: Outcome, rows = 1): void {
    this.counts[outcome] = this.of(outcome) + rows;
  }

  /** A row turns out to be something else. */
  move(from: Outcome, to: Outcome): void {
    this.add(from, -1);
    this.add(to);
  }

  of(outcome: Outcome): number {
    return this.counts[outcome] ?? 0;
  }

  total(): number {
    return this.counts.reduce((sum, count) => sum + count, 0);
  }
}
