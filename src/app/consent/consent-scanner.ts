import { ConsentKeys } from '../../core/consent/consent-key.ts';
import { targetName } from '../../core/consent/consent-target.ts';
import { type AnswerReading, readAnswer } from '../../core/consent/read-answer.ts';
import {
  consentStep,
  fromReference,
  NOTHING_SETTLED,
  type SettledConsent,
} from '../../core/consent/settled-consent.ts';
import type { CanonicalIdentifier } from '../../core/contract/contract.ts';
import { type FingerprintTable, NO_SLOT } from '../../core/diff/fingerprint-table.ts';
import { newKeyWords, writeTextKeyWords } from '../../core/diff/key-words.ts';
import type { RawCells } from '../../core/shape/encode-person.ts';
import type { RowBatch } from '../../ports/source.ts';
import { WithheldRows } from '../withheld-rows.ts';
import type { BoundConsent } from './bind-consents.ts';
import type { ChunkWriter } from './chunk-spool.ts';
import type { CandidateStep, ConsentCandidate } from './consent-candidate.ts';

export interface ConsentScannerOptions {
  readonly canonical: CanonicalIdentifier;
  readonly keyIndex: number;
  readonly consents: readonly BoundConsent[];
  /** What was settled before: one entry for each person and consent. */
  readonly table: FingerprintTable;
  /** The people of the same rows, who were looked at just before. */
  readonly people: FingerprintTable;
  readonly keySeed: number;
  /** Unix seconds: no answer can have been given later. */
  readonly latest: number;
  readonly candidates: ChunkWriter<ConsentCandidate>;
}

/** Rows with an answer of one kind. Those that are neither unchanged nor a fault are candidates. */
export class AnswerCounts {
  rows = 0;
  unchanged = 0;
  faults = 0;
  readonly withheld = new WithheldRows();
}

/**
 * Looks for new answers in the rows of a people model, apart from its attributes: what is wrong elsewhere in a
 * row keeps no opt-out back.
 */
export class ConsentScanner {
  readonly optOuts = new AnswerCounts();
  readonly optIns = new AnswerCounts();
  /** Opt-ins of consents that do not allow to write them. */
  optInsNotAllowed = 0;
  private readonly options: ConsentScannerOptions;
  private readonly keys: ConsentKeys;
  private readonly words = newKeyWords();

  constructor(options: ConsentScannerOptions) {
    const { canonical, consents, keySeed } = options;
    this.options = options;
    const names = consents.map(({ consent }) => targetName(consent.target));
    this.keys = new ConsentKeys(canonical, names, keySeed);
  }

  async take(batch: RowBatch): Promise<void> {
    for (let row = 0; row < batch.length; row += 1) {
      const candidate = this.lookAt(batch.raw(row));
      // The spool must keep up; most rows bring nothing and wait for nothing.
      if (candidate !== undefined) await this.options.candidates.add(candidate);
    }
  }

  private lookAt(cells: RawCells): ConsentCandidate | undefined {
    if (!this.keys.take(cells, this.options.keyIndex)) return undefined;
    const { consents, latest } = this.options;
    const readings = consents.map((bound) => readAnswer(cells, bound, latest));
    const steps = readings.flatMap((reading, index) => this.stepsFor(index, reading));
    this.count(readings, steps);
    return steps.length === 0 ? undefined : { person: this.keys.personText(), steps };
  }

  private stepsFor(consent: number, { answer, answeredAt, fault }: AnswerReading): readonly CandidateStep[] {
    const settled = this.settled(consent);
    if (fault !== undefined && answer === undefined) return [];
    const allowsOptIn = this.options.consents[consent]?.allowsOptIn === true && fault === undefined;
    const step = consentStep(answer, answeredAt, { settled, allowsOptIn });
    if (step.kind !== 'unchanged') return [{ ...step, consent }];
    // Whoever is made anew must not be without an opt-out that was sent to somebody who was not there.
    return answer === 'out' && !this.isDelivered() ? [{ kind: 'opt_out_again', consent, answeredAt }] : [];
  }

  private settled(consent: number): SettledConsent {
    const { table } = this.options;
    if (table.deliveredCount === 0) return NOTHING_SETTLED;
    this.keys.write(consent, this.words);
    const slot = table.find(this.words);
    return slot === NO_SLOT ? NOTHING_SETTLED : fromReference(table.reference(slot));
  }

  private isDelivered(): boolean {
    const { people, keySeed } = this.options;
    writeTextKeyWords(this.keys.personText(), keySeed, this.words);
    const slot = people.find(this.words);
    return slot !== NO_SLOT && people.isDelivered(slot);
  }

  private count(readings: readonly AnswerReading[], steps: readonly CandidateStep[]): void {
    const { consents } = this.options;
    const isAllowed = (index: number): boolean => consents[index]?.allowsOptIn === true;
    const outs = readings.filter(
      ({ answer, fault }) => answer === 'out' || (fault !== undefined && answer === undefined),
    );
    const ins = readings.filter(({ answer }, index) => answer === 'in' && isAllowed(index));
    const hasStep = (prefix: string): boolean => steps.some(({ kind }) => kind.startsWith(prefix));
    this.countRow(this.optOuts, outs, hasStep('opt_out'));
    this.countRow(this.optIns, ins, hasStep('opt_in'));
    if (readings.some(({ answer }, index) => answer === 'in' && !isAllowed(index)))
      this.optInsNotAllowed += 1;
  }

  private countRow(counts: AnswerCounts, readings: readonly AnswerReading[], isCandidate: boolean): void {
    if (readings.length === 0) return;
    counts.rows += 1;
    const faults = readings.flatMap(({ fault }) => fault ?? []);
    if (faults.length > 0) counts.withheld.addFaults(this.keys.personText(), faults);
    if (isCandidate) return;
    if (faults.length > 0) counts.faults += 1;
    else counts.unchanged += 1;
  }
}
