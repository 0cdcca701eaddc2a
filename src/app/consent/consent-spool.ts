import type { SettledConsent } from '../../core/consent/settled-consent.ts';
import type { SpoolStore, SpoolWriter } from '../../ports/spool.ts';

/** What is remembered of one answer when its operation is accepted, or at once for a note. */
export interface ConsentEntry {
  /** Counts the model's consents. */
  readonly consent: number;
  readonly settled: SettledConsent;
  /** Nothing was remembered of it before. */
  readonly isNew: boolean;
}

/** One person's answers of one direction, as they will be sent. */
export interface ConsentOperation {
  readonly person: string;
  /** JSON of the item. */
  readonly item: string;
  readonly entries: readonly ConsentEntry[];
  /** For opt-ins: the person is made by this run. */
  readonly isNewPerson: boolean;
}

/** Something to remember without sending anything. */
export interface ConsentNote {
  readonly person: string;
  readonly entry: ConsentEntry;
}

/** Some of the work of one direction, decided together. */
export interface ConsentWork {
  readonly operations: readonly ConsentOperation[];
  /**
   * Opt-outs of new people, which their own operation carries: only remembered when that is accepted, and sent
   * as they stand here when it is not.
   */
  readonly carried: readonly ConsentOperation[];
  readonly notes: readonly ConsentNote[];
  /** Unix ms of when Customer.io was asked what it holds; 0 for opt-outs, which ask nothing. */
  readonly checkedAt: number;
}

export async function writeWork(writer: SpoolWriter, work: ConsentWork): Promise<void> {
  if (work.operations.length + work.carried.length + work.notes.length === 0) return;
  await writer.write(Buffer.from(JSON.stringify(work), 'utf8'));
}

export async function* readWork(
  spools: SpoolStore,
  planId: string,
  plan: string,
): AsyncGenerator<ConsentWork> {
  for await (const record of spools.records(planId, plan)) {
    yield JSON.parse(record.toString('utf8')) as ConsentWork;
  }
}
