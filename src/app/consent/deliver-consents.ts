import { ConsentKeys } from '../../core/consent/consent-key.ts';
import { targetName } from '../../core/consent/consent-target.ts';
import { judgeOptIn } from '../../core/consent/judge-opt-in.ts';
import { SETTLED, toReference } from '../../core/consent/settled-consent.ts';
import type { ConsentField, PeopleModel } from '../../core/contract/contract.ts';
import { ENTRY_WORDS } from '../../core/diff/entry.ts';
import { newKeyWords } from '../../core/diff/key-words.ts';
import { writeEntry } from '../../core/diff/write-entry.ts';
import type { HoldCode } from '../../core/guard/hold.ts';
import { ItemBatch } from '../../core/operation/item-batch.ts';
import type { ConsentPlan } from '../../core/plan/plan-summary.ts';
import type { Lease } from '../../core/state/lease.ts';
import type { Reject } from '../../core/state/run.ts';
import type { Delivery } from '../../ports/destination.ts';
import type { StateStore } from '../../ports/state-store.ts';
import { consentTable } from '../delivered-reader.ts';
import type { DeliveryOptions } from '../delivery-options.ts';
import type { DeliveryTally } from '../delivery-tally.ts';
import { InFlight } from '../in-flight.ts';
import type { OnAccepted } from '../model-recorder.ts';
import type { Session } from '../session.ts';
import { type ConsentEntry, type ConsentOperation, type ConsentWork, readWork } from './consent-spool.ts';
import { HeldConsentReader } from './held-consents.ts';

export interface ConsentDeliveryOptions extends DeliveryOptions {
  readonly session: Session;
  readonly model: PeopleModel;
  readonly lease: Lease;
  readonly state: StateStore;
  /** Told about opt-ins that were held at the moment of sending. */
  onHeld(key: string, code: HoldCode): void;
  readonly onAccepted?: OnAccepted | undefined;
}

/** What Customer.io was found to hold is good for so long; then it is asked again, right before an opt-in. */
const CHECK_MS_MAX = 60_000;

const NO_FINGERPRINT = { high: 0, low: 0 };

/** Sends the answers of one plan and remembers those that were accepted. */
export class ConsentDelivery {
  private readonly plan: ConsentPlan;
  private readonly tally: DeliveryTally;
  private readonly options: ConsentDeliveryOptions;
  private readonly inFlight: InFlight;
  private readonly keys: ConsentKeys;
  private readonly reader: HeldConsentReader;

  constructor(plan: ConsentPlan, tally: DeliveryTally, options: ConsentDeliveryOptions) {
    this.plan = plan;
    this.tally = tally;
    this.options = options;
    this.inFlight = new InFlight(options.requestsInFlight);
    const { session, model, state, signal } = options;
    const { canonical } = session.contract.project;
    const names = model.consents.map(({ target }) => targetName(target));
    this.keys = new ConsentKeys(canonical, names, state.delivered.keySeed);
    const { observer } = session.toolbox;
    this.reader = new HeldConsentReader({ app: session.app, canonical, observer, signal });
  }

  /** Resolves when every operation is accepted, refused or held, and that is recorded. */
  async run(): Promise<void> {
    const { spools, planId, signal, session } = this.options;
    const { model, operations } = this.plan;
    if (operations > 0) session.toolbox.observer.observe({ kind: 'step', text: `Sending ${model}` });
    await this.inFlight.during(async () => {
      for await (const work of readWork(spools, planId, this.plan.model)) {
        signal?.throwIfAborted();
        await this.do(work);
      }
    });
  }

  /**
   * The opt-outs of new people, once it is known what became of these: remembered with those that were made, sent
   * for all others, and for everybody when a guard has stopped the run.
   */
  settleCarried(isStopped: boolean): Promise<void> {
    const { spools, planId, refusedPeople } = this.options;
    return this.inFlight.during(async () => {
      for await (const { carried } of readWork(spools, planId, this.plan.model)) {
        const isMade = ({ person }: ConsentOperation): boolean =>
          !isStopped && refusedPeople.codeOf(person) === undefined;
        const left = carried.filter((operation) => !isMade(operation));
        await this.remember(carried.filter(isMade));
        this.tally.added += left.length;
        if (left.length > 0) await this.inFlight.add(() => this.send(left));
      }
    });
  }

  private async remember(operations: readonly ConsentOperation[]): Promise<void> {
    if (operations.length === 0) return;
    await this.record(entriesOf(operations), { accepted: [], rejects: [] });
  }

  private async do(work: ConsentWork): Promise<void> {
    const { operations, notes } = work;
    if (notes.length > 0) {
      await this.record(
        notes.map(({ person, entry }) => [person, entry]),
        { accepted: [], rejects: [] },
      );
    }
    const due = this.plan.direction === 'opt_in' ? await this.stillDue(work) : operations;
    if (due.length > 0) await this.inFlight.add(() => this.send(due));
  }

  /** Opt-ins against which nothing speaks now. A plan may have waited for hours, a queue for minutes. */
  private async stillDue({ operations, checkedAt }: ConsentWork): Promise<readonly ConsentOperation[]> {
    const { clock, refusedPeople } = this.options;
    const sound = operations.filter(({ person }) => {
      const code = refusedPeople.codeOf(person);
      return code === undefined || this.hold(person, code);
    });
    if (sound.length === 0 || clock.now() - checkedAt <= CHECK_MS_MAX) return sound;
    const held = await this.reader.read(sound.map(({ person }) => person));
    if (held === undefined) return sound.filter(({ person }) => this.hold(person, 'opt_in_unchecked'));
    return sound.filter((operation) => {
      const { person, entries, isNewPerson } = operation;
      const isDue = entries.every(({ consent, settled }) => {
        const found = held.of(person, this.consent(consent), isNewPerson);
        // It was found to be due before; that it is there by now is no reason against it.
        const verdict = judgeOptIn({ answeredAt: settled.answeredAt, held: found, settled: SETTLED.OUT });
        return verdict === 'write';
      });
      return isDue || this.hold(person, 'opt_in_overtaken');
    });
  }

  private async send(operations: readonly ConsentOperation[]): Promise<void> {
    const items = ItemBatch.of(operations.map(({ item }) => Buffer.from(item, 'utf8')));
    const delivery = await this.options.destination.deliver(items, this.options.signal);
    const people = operations.map(({ person }) => person);
    this.options.settleGate?.sent(people, items, (index) => delivery.refused.has(index));
    await this.recordAnswer(operations, delivery);
  }

  private async recordAnswer(
    operations: readonly ConsentOperation[],
    { refused, requests }: Delivery,
  ): Promise<void> {
    const accepted = operations.filter((_, index) => !refused.has(index));
    const rejects = [...refused].map(([index, refusal]) => ({
      key: operations[index]?.person ?? '',
      ...refusal,
    }));
    for (const { key } of rejects) this.options.refusedPeople.add(key);
    await this.record(entriesOf(accepted), { accepted: accepted.map(({ person }) => person), rejects });
    this.tally.accepted += accepted.length;
    this.tally.rejected += rejects.length;
    this.tally.requests += requests;
    const { model, operations: total } = this.plan;
    const progress = { activity: 'sending', model, done: this.tally.settled, total } as const;
    this.options.session.toolbox.observer.observe({ kind: 'progress', progress });
  }

  /** Remembers answers, and the rejects; one transaction for what one request brought. */
  private async record(
    answers: readonly PersonEntry[],
    answered: { readonly accepted: readonly string[]; readonly rejects: readonly Reject[] },
  ): Promise<void> {
    const { state, lease, clock, model, onAccepted } = this.options;
    await state.delivered.recordBatch(lease, {
      model: this.plan.model,
      table: consentTable(model.name),
      entries: this.entryBlock(answers),
      newKeys: answers.filter(([, { isNew }]) => isNew).length,
      frames: [],
      acceptedKeys: () => answered.accepted,
      rejects: answered.rejects,
      now: clock.now(),
    });
    onAccepted?.(this.plan.model, answered.accepted);
  }

  private entryBlock(answers: readonly PersonEntry[]): Uint32Array {
    const block = new Uint32Array(answers.length * ENTRY_WORDS);
    const words = newKeyWords();
    answers.forEach(([person, { consent, settled }], place) => {
      this.keys.takeText(person);
      this.keys.write(consent, words);
      writeEntry(block, place, words, NO_FINGERPRINT, toReference(settled));
    });
    return block;
  }

  private hold(person: string, code: HoldCode): false {
    this.tally.held += 1;
    this.options.onHeld(person, code);
    return false;
  }

  private consent(index: number): ConsentField {
    return this.options.model.consents[index] as ConsentField;
  }
}

type PersonEntry = readonly [person: string, entry: ConsentEntry];

function entriesOf(operations: readonly ConsentOperation[]): readonly PersonEntry[] {
  return operations.flatMap(({ person, entries }) => entries.map((entry) => [person, entry] as const));
}
