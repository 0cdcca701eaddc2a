import { withPairs } from '../core/consent/opt-out-pairs.ts';
import { isTooLarge, personItemWriter, sentAttributes, type WritePerson } from '../core/customerio/item.ts';
import { alignDelivered, FRAGMENT_SEPARATOR_BYTE, joinFragments } from '../core/diff/delivered-values.ts';
import { diffPerson } from '../core/diff/diff-person.ts';
import { type Fingerprint, GONE, REMOVED, UNSETTLED } from '../core/diff/entry.ts';
import { type FingerprintTable, NO_SLOT, type Slot } from '../core/diff/fingerprint-table.ts';
import { OUTCOME, type Outcome, OutcomeCounts } from '../core/diff/outcome.ts';
import type { HoldCode } from '../core/guard/hold.ts';
import { personKey } from '../core/identity/person-key.ts';
import type { SpooledBatch } from '../core/operation/batch-codec.ts';
import { PersonEncoder } from '../core/shape/encode-person.ts';
import type { Fault } from '../core/shape/fault.ts';
import type { Fragment } from '../core/shape/fragment.ts';
import { shapePerson } from '../core/shape/shape-row.ts';
import type { Cell } from '../core/shape/shape-value.ts';
import type { RowBatch } from '../ports/source.ts';
import { peopleTable } from './delivered-reader.ts';
import { DuplicateRows, dropFromBatch, SPOOLED } from './duplicate-rows.ts';
import { settleGone, wasRemoved } from './gone-people.ts';
import type { PeopleIdentity } from './identity/people-identity.ts';
import { Outgoing } from './outgoing.ts';
import { GUEST_MARK, PeopleLocator } from './people-locator.ts';
import type {
  ChangedPerson,
  Delivered,
  FinishedPeople,
  PendingRow,
  PeopleScannerOptions,
  PlannedPerson,
} from './people-scanner-options.ts';
import { PeopleTally } from './people-tally.ts';
import { RadiusTally } from './radius-tally.ts';
import { KEY_NAME } from './things/thing-key.ts';
import { VoidNotes } from './void-notes.ts';
import { WithheldRows } from './withheld-rows.ts';
import { writeMore } from './write-more.ts';

const NO_PAIRS = '';

/** Outcomes of rows that are right. */
const RIGHT: ReadonlySet<Outcome> = new Set([
  OUTCOME.UNCHANGED,
  OUTCOME.REFRESHED,
  OUTCOME.NEW,
  OUTCOME.CHANGED,
]);

/** Outcomes of people who are sent; guests are not found by their address alone. */
const SENT: ReadonlySet<Outcome> = new Set([OUTCOME.NEW, OUTCOME.CHANGED, OUTCOME.NOT_SEEN]);

/** Compares the rows of a people model with what was delivered, and spools what is to be sent. */
export class PeopleScanner {
  readonly withheld = new WithheldRows();
  private readonly options: PeopleScannerOptions;
  private readonly table: FingerprintTable;
  private readonly counts = new OutcomeCounts();
  private readonly duplicates: DuplicateRows;
  private readonly tally: PeopleTally;
  /** The person of the row that is looked at. */
  private readonly row: PeopleLocator;
  private readonly writers: Readonly<Record<'canonical' | 'guest', WritePerson>>;
  private readonly encoder: PersonEncoder;
  private readonly outgoing: Outgoing;
  private readonly voids: VoidNotes;
  private readonly radius: RadiusTally;
  /** People whose going is no news: gone before this run, or erased. */
  private goneBefore = 0;
  /** Rows that name nobody. */
  private unlocated = 0;
  private emailChanges = 0;
  private notes = 0;
  private isTakenBack = false;

  constructor(options: PeopleScannerOptions) {
    const { model, canonical, keyIndex, fields, table, sink, samplesMax } = options;
    this.options = options;
    this.table = table;
    this.row = new PeopleLocator({ ...options, keySeed: options.delivered.keySeed });
    this.duplicates = new DuplicateRows(table, this.counts, this.withheld, 'duplicate_person');
    this.radius = new RadiusTally({ ...options, attributes: model.attributes });
    this.tally = new PeopleTally(model.attributes, samplesMax, this.radius);
    this.writers = {
      canonical: personItemWriter(canonical, model.attributes),
      guest: personItemWriter('email', model.attributes),
    };
    this.encoder = new PersonEncoder(canonical, keyIndex, fields);
    this.outgoing = new Outgoing(sink, 'people', [...this.tally.names, KEY_NAME]);
    this.voids = new VoidNotes(this.outgoing, table, peopleTable(model.name));
  }

  async take(batch: RowBatch): Promise<void> {
    const pending = this.compare(batch);
    if (pending.length > 0) await this.settleChanged(batch, pending);
    await this.outgoing.written();
  }

  /** All rows have been taken: what this model says about keys is complete. */
  endRows(): void {
    this.options.identity.finish();
  }

  /** Holds somebody who turned out to be in a conflict, though the row itself is right. */
  hold(person: string, code: HoldCode): void {
    const slot = this.table.find(this.row.wordsOf(person));
    if (slot !== NO_SLOT) this.holdSlot(slot, person, code);
  }

  private holdSlot(slot: Slot, name: string, code: HoldCode): void {
    const outcome = this.table.outcome(slot);
    if (!RIGHT.has(outcome)) return;
    if (SPOOLED.has(outcome)) this.isTakenBack = true;
    this.counts.move(outcome, OUTCOME.HELD);
    this.table.setOutcome(slot, OUTCOME.HELD);
    this.withheld.addHeld(name, code);
  }

  /**
   * Somebody is to be erased: nothing of them is sent, whatever their row is, and what was delivered is void, so
   * that they would be sent anew. `key` is what the table knows them by, `name` how people call them.
   */
  erase(key: string, name: string): void {
    const slot = this.table.find(this.row.wordsOf(key));
    if (slot === NO_SLOT) return;
    const outcome = this.table.outcome(slot);
    this.voids.add(slot);
    if (outcome !== OUTCOME.NOT_SEEN) this.holdSlot(slot, name, 'person_erased');
    else {
      this.table.setOutcome(slot, OUTCOME.HELD);
      if (!this.isAskedFor(name)) this.holdUnread(name);
    }
  }

  /** Read by changes, the row was not looked at. What is told as held is looked at in every run, also when it is free again. */
  private holdUnread(name: string): void {
    this.counts.add(OUTCOME.HELD);
    this.withheld.addHeld(name, 'person_erased');
  }

  /** Only these people are sent, and counted; whoever else differs is left to another run. */
  keepOnly(people: ReadonlySet<string>): void {
    const kept = new Set([...people].map((person) => this.table.find(this.row.wordsOf(person))));
    for (const slot of this.table.slots()) {
      const outcome = this.table.outcome(slot);
      if (outcome === OUTCOME.NOT_SEEN || kept.has(slot)) continue;
      if (SPOOLED.has(outcome)) this.isTakenBack = true;
      this.counts.add(outcome, -1);
      this.table.setOutcome(slot, OUTCOME.HELD);
    }
  }

  get modelName(): string {
    return this.options.model.name;
  }

  /** Whether the person was delivered before and is no longer there: all that is left is at Customer.io. */
  isLeft(person: string): boolean {
    const slot = this.table.find(this.row.wordsOf(person));
    return slot !== NO_SLOT && this.isAskedFor(person) && this.isUnseen(slot);
  }

  /** `moved`: addresses that are nobody's any more; undefined where nothing is done about anybody who is gone. */
  async finish(moved: ReadonlySet<string> | undefined): Promise<FinishedPeople> {
    this.forgetErased();
    // Only now, for nobody is left who could still be erased.
    const leaving = [...this.unseen()].filter((slot) => this.markGone(slot));
    const { outgoing, unlocated, withheld } = this;
    const removed = await settleGone({ ...this.options, outgoing, unlocated, withheld, moved }, leaving);
    this.voids.finish();
    await this.outgoing.finish();
    if (this.duplicates.hasSpooled || this.isTakenBack) {
      await this.options.sink.rewrite((batch) => this.withoutTakenBack(batch));
    }
    const { counts, tally } = this;
    const gone = [...this.unseen()].length;
    const isSent = (key: string): boolean => SENT.has(this.outcomeOf(key));
    return {
      samples: [...tally.samples(isSent), ...(removed?.samples ?? [])],
      examples: this.radius.examples(isSent),
      plan: {
        kind: 'people',
        model: this.options.model.name,
        rows: counts.total(),
        unchanged: counts.of(OUTCOME.UNCHANGED),
        refreshed: counts.of(OUTCOME.REFRESHED),
        newPeople: counts.of(OUTCOME.NEW),
        changedPeople: counts.of(OUTCOME.CHANGED),
        operations: counts.of(OUTCOME.NEW) + counts.of(OUTCOME.CHANGED) + (removed?.removals ?? 0),
        removals: removed?.removals,
        bytes: tally.bytes + (removed?.bytes ?? 0),
        faults: counts.of(OUTCOME.FAULT) + counts.of(OUTCOME.DUPLICATE),
        held: counts.of(OUTCOME.HELD),
        notes: this.notes + this.voids.count,
        gone,
        radius: this.radius.result({
          delivered: this.table.deliveredCount - this.goneBefore,
          gone: removed?.removals ?? gone - this.goneBefore,
        }),
        attributeChanges: tally.attributeChanges(),
        emailChanges: this.emailChanges,
        withheld: this.withheld.counts(),
      },
    };
  }

  /** Looks at keys and fingerprints; most rows end here. @returns those whose delivered values are needed. */
  private compare(batch: RowBatch): readonly PendingRow[] {
    const pending: PendingRow[] = [];
    for (let row = 0; row < batch.length; row += 1) {
      const slot = this.locate(batch, row);
      if (slot === NO_SLOT) continue;
      if (this.options.watch?.isPartial) this.options.watch.read(this.row.nameOf(batch.cells(row)));
      const high = batch.fingerprintHigh(row);
      const low = batch.fingerprintLow(row);
      const isSame = this.table.hasFingerprint(slot, high, low);
      if (this.table.outcome(slot) !== OUTCOME.NOT_SEEN) {
        this.duplicates.add(slot, this.row.nameOf(batch.cells(row)));
        continue;
      }
      // Whoever is erased still has their keys: events that name them must not find nobody.
      if (isSame) this.claims?.keep(batch.raw(row), this.row.person);
      else this.claims?.take(batch.raw(row), this.row.person);
      if (this.options.erased.wereErased(this.row.key)) {
        this.found(slot, OUTCOME.HELD);
        this.withheld.addHeld(this.row.nameOf(batch.cells(row)), 'person_erased');
        this.voids.add(slot);
      } else if (isSame) {
        this.found(slot, OUTCOME.UNCHANGED);
      } else {
        this.found(slot, OUTCOME.PENDING);
        if (!this.table.isDelivered(slot) || wasRemoved(this.table, slot))
          this.settleNew(batch, row, slot, { high, low });
        else pending.push({ row, slot, fingerprint: { high, low }, reference: this.table.reference(slot) });
      }
    }
    return pending;
  }

  /** What takes the claims of the row that is looked at; rows that name their person by other keys make none. */
  private get claims(): PeopleIdentity['claims'] {
    return this.row.isNamed ? this.options.identity.claims : undefined;
  }

  /** The slot of the row's person; NO_SLOT when it has none, and that is recorded. */
  private locate(batch: RowBatch, row: number): Slot {
    const why = this.row.locate(batch, row);
    if (why === undefined) return this.table.findOrInsert(this.row.key);
    const name = this.row.nameOf(batch.cells(row));
    this.options.watch?.read(name);
    this.unlocated += 1;
    this.counts.add(why.kind === 'held' ? OUTCOME.HELD : OUTCOME.FAULT);
    if (why.kind === 'held') this.withheld.addHeld(name, why.code);
    else this.withheld.addFaults(name, [why.fault]);
    return NO_SLOT;
  }

  private settleNew(batch: RowBatch, row: number, slot: Slot, fingerprint: Fingerprint): void {
    const mayBeQuick = this.row.isNamed && !this.tally.wantsNewPeople && !this.options.identity.mayRegister;
    if (!mayBeQuick || !this.encodeNew(batch, row, slot, fingerprint)) {
      this.settle(batch, row, slot, fingerprint, undefined);
    }
  }

  /** The quick way, for rows without anything out of the ordinary. @returns false when this is not one. */
  private encodeNew(batch: RowBatch, row: number, slot: Slot, fingerprint: Fingerprint): boolean {
    const cells = batch.raw(row);
    const entry = { key: this.row.key, fingerprint, isNew: !this.table.isDelivered(slot) };
    const pairs = this.options.optOuts.text(cells);
    const itemBytes = this.outgoing.add((writers) => {
      const label = writers.label.length;
      if (!this.encoder.encode(cells, writers)) return false;
      if (pairs !== '') writeMore(writers.item, pairs);
      writers.record.byte(FRAGMENT_SEPARATOR_BYTE);
      writers.record.copy(writers.label.bytes, label, writers.label.length);
      return true;
    }, entry);
    if (itemBytes === undefined) return false;
    this.move(slot, OUTCOME.NEW);
    this.options.watch?.found(this.row.nameOf(batch.cells(row)));
    this.tally.addEncoded(this.encoder.isSent, itemBytes);
    return true;
  }

  private async settleChanged(batch: RowBatch, pending: readonly PendingRow[]): Promise<void> {
    const { delivered, model } = this.options;
    const references = pending.map(({ reference }) => reference);
    const values = await delivered.deliveredValues(peopleTable(model.name), references);
    pending.forEach(({ row, slot, fingerprint, reference }, index) => {
      const before = values[index];
      if (before === undefined || this.table.outcome(slot) === OUTCOME.DUPLICATE) return;
      // The row speaks for itself once more: how it names its person, and the key's words.
      this.row.locate(batch, row);
      const fragments = alignDelivered(before, this.tally.names);
      this.settle(batch, row, slot, fingerprint, { fragments, reference });
    });
  }

  /** The general way: shape, compare, write. `before` is what was delivered, undefined for a new person. */
  private settle(
    batch: RowBatch,
    row: number,
    slot: Slot,
    fingerprint: Fingerprint,
    before: Delivered | undefined,
  ): void {
    const { model, fields, keyIndex, canonical } = this.options;
    const cells = batch.cells(row);
    const key =
      this.row.person === undefined ? personKey(cells[keyIndex], canonical) : { key: this.row.person };
    const shaped = shapePerson(cells, fields);
    const isGuest = this.row.by === 'guest';
    if ('fault' in key) {
      this.fault(slot, cells, [{ code: key.fault, column: model.keyColumn }]);
      return;
    }
    if (shaped.fragments === undefined) {
      this.fault(slot, cells, shaped.faults);
      return;
    }
    // Guests are sent under their address, which need not be said twice.
    const fragments = isGuest ? this.options.identity.withoutEmail(shaped.fragments) : shaped.fragments;
    if (before === undefined) {
      if (!isGuest) this.options.identity.register(fragments);
      const person = { key: key.key, fragments, changed: undefined, delivered: undefined, fingerprint };
      this.plan(slot, person, this.options.optOuts.text(batch.raw(row)));
    } else {
      this.settleDelivered(slot, { key: key.key, fragments, before, fingerprint });
    }
  }

  /** Someone who was delivered before, whose row is another one now. */
  private settleDelivered(slot: Slot, person: ChangedPerson): void {
    const { identity } = this.options;
    const { key, before, fingerprint } = person;
    const wasGone = this.table.hasFingerprint(slot, GONE.high, GONE.low);
    const verdict = identity.judgeChange(key, before.fragments, person.fragments, wasGone);
    if (verdict === 'reused' || verdict === 'taken') {
      // Held with everybody else whom a conflict concerns, when all of them are known.
      this.move(slot, OUTCOME.REFRESHED);
      return;
    }
    if (verdict !== 'none') this.emailChanges += 1;
    const isWithheld = verdict === 'withhold';
    const fragments = isWithheld
      ? identity.withoutChange(before.fragments, person.fragments)
      : person.fragments;
    if (isWithheld) this.withheld.addHeld(key, 'email_change_impossible');
    const diff = diffPerson(fragments, before.fragments);
    if (diff.changed?.length !== 0) {
      // A row of which something was withheld is looked at again in every run.
      const settled = isWithheld ? UNSETTLED : fingerprint;
      this.plan(slot, { key, delivered: before.fragments, ...diff, fingerprint: settled });
    } else if (isWithheld) {
      this.move(slot, OUTCOME.HELD);
    } else {
      this.move(slot, OUTCOME.REFRESHED);
      this.outgoing.refresh(this.row.key, fingerprint, before.reference);
    }
  }

  private plan(slot: Slot, person: PlannedPerson, pairs = NO_PAIRS): void {
    const { key, fragments, changed, fingerprint } = person;
    const isNew = person.delivered === undefined;
    const write = this.writers[this.row.by === 'guest' ? 'guest' : 'canonical'];
    const text = withPairs(write(key, fragments, changed), pairs);
    if (isTooLarge(text)) {
      this.withheld.addFaults(key, [{ code: 'operation_too_large', column: undefined }]);
      this.move(slot, OUTCOME.FAULT);
      return;
    }
    const itemBytes = this.outgoing.add(
      ({ item, label, record }) => {
        item.text(text);
        label.text(JSON.stringify(key));
        record.text(joinFragments([...fragments, this.keyFragment(key)]));
        return true;
      },
      { key: this.row.key, fingerprint, isNew: !this.table.isDelivered(slot) },
    );
    this.move(slot, isNew ? OUTCOME.NEW : OUTCOME.CHANGED);
    this.options.watch?.found(key);
    this.tally.add(person, itemBytes ?? 0);
  }

  private fault(slot: Slot, cells: readonly Cell[], faults: readonly Fault[]): void {
    this.withheld.addFaults(this.row.nameOf(cells), faults);
    this.move(slot, OUTCOME.FAULT);
  }

  /** Delivered people whose row is no longer there; of those that were asked for, where not all were. */
  private *unseen(): Generator<Slot> {
    const { watch } = this.options;
    if (watch === undefined || !watch.isPartial) {
      yield* this.table.unseen();
      return;
    }
    for (const person of watch.names) {
      const slot = this.table.find(this.row.wordsOf(person));
      if (slot !== NO_SLOT && this.isUnseen(slot)) yield slot;
    }
  }

  private isUnseen(slot: Slot): boolean {
    return this.table.isDelivered(slot) && this.table.outcome(slot) === OUTCOME.NOT_SEEN;
  }

  private isAskedFor(person: string): boolean {
    const { watch } = this.options;
    return watch === undefined || !watch.isPartial || watch.names.has(person);
  }

  /** Also of those whose rows were not read: when they are released, the next whole read sends them. */
  private forgetErased(): void {
    const { erased } = this.options;
    if (!erased.hasEarlier) return;
    for (const slot of this.table.slots()) {
      if (!this.isUnseen(slot)) continue;
      this.table.copyKey(slot, this.row.key);
      if (!erased.wereErased(this.row.key)) continue;
      this.voids.add(slot);
      this.table.setOutcome(slot, OUTCOME.HELD);
    }
  }

  /** What must be known of the person when the row is gone. */
  private keyFragment(key: string): Fragment {
    return JSON.stringify(this.row.by === 'guest' ? GUEST_MARK + key : key);
  }

  /** Remembers that the person's row is no longer there, told once. @returns whether something is to be done about it. */
  private markGone(slot: Slot): boolean {
    this.table.copyKey(slot, this.row.key);
    if (this.options.model.removed.action !== 'nothing') {
      const isDone = this.table.hasFingerprint(slot, REMOVED.high, REMOVED.low);
      if (isDone) this.goneBefore += 1;
      return !isDone;
    }
    if (this.table.hasFingerprint(slot, GONE.high, GONE.low)) {
      this.goneBefore += 1;
      return false;
    }
    this.outgoing.refresh(this.row.key, GONE, this.table.reference(slot));
    this.notes += 1;
    return false;
  }

  /** Drops what was spooled for people who turned out not to be sendable. */
  private withoutTakenBack(batch: SpooledBatch): SpooledBatch | undefined {
    return dropFromBatch(batch, this.table, (item, isNew) => {
      this.tally.remove(item, sentAttributes(item));
      if (!isNew) this.radius.remove(item);
    });
  }

  private found(slot: Slot, outcome: Outcome): void {
    this.table.setOutcome(slot, outcome);
    this.counts.add(outcome);
  }

  /** What a pending row turned out to be. */
  private move(slot: Slot, outcome: Outcome): void {
    this.counts.move(OUTCOME.PENDING, outcome);
    this.table.setOutcome(slot, outcome);
  }

  private outcomeOf(key: string): Outcome {
    const slot = this.table.find(this.row.wordsOf(key));
    return slot === NO_SLOT ? OUTCOME.NOT_SEEN : this.table.outcome(slot);
  }
}
