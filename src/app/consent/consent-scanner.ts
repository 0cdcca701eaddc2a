import { AnswerReader, type BoundConsent } from '../../core/consent/answer-reader.ts';
import { ConsentKeys } from '../../core/consent/consent-key.ts';
import { targetName } from '../../core/consent/consent-target.ts';
import {
  type ConsentStep,
  consentStep,
  fromReference,
  NOTHING_SETTLED,
  type SettledConsent,
} from '../../core/consent/settled-consent.ts';
import type { CanonicalIdentifier } from '../../core/contract/contract.ts';
import { type FingerprintTable, NO_SLOT } from '../../core/diff/fingerprint-table.ts';
import { newKeyWords } from '../../core/diff/key-words.ts';
import type { RawCells } from '../../core/shape/encode-person.ts';
import type { Fault } from '../../core/shape/fault.ts';
import type { RowBatch } from '../../ports/source.ts';
import { WithheldRows } from '../withheld-rows.ts';
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
  private readonly readers: readonly AnswerReader[];
  private readonly keys: ConsentKeys;
  private readonly words = newKeyWords();
  /** What the row that is looked at says. */
  private readonly outs = new RowAnswers();
  private readonly ins = new RowAnswers();
  private hasOptInNotAllowed = false;

  constructor(options: ConsentScannerOptions) {
    const { canonical, consents, keySeed } = options;
    this.options = options;
    this.readers = consents.map((bound) => new AnswerReader(bound));
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
    this.outs.clear();
    this.ins.clear();
    this.hasOptInNotAllowed = false;
    let steps: CandidateStep[] | undefined;
    for (let consent = 0; consent < this.readers.length; consent += 1) {
      const step = this.stepFor(cells, consent);
      if (step === undefined) continue;
      steps ??= [];
      steps.push(step);
    }
    this.outs.addTo(this.optOuts, this.keys);
    this.ins.addTo(this.optIns, this.keys);
    if (this.hasOptInNotAllowed) this.optInsNotAllowed += 1;
    return steps && { person: this.keys.personText(), steps };
  }

  private stepFor(cells: RawCells, consent: number): CandidateStep | undefined {
    const reader = this.readers[consent] as AnswerReader;
    const answer = reader.answer(cells);
    if (typeof answer === 'object') {
      this.outs.fault(answer);
      return undefined;
    }
    const settled = this.settled(consent);
    if (answer === undefined)
      return this.step(consent, consentStep(undefined, 0, { settled, allowsOptIn: false }));
    const time = reader.answeredAt(cells, this.options.latest);
    return answer === 'out'
      ? this.optOutStep(consent, typeof time === 'number' ? time : 0, settled)
      : this.optInStep(consent, time, settled);
  }

  /** A time that is none is no hindrance. */
  private optOutStep(
    consent: number,
    answeredAt: number,
    settled: SettledConsent,
  ): CandidateStep | undefined {
    const found = this.step(consent, consentStep('out', answeredAt, { settled, allowsOptIn: false }));
    // Whoever is made anew must not be without an opt-out that was sent to somebody who was not there.
    const isRepeated = found === undefined && !this.isDelivered();
    const step = isRepeated ? ({ kind: 'opt_out_again', consent, answeredAt } as const) : found;
    this.outs.see(step?.kind === 'opt_out' || step?.kind === 'opt_out_again');
    return step;
  }

  private optInStep(
    consent: number,
    time: number | Fault,
    settled: SettledConsent,
  ): CandidateStep | undefined {
    const isAllowed = this.readers[consent]?.bound.consent.allowsOptIn === true;
    const isProven = typeof time === 'number';
    const answeredAt = isProven ? time : 0;
    const found = consentStep('in', answeredAt, { settled, allowsOptIn: isAllowed && isProven });
    if (!isAllowed) this.hasOptInNotAllowed = true;
    else if (isProven) this.ins.see(found.kind === 'opt_in');
    else this.ins.fault(time);
    return this.step(consent, found);
  }

  private step(consent: number, step: ConsentStep): CandidateStep | undefined {
    return step.kind === 'unchanged' ? undefined : { ...step, consent };
  }

  private settled(consent: number): SettledConsent {
    const { table } = this.options;
    if (table.deliveredCount === 0) return NOTHING_SETTLED;
    this.keys.write(consent, this.words);
    const slot = table.find(this.words);
    return slot === NO_SLOT ? NOTHING_SETTLED : fromReference(table.reference(slot));
  }

  private isDelivered(): boolean {
    const { people } = this.options;
    this.keys.writePerson(this.words);
    const slot = people.find(this.words);
    return slot !== NO_SLOT && people.isDelivered(slot);
  }
}

/** What one row says in one direction: it counts once, however many consents it speaks of. */
class RowAnswers {
  private hasAnswer = false;
  private isCandidate = false;
  private faults: Fault[] | undefined;

  clear(): void {
    this.hasAnswer = false;
    this.isCandidate = false;
    this.faults = undefined;
  }

  see(isCandidate: boolean): void {
    this.hasAnswer = true;
    if (isCandidate) this.isCandidate = true;
  }

  fault(fault: Fault): void {
    this.hasAnswer = true;
    this.faults ??= [];
    this.faults.push(fault);
  }

  addTo(counts: AnswerCounts, keys: ConsentKeys): void {
    if (!this.hasAnswer) return;
    counts.rows += 1;
    if (this.faults !== undefined) counts.withheld.addFaults(keys.personText(), this.faults);
    if (this.isCandidate) return;
    if (this.faults === undefined) counts.unchanged += 1;
    else counts.faults += 1;
  }
}
