import { type OptOutPairs, withPairs } from '../core/consent/opt-out-pairs.ts';
import type { CanonicalIdentifier, PeopleModel } from '../core/contract/contract.ts';
import { isTooLarge, personItemWriter, type WritePerson } from '../core/customerio/item.ts';
import { IDENTIFIER_BYTES_MAX } from '../core/customerio/limits.ts';
import { alignDelivered, joinFragments } from '../core/diff/delivered-values.ts';
import { diffPerson } from '../core/diff/diff-person.ts';
import type { EntryReference, Fingerprint } from '../core/diff/entry.ts';
import { type FingerprintTable, NO_SLOT, type Slot } from '../core/diff/fingerprint-table.ts';
import { type KeyWords, newKeyWords, writeKeyWords, writeTextKeyWords } from '../core/diff/key-words.ts';
import { OUTCOME, type Outcome, OutcomeCounts } from '../core/diff/outcome.ts';
import { personKey } from '../core/identity/person-key.ts';
import type { SpooledBatch } from '../core/operation/batch-codec.ts';
import type { PeoplePlan, Sample } from '../core/plan/plan-summary.ts';
import type { ByteWriter } from '../core/shape/byte-writer.ts';
import { PersonEncoder } from '../core/shape/encode-person.ts';
import type { Fault } from '../core/shape/fault.ts';
import type { Fragment } from '../core/shape/fragment.ts';
import { type BoundField, shapePerson } from '../core/shape/shape-row.ts';
import type { Cell } from '../core/shape/shape-value.ts';
import type { RowBatch } from '../ports/source.ts';
import { type DeliveredReader, peopleTable } from './delivered-reader.ts';
import { DuplicateRows, dropFromBatch } from './duplicate-rows.ts';
import type { OperationSink } from './operation-sink.ts';
import { Outgoing } from './outgoing.ts';
import { PeopleTally, type TalliedPerson } from './people-tally.ts';
import { WithheldRows } from './withheld-rows.ts';

export interface PeopleScannerOptions {
  readonly model: PeopleModel;
  readonly canonical: CanonicalIdentifier;
  readonly keyIndex: number;
  readonly fields: readonly BoundField[];
  readonly table: FingerprintTable;
  readonly delivered: DeliveredReader;
  readonly sink: OperationSink;
  readonly samplesMax: number;
  /** What goes with somebody new besides the attributes. */
  readonly optOuts: OptOutPairs;
}

/** A row whose bytes are not those last delivered. */
interface PendingRow {
  readonly row: number;
  readonly slot: Slot;
  readonly fingerprint: Fingerprint;
  /** Where the delivered values lie. */
  readonly reference: EntryReference;
}

const NO_PERSON = '(no identifier)';

/** Compares the rows of a people model with what was delivered, and spools what is to be sent. */
export class PeopleScanner {
  readonly withheld = new WithheldRows();
  private readonly options: PeopleScannerOptions;
  private readonly table: FingerprintTable;
  private readonly counts = new OutcomeCounts();
  private readonly duplicates: DuplicateRows;
  private readonly tally: PeopleTally;
  /** Words of the key of the row that is looked at. */
  private readonly key: KeyWords = newKeyWords();
  private readonly writeItem: WritePerson;
  private readonly encoder: PersonEncoder;
  private readonly outgoing: Outgoing;

  constructor(options: PeopleScannerOptions) {
    const { model, canonical, keyIndex, fields, table, sink, samplesMax } = options;
    this.options = options;
    this.table = table;
    this.duplicates = new DuplicateRows(table, this.counts, this.withheld, 'duplicate_person');
    this.tally = new PeopleTally(model.attributes, samplesMax);
    this.writeItem = personItemWriter(canonical, model.attributes);
    this.encoder = new PersonEncoder(canonical, keyIndex, fields);
    this.outgoing = new Outgoing(sink, 'people', this.tally.names);
  }

  async take(batch: RowBatch): Promise<void> {
    const pending = this.compare(batch);
    if (pending.length > 0) await this.settleChanged(batch, pending);
    await this.outgoing.written();
  }

  async finish(): Promise<{ readonly plan: PeoplePlan; readonly samples: readonly Sample[] }> {
    await this.outgoing.finish();
    if (this.duplicates.hasSpooled) await this.options.sink.rewrite((batch) => this.withoutDuplicates(batch));
    const { counts, tally } = this;
    return {
      samples: tally.samples((key) => this.outcomeOf(key) !== OUTCOME.DUPLICATE),
      plan: {
        kind: 'people',
        model: this.options.model.name,
        rows: counts.total(),
        unchanged: counts.of(OUTCOME.UNCHANGED),
        refreshed: counts.of(OUTCOME.REFRESHED),
        newPeople: counts.of(OUTCOME.NEW),
        changedPeople: counts.of(OUTCOME.CHANGED),
        operations: counts.of(OUTCOME.NEW) + counts.of(OUTCOME.CHANGED),
        bytes: tally.bytes,
        faults: counts.of(OUTCOME.FAULT) + counts.of(OUTCOME.DUPLICATE),
        held: 0,
        gone: this.table.countUnseen(),
        attributeChanges: tally.attributeChanges(),
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
      const high = batch.fingerprintHigh(row);
      const low = batch.fingerprintLow(row);
      if (this.table.outcome(slot) !== OUTCOME.NOT_SEEN) {
        this.duplicates.add(slot, this.keyText(batch.cells(row)));
      } else if (this.table.hasFingerprint(slot, high, low)) {
        this.found(slot, OUTCOME.UNCHANGED);
      } else {
        this.found(slot, OUTCOME.PENDING);
        if (!this.table.isDelivered(slot)) this.settleNew(batch, row, slot, { high, low });
        else pending.push({ row, slot, fingerprint: { high, low }, reference: this.table.reference(slot) });
      }
    }
    return pending;
  }

  /** The slot of the row's person, with the key's words in `key`; NO_SLOT when it has none, which is a fault. */
  private locate(batch: RowBatch, row: number): Slot {
    if (this.writeKey(batch, row)) return this.table.findOrInsert(this.key);
    this.counts.add(OUTCOME.FAULT);
    const cell = batch.cells(row)[this.options.keyIndex];
    const checked = personKey(cell, this.options.canonical);
    const code = 'fault' in checked ? checked.fault : 'person_missing';
    this.withheld.addFaults(cell ?? NO_PERSON, [{ code, column: this.options.model.keyColumn }]);
    return NO_SLOT;
  }

  /** @returns false when the row has no key. */
  private writeKey(batch: RowBatch, row: number): boolean {
    const { keyIndex, canonical, delivered } = this.options;
    if (canonical === 'email') return this.writeEmailKey(batch.cells(row)[keyIndex]);
    // Ids are used as they are, so that a million of them need not become strings.
    const { buffer, starts, ends } = batch.raw(row);
    const start = starts[keyIndex] as number;
    const end = ends[keyIndex] as number;
    if (end <= start || end - start > IDENTIFIER_BYTES_MAX) return false;
    writeKeyWords(buffer, start, end, delivered.keySeed, this.key);
    return true;
  }

  private writeEmailKey(cell: Cell): boolean {
    const checked = personKey(cell, 'email');
    if ('key' in checked) writeTextKeyWords(checked.key, this.options.delivered.keySeed, this.key);
    return 'key' in checked;
  }

  private settleNew(batch: RowBatch, row: number, slot: Slot, fingerprint: Fingerprint): void {
    if (this.tally.wantsNewPeople || !this.encodeNew(batch, row, slot, fingerprint)) {
      this.settle(batch, row, slot, fingerprint, undefined);
    }
  }

  /** The quick way, for rows without anything out of the ordinary. @returns false when this is not one. */
  private encodeNew(batch: RowBatch, row: number, slot: Slot, fingerprint: Fingerprint): boolean {
    const cells = batch.raw(row);
    const entry = { key: this.key, fingerprint, isNew: true };
    const pairs = this.options.optOuts.text(cells);
    const itemBytes = this.outgoing.add((writers) => {
      if (!this.encoder.encode(cells, writers)) return false;
      if (pairs !== '') writeMore(writers.item, pairs);
      return true;
    }, entry);
    if (itemBytes === undefined) return false;
    this.move(slot, OUTCOME.NEW);
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
      this.table.copyKey(slot, this.key);
      this.settle(batch, row, slot, fingerprint, {
        fragments: alignDelivered(before, this.tally.names),
        reference,
      });
    });
  }

  /** The general way: shape, compare, write. `before` is what was delivered, undefined for a new person. */
  private settle(
    batch: RowBatch,
    row: number,
    slot: Slot,
    fingerprint: Fingerprint,
    before: { readonly fragments: readonly Fragment[]; readonly reference: EntryReference } | undefined,
  ): void {
    const cells = batch.cells(row);
    const person = personKey(cells[this.options.keyIndex], this.options.canonical);
    const shaped = shapePerson(cells, this.options.fields);
    if ('fault' in person) {
      this.fault(slot, cells, [{ code: person.fault, column: this.options.model.keyColumn }]);
    } else if (shaped.fragments === undefined) {
      this.fault(slot, cells, shaped.faults);
    } else {
      const diff = diffPerson(shaped.fragments, before?.fragments);
      if (before === undefined || diff.changed?.length !== 0) {
        const pairs = before === undefined ? this.options.optOuts.text(batch.raw(row)) : '';
        this.plan(slot, fingerprint, { key: person.key, delivered: before?.fragments, ...diff }, pairs);
      } else {
        this.move(slot, OUTCOME.REFRESHED);
        this.outgoing.refresh(this.key, fingerprint, before.reference);
      }
    }
  }

  private plan(slot: Slot, fingerprint: Fingerprint, person: TalliedPerson, pairs: string): void {
    const { key, fragments, changed } = person;
    const isNew = person.delivered === undefined;
    const text = withPairs(this.writeItem(key, fragments, changed), pairs);
    if (isTooLarge(text)) {
      this.withheld.addFaults(key, [{ code: 'operation_too_large', column: undefined }]);
      this.move(slot, OUTCOME.FAULT);
      return;
    }
    const itemBytes = this.outgoing.add(
      ({ item, label, record }) => {
        item.text(text);
        label.text(JSON.stringify(key));
        record.text(joinFragments(fragments));
        return true;
      },
      { key: this.key, fingerprint, isNew },
    );
    this.move(slot, isNew ? OUTCOME.NEW : OUTCOME.CHANGED);
    this.tally.add(person, itemBytes ?? 0);
  }

  private fault(slot: Slot, cells: readonly Cell[], faults: readonly Fault[]): void {
    this.withheld.addFaults(this.keyText(cells), faults);
    this.move(slot, OUTCOME.FAULT);
  }

  /** Drops what was spooled for a key before its second row was seen. */
  private withoutDuplicates(batch: SpooledBatch): SpooledBatch | undefined {
    return dropFromBatch(batch, this.table, (item) => this.tally.remove(item));
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
    writeTextKeyWords(key, this.options.delivered.keySeed, this.key);
    return this.table.outcome(this.table.find(this.key));
  }

  private keyText(cells: readonly Cell[]): string {
    const cell = cells[this.options.keyIndex];
    const checked = personKey(cell, this.options.canonical);
    return 'key' in checked ? checked.key : (cell ?? NO_PERSON);
  }
}

/** Adds members to an item that was just written and ends in `}}`. */
function writeMore(item: ByteWriter, pairs: string): void {
  const isEmpty = item.bytes[item.length - CLOSING_BYTES - 1] === OPEN_BRACE;
  item.length -= CLOSING_BYTES;
  item.text(`${isEmpty ? '' : ','}${pairs}}}`);
}

const OPEN_BRACE = 0x7b;
const CLOSING_BYTES = 2;
