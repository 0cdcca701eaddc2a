import type { HoldCode } from '../../core/guard/hold.ts';
import {
  type ConsentDirection,
  type ConsentPlan,
  consentPlanName,
  type Sample,
} from '../../core/plan/plan-summary.ts';
import type { Fragment } from '../../core/shape/fragment.ts';
import type { SpoolStore, SpoolWriter } from '../../ports/spool.ts';
import type { ModelScan } from '../model-scan.ts';
import type { AnswerCounts } from './consent-scanner.ts';
import { type ConsentNote, type ConsentOperation, writeWork } from './consent-spool.ts';

/** One answer that would be written, for counting and for samples. */
export interface PlannedAnswer {
  readonly consent: string;
  readonly attribute: string;
  /** What Customer.io holds; '' when that was not asked. */
  readonly before: Fragment;
  readonly after: Fragment;
}

/** The answers of one direction: gathers what is to be sent, counts it and writes it into a spool. */
export class ConsentLane {
  readonly counts: AnswerCounts;
  staysOut = 0;
  /** Operations for people who were delivered before. */
  operationsForKnown = 0;
  private readonly people: string;
  private readonly direction: ConsentDirection;
  private readonly writer: SpoolWriter;
  private readonly samplesMax: number;
  private readonly samples: Sample[] = [];
  private readonly changes = new Map<string, number>();
  private pendingOperations: ConsentOperation[] = [];
  private pendingCarried: ConsentOperation[] = [];
  private pendingNotes: ConsentNote[] = [];
  private operations = 0;
  private bytes = 0;
  private carried = 0;
  private held = 0;
  private settled = 0;

  constructor(
    people: string,
    direction: ConsentDirection,
    options: { readonly counts: AnswerCounts; readonly writer: SpoolWriter; readonly samplesMax: number },
  ) {
    this.people = people;
    this.direction = direction;
    this.counts = options.counts;
    this.writer = options.writer;
    this.samplesMax = options.samplesMax;
  }

  add(operation: ConsentOperation, answers: readonly PlannedAnswer[]): void {
    this.operations += 1;
    this.bytes += Buffer.byteLength(operation.item);
    this.pendingOperations.push(operation);
    this.countAnswers(operation, answers);
  }

  /** An opt-out that goes with the operation of a new person. */
  carry(operation: ConsentOperation, answers: readonly PlannedAnswer[]): void {
    this.carried += 1;
    this.pendingCarried.push(operation);
    this.countAnswers(operation, answers);
  }

  private countAnswers(operation: ConsentOperation, answers: readonly PlannedAnswer[]): void {
    for (const { consent } of answers) this.changes.set(consent, (this.changes.get(consent) ?? 0) + 1);
    if (this.samples.length >= this.samplesMax) return;
    const changes = answers.map(({ attribute, before, after }) => ({ attribute, before, after }));
    this.samples.push({ kind: 'person', key: operation.person, isNew: false, changes });
  }

  note(note: ConsentNote): void {
    this.pendingNotes.push(note);
  }

  hold(person: string, code: HoldCode): void {
    this.held += 1;
    this.counts.withheld.addHeld(person, code);
  }

  /** A row that needs nothing sent, now that Customer.io has been asked. */
  settle(): void {
    this.settled += 1;
  }

  /** Writes down what was decided together. `checkedAt` in unix ms. */
  async flush(checkedAt: number): Promise<void> {
    const { pendingOperations: operations, pendingCarried: carried, pendingNotes: notes } = this;
    this.pendingOperations = [];
    this.pendingCarried = [];
    this.pendingNotes = [];
    await writeWork(this.writer, { operations, carried, notes, checkedAt });
  }

  async finish(more: Pick<ConsentPlan, 'notAllowed' | 'isUnusual'>): Promise<ModelScan> {
    await this.writer.finish();
    const { rows, unchanged, faults, withheld } = this.counts;
    const plan: ConsentPlan = {
      kind: 'consent',
      model: consentPlanName(this.people, this.direction),
      people: this.people,
      direction: this.direction,
      rows,
      unchanged,
      refreshed: this.settled + this.carried,
      carried: this.carried,
      operations: this.operations,
      bytes: this.bytes,
      faults,
      held: this.held,
      withheld: withheld.counts(),
      changes: Object.fromEntries(this.changes),
      staysOut: this.staysOut,
      ...more,
    };
    return { plan, samples: this.samples, withheld: { rows: withheld.rows, counts: withheld.counts() } };
  }
}

export async function openLane(
  spools: SpoolStore,
  planId: string,
  options: {
    readonly people: string;
    readonly direction: ConsentDirection;
    readonly counts: AnswerCounts;
    readonly samplesMax: number;
  },
): Promise<ConsentLane> {
  const { people, direction, counts, samplesMax } = options;
  const writer = await spools.create(planId, consentPlanName(people, direction));
  return new ConsentLane(people, direction, { counts, writer, samplesMax });
}
