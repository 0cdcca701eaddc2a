import type { Difference, DifferenceKind } from '../../core/verify/compare-person.ts';

/** What was found about one person. */
export interface VerifiedPerson {
  readonly person: string;
  /** Why it was looked at; undefined when everybody was. */
  readonly why: string | undefined;
  readonly differences: readonly Difference[];
}

export interface VerifiedModel {
  readonly model: string;
  /** Rows of the query that could be shaped, and those that are faults. */
  readonly rows: number;
  readonly faults: number;
  readonly compared: number;
  readonly counts: Readonly<Partial<Record<DifferenceKind, number>>>;
  readonly people: readonly VerifiedPerson[];
  /** People who are sent again by the next sync. */
  readonly repaired: number;
}

/** Counts differences, and keeps some of them. */
export class ModelFindings {
  compared = 0;
  private readonly counts = new Map<DifferenceKind, number>();
  private readonly people: VerifiedPerson[] = [];
  private readonly rowsMax: number;

  constructor(rowsMax: number) {
    this.rowsMax = rowsMax;
  }

  add(person: VerifiedPerson): void {
    this.compared += 1;
    for (const kind of new Set(person.differences.map((difference) => difference.kind))) {
      this.counts.set(kind, (this.counts.get(kind) ?? 0) + 1);
    }
    const isListed = person.differences.length > 0 && this.people.length < this.rowsMax;
    if (isListed) this.people.push(person);
  }

  counted(): Pick<VerifiedModel, 'compared' | 'counts' | 'people'> {
    return { compared: this.compared, counts: Object.fromEntries(this.counts), people: this.people };
  }
}
