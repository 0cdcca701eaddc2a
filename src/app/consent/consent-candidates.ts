import type { SettledConsent } from '../../core/consent/settled-consent.ts';
import type { SpoolStore } from '../../ports/spool.ts';

/** What may have to be done about one consent of one person. */
export type CandidateStep =
  | { readonly kind: 'opt_out'; readonly consent: number; readonly answeredAt: number }
  /** Was sent before; to be repeated when the person is made anew. */
  | { readonly kind: 'opt_out_again'; readonly consent: number; readonly answeredAt: number }
  | { readonly kind: 'opt_in'; readonly consent: number; readonly answeredAt: number }
  | { readonly kind: 'note'; readonly consent: number; readonly settled: SettledConsent };

/** A person of whom something has to be decided when all rows are read. `consent` counts the model's consents. */
export interface ConsentCandidate {
  readonly person: string;
  readonly steps: readonly CandidateStep[];
}

/** So many share a record, and later a reading of Customer.io. */
const CANDIDATES_PER_RECORD = 500;

/** Keeps candidates in a spool while MySQL is read, so that no query waits for Customer.io. */
export class CandidateWriter {
  private readonly write: (record: Uint8Array) => Promise<void>;
  private pending: ConsentCandidate[] = [];

  constructor(write: (record: Uint8Array) => Promise<void>) {
    this.write = write;
  }

  async add(candidate: ConsentCandidate): Promise<void> {
    this.pending.push(candidate);
    if (this.pending.length >= CANDIDATES_PER_RECORD) await this.flush();
  }

  async flush(): Promise<void> {
    if (this.pending.length === 0) return;
    const record = Buffer.from(JSON.stringify(this.pending), 'utf8');
    this.pending = [];
    await this.write(record);
  }
}

/** Name of the spool with a model's candidates. */
export function candidateSpool(model: string): string {
  return `${model}.consents`;
}

export async function* readCandidates(
  spools: SpoolStore,
  planId: string,
  model: string,
): AsyncGenerator<readonly ConsentCandidate[]> {
  for await (const record of spools.records(planId, candidateSpool(model))) {
    yield JSON.parse(record.toString('utf8')) as readonly ConsentCandidate[];
  }
}
