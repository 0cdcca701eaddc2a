import { consentItem } from '../../core/consent/consent-item.ts';
import { ConsentKeys } from '../../core/consent/consent-key.ts';
import {
  type ConsentAnswer,
  consentFragment,
  type HeldConsent,
  targetName,
} from '../../core/consent/consent-target.ts';
import { judgeOptIn } from '../../core/consent/judge-opt-in.ts';
import {
  fromReference,
  NOTHING_SETTLED,
  SETTLED,
  type SettledConsent,
} from '../../core/consent/settled-consent.ts';
import type { CanonicalIdentifier, ConsentField, PeopleModel } from '../../core/contract/contract.ts';
import { type FingerprintTable, NO_SLOT, type Slot } from '../../core/diff/fingerprint-table.ts';
import { newKeyWords, writeTextKeyWords } from '../../core/diff/key-words.ts';
import { OUTCOME, type Outcome } from '../../core/diff/outcome.ts';
import { KEEP } from '../../core/shape/fragment.ts';
import type { ErasedPeople } from '../things/erased-people.ts';
import type { CandidateStep, ConsentCandidate } from './consent-candidate.ts';
import type { ConsentLane, PlannedAnswer } from './consent-lane.ts';
import type { ConsentEntry, ConsentOperation } from './consent-spool.ts';
import type { HeldConsentReader, HeldConsents } from './held-consents.ts';

export interface ConsentPlannerOptions {
  readonly model: PeopleModel;
  readonly canonical: CanonicalIdentifier;
  readonly table: FingerprintTable;
  /** With what became of every person of the model. */
  readonly people: FingerprintTable;
  readonly erased: ErasedPeople;
  readonly keySeed: number;
  readonly reader: HeldConsentReader;
  readonly optOuts: ConsentLane;
  /** Undefined when no consent of the model allows to write opt-ins. */
  readonly optIns: ConsentLane | undefined;
  /** Unix ms. */
  now(): number;
  /** Under which identifier Customer.io has somebody who is not sent in this run. */
  knownAs(person: string): string;
}

/** Outcomes of people whose row is right. */
const RIGHT: ReadonlySet<Outcome> = new Set([
  OUTCOME.UNCHANGED,
  OUTCOME.REFRESHED,
  OUTCOME.NEW,
  OUTCOME.CHANGED,
]);

type StepOf<K extends CandidateStep['kind']> = Extract<CandidateStep, { readonly kind: K }>;

/** A person with opt-ins that may be written when Customer.io holds nothing that speaks against them. */
interface OptInRequest {
  readonly person: string;
  readonly steps: readonly StepOf<'opt_in'>[];
  readonly isNewPerson: boolean;
}

/** An answer of a person that is to be written. */
interface DueAnswer {
  readonly consent: number;
  readonly answeredAt: number;
  readonly held: HeldConsent | undefined;
}

/** Decides about candidates when all rows are read, for only then it is known what became of each person. */
export class ConsentPlanner {
  private readonly options: ConsentPlannerOptions;
  private readonly keys: ConsentKeys;
  private readonly words = newKeyWords();

  constructor(options: ConsentPlannerOptions) {
    const { model, canonical, keySeed } = options;
    this.options = options;
    const names = model.consents.map(({ target }) => targetName(target));
    this.keys = new ConsentKeys(canonical, names, keySeed);
  }

  async take(candidates: readonly ConsentCandidate[]): Promise<void> {
    const { optOuts, optIns } = this.options;
    for (const candidate of candidates) this.planOptOuts(candidate);
    await optOuts.flush(0);
    if (optIns !== undefined) await this.planOptIns(optIns, candidates);
  }

  private planOptOuts({ person, steps }: ConsentCandidate): void {
    const { optOuts, people } = this.options;
    for (const step of stepsOf(steps, 'note')) this.note(optOuts, person, step.consent, step.settled);
    const again = stepsOf(steps, 'opt_out_again');
    const outs = [...stepsOf(steps, 'opt_out'), ...again];
    if (outs.length === 0) return;
    // Of somebody who is deleted there is nothing to opt out of, and an opt-out would bring the profile back.
    if (this.options.erased.hasPerson(person)) {
      optOuts.counts.unchanged += 1;
      return;
    }
    const slot = this.personSlot(person);
    const isNewPerson = this.isNew(slot);
    const isDelivered = slot !== NO_SLOT && people.isDelivered(slot);
    const due = outs
      .filter((step) => step.kind === 'opt_out' || isNewPerson)
      .filter(({ consent }) => this.claim(person, consent))
      .map((step) => ({ ...step, held: undefined }));
    if (due.length === 0) optOuts.counts.unchanged += 1;
    if (due.length === 0) return;
    if (isDelivered) optOuts.operationsForKnown += 1;
    // An opt-out alone makes no profile: whoever is not there has nothing to be kept from.
    const { operation, answers } = this.operation(person, 'out', due, {
      isNewPerson,
      mayCreate: isDelivered,
    });
    if (isNewPerson) optOuts.carry(operation, answers);
    else optOuts.add(operation, answers);
  }

  /** Customer.io is asked once for all of them. */
  private async planOptIns(lane: ConsentLane, candidates: readonly ConsentCandidate[]): Promise<void> {
    const requests = candidates.flatMap((candidate) => this.optInRequest(lane, candidate));
    const checkedAt = this.options.now();
    const held = await this.options.reader.read(requests.map(({ person }) => person));
    for (const request of requests) {
      if (held === undefined) lane.hold(request.person, 'opt_in_unchecked');
      else this.decide(lane, request, held);
    }
    await lane.flush(checkedAt);
  }

  private optInRequest(lane: ConsentLane, { person, steps }: ConsentCandidate): readonly OptInRequest[] {
    const ins = stepsOf(steps, 'opt_in');
    if (ins.length === 0) return [];
    if (this.options.erased.hasPerson(person)) {
      lane.settle();
      return [];
    }
    const slot = this.personSlot(person);
    if (slot !== NO_SLOT && RIGHT.has(this.options.people.outcome(slot))) {
      return [{ person, steps: ins, isNewPerson: this.isNew(slot) }];
    }
    lane.hold(person, 'opt_in_row_fault');
    return [];
  }

  private decide(lane: ConsentLane, { person, steps, isNewPerson }: OptInRequest, held: HeldConsents): void {
    const due: DueAnswer[] = [];
    for (const { consent, answeredAt } of steps) {
      const found = held.of(person, this.consent(consent), isNewPerson);
      const settled = this.settled(person, consent).state;
      const verdict = judgeOptIn({ answeredAt, held: found, settled });
      if (verdict === 'write') due.push({ consent, answeredAt, held: found });
      else {
        const state = verdict === 'there' ? SETTLED.IN : SETTLED.IN_NOT_WRITTEN;
        this.note(lane, person, consent, { state, answeredAt });
        if (verdict === 'stays_out') lane.staysOut += 1;
      }
    }
    if (due.length === 0) {
      lane.settle();
      return;
    }
    const { operation, answers } = this.operation(person, 'in', due, { isNewPerson, mayCreate: false });
    lane.add(operation, answers);
  }

  private operation(
    person: string,
    answer: ConsentAnswer,
    due: readonly DueAnswer[],
    { isNewPerson, mayCreate }: { readonly isNewPerson: boolean; readonly mayCreate: boolean },
  ): { readonly operation: ConsentOperation; readonly answers: readonly PlannedAnswer[] } {
    const answers = due.map(({ consent, held }) => this.plannedAnswer(consent, answer, held));
    const pairs = answers.map(({ attribute, after }) => [attribute, after] as const);
    const addressee = isNewPerson ? person : this.options.knownAs(person);
    const item = consentItem(this.options.canonical, addressee, pairs, { mayCreate });
    const state = answer === 'out' ? SETTLED.OUT : SETTLED.IN;
    const entries = due.map(({ consent, answeredAt }) => this.entry(person, consent, { state, answeredAt }));
    return { operation: { person, item, entries, isNewPerson }, answers };
  }

  private plannedAnswer(index: number, answer: ConsentAnswer, held: HeldConsent | undefined): PlannedAnswer {
    const { target, attribute } = this.consent(index);
    return {
      consent: targetName(target),
      attribute,
      before: held?.answer === undefined ? KEEP : consentFragment(target, held.answer),
      after: consentFragment(target, answer),
    };
  }

  private note(lane: ConsentLane, person: string, consent: number, settled: SettledConsent): void {
    lane.note({ person, entry: this.entry(person, consent, settled) });
  }

  private entry(person: string, consent: number, settled: SettledConsent): ConsentEntry {
    const slot = this.consentSlot(person, consent);
    return { consent, settled, isNew: !this.options.table.isDelivered(slot) };
  }

  /** @returns false when the opt-out stands in the plan already: the query returned its person twice. */
  private claim(person: string, consent: number): boolean {
    const { table } = this.options;
    const slot = this.consentSlot(person, consent);
    if (table.outcome(slot) === OUTCOME.NEW) return false;
    table.setOutcome(slot, OUTCOME.NEW);
    return true;
  }

  private settled(person: string, consent: number): SettledConsent {
    const { table } = this.options;
    const slot = this.consentSlot(person, consent);
    return table.isDelivered(slot) ? fromReference(table.reference(slot)) : NOTHING_SETTLED;
  }

  private consentSlot(person: string, consent: number): Slot {
    this.keys.takeText(person);
    this.keys.write(consent, this.words);
    return this.options.table.findOrInsert(this.words);
  }

  private personSlot(person: string): Slot {
    writeTextKeyWords(person, this.options.keySeed, this.words);
    return this.options.people.find(this.words);
  }

  private isNew(slot: Slot): boolean {
    return slot !== NO_SLOT && this.options.people.outcome(slot) === OUTCOME.NEW;
  }

  private consent(index: number): ConsentField {
    return this.options.model.consents[index] as ConsentField;
  }
}

function stepsOf<K extends CandidateStep['kind']>(
  steps: readonly CandidateStep[],
  kind: K,
): readonly StepOf<K>[] {
  return steps.filter((step): step is StepOf<K> => step.kind === kind);
}
