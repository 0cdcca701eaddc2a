import type { CanonicalIdentifier, PeopleModel } from '../core/contract/contract.ts';
import { isTooLarge, personItemWriter, type WritePerson } from '../core/customerio/item.ts';
import { IDENTIFIER_BYTES_MAX } from '../core/customerio/limits.ts';
import { alignDelivered, joinFragments } from '../core/diff/delivered-values.ts';
import { diffPerson } from '../core/diff/diff-person.ts';
import { type EntryReference, type Fingerprint, NOWHERE } from '../core/diff/entry.ts';
import { type FingerprintTable, NO_SLOT, type Slot } from '../core/diff/fingerprint-table.ts';
import { type KeyWords, newKeyWords, writeKeyWords, writeTextKeyWords } from '../core/diff/key-words.ts';
import { OUTCOME, type Outcome, OutcomeCounts } from '../core/diff/outcome.ts';
import { personKey } from '../core/identity/person-key.ts';
import { BatchBuilder, type NewItem } from '../core/operation/batch-builder.ts';
import type { SpooledBatch } from '../core/operation/batch-codec.ts';
import type { PeoplePlan, Sample } from '../core/plan/plan-summary.ts';
import { type ByteWriter, fill } from '../core/shape/byte-writer.ts';
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
}

/** A row whose bytes are not those last delivered, or that is new. */
interface PendingRow {
  readonly row: number;
  /** Its slot, as long as the table is of this generation. */
  readonly slot: Slot;
  readonly generation: number;
  readonly fingerprint: Fingerprint;
  /** Where the delivered values lie; undefined for a new person. */
  readonly reference: EntryReference | undefined;
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
  private readonly key: KeyWords = newKeyWords();
  private readonly writeItem: WritePerson;
  private readonly encoder: PersonEncoder;
  private readonly outgoing: Outgoing;

  constructor(options: PeopleScannerOptions) {
    this.options = options;
    this.table = options.table;
    this.duplicates = new DuplicateRows(options.table, this.counts, this.withheld, 'duplicate_person');
    this.tally = new PeopleTally(options.model.attributes, options.samplesMax);
    this.writeItem = personItemWriter(options.canonical, options.model.attributes);
    this.encoder = new PersonEncoder(options.canonical, options.keyIndex, options.fields);
    this.outgoing = new Outgoing(options.sink, new BatchBuilder('people', this.tally.names));
  }

  async take(batch: RowBatch): Promise<void> {
    const pending = this.compare(batch);
    const references = pending.flatMap(({ reference }) => reference ?? []);
    const { delivered, model } = this.options;
    const values = await delivered.deliveredValues(peopleTable(model.name), references);
    let next = 0;
    for (const row of pending) {
      const before = row.reference === undefined ? undefined : values[next++];
      const disk = this.settle(batch, row, before && alignDelivered(before, this.tally.names));
      if (disk !== undefined) await disk;
    }
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

  /** Looks at keys and fingerprints only; most rows end here. */
  private compare(batch: RowBatch): readonly PendingRow[] {
    const pending: PendingRow[] = [];
    for (let row = 0; row < batch.length; row += 1) {
      const slot = this.locate(batch, row);
      if (slot === NO_SLOT) continue;
      if (this.table.outcome(slot) !== OUTCOME.NOT_SEEN) {
        this.duplicates.add(slot, this.keyText(batch.cells(row)));
        continue;
      }
      const high = batch.fingerprintHigh(row);
      const low = batch.fingerprintLow(row);
      if (this.table.hasFingerprint(slot, high, low)) {
        this.found(slot, OUTCOME.UNCHANGED);
        continue;
      }
      this.found(slot, OUTCOME.PENDING);
      const reference = this.table.isDelivered(slot) ? this.table.reference(slot) : undefined;
      pending.push({ row, slot, generation: this.table.generation, fingerprint: { high, low }, reference });
    }
    return pending;
  }

  /** The slot of the row's person; NO_SLOT when it has none, which is a fault. */
  private locate(batch: RowBatch, row: number): Slot {
    if (this.writeKey(batch, row)) return this.table.findOrInsert(this.key);
    this.counts.add(OUTCOME.FAULT);
    const cell = batch.cells(row)[this.options.keyIndex];
    const checked = personKey(cell, this.options.canonical);
    const code = 'fault' in checked ? checked.fault : 'person_missing';
    this.withheld.addFaults(cell ?? NO_PERSON, [{ code, column: this.options.model.keyColumn }]);
    return NO_SLOT;
  }

  /** Leaves the words of the row's key in `this.key`. @returns false when the row has none. */
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

  /** @returns a promise only when the disk is slower than MySQL. */
  private settle(
    batch: RowBatch,
    pending: PendingRow,
    delivered: readonly Fragment[] | undefined,
  ): Promise<void> | undefined {
    const isInPlace = pending.generation === this.table.generation;
    const slot = isInPlace ? pending.slot : this.locate(batch, pending.row);
    if (this.table.outcome(slot) === OUTCOME.DUPLICATE) return undefined;
    if (
      delivered === undefined &&
      !this.tally.wantsNewPeople &&
      this.encoder.encode(batch.raw(pending.row))
    ) {
      return this.planEncoded(batch, slot, pending);
    }
    const cells = batch.cells(pending.row);
    const person = personKey(cells[this.options.keyIndex], this.options.canonical);
    if ('fault' in person) {
      return this.fault(slot, cells, [{ code: person.fault, column: this.options.model.keyColumn }]);
    }
    const shaped = shapePerson(cells, this.options.fields);
    if (shaped.fragments === undefined) return this.fault(slot, cells, shaped.faults);
    const diff = diffPerson(shaped.fragments, delivered);
    this.writeKey(batch, pending.row);
    if (diff.changed?.length === 0) return this.refresh(slot, pending);
    return this.plan(slot, pending.fingerprint, { key: person.key, delivered, ...diff });
  }

  private refresh(slot: Slot, { fingerprint, reference }: PendingRow): Promise<void> | undefined {
    this.move(slot, OUTCOME.REFRESHED);
    return this.outgoing.refresh(this.key, fingerprint, reference ?? NOWHERE);
  }

  private planEncoded(
    batch: RowBatch,
    slot: Slot,
    { row, fingerprint }: PendingRow,
  ): Promise<void> | undefined {
    const { item, label, record, isSent } = this.encoder;
    this.writeKey(batch, row);
    this.move(slot, OUTCOME.NEW);
    this.tally.addEncoded(isSent, item.length);
    return this.put({ item, label, key: this.key, fingerprint, isNew: true }, record);
  }

  private plan(slot: Slot, fingerprint: Fingerprint, person: TalliedPerson): Promise<void> | undefined {
    const { key, fragments, changed } = person;
    const isNew = person.delivered === undefined;
    const text = this.writeItem(key, fragments, changed);
    if (isTooLarge(text)) {
      this.withheld.addFaults(key, [{ code: 'operation_too_large', column: undefined }]);
      this.move(slot, OUTCOME.FAULT);
      return undefined;
    }
    this.move(slot, isNew ? OUTCOME.NEW : OUTCOME.CHANGED);
    const { item, label, record } = this.encoder;
    fill(item, text);
    fill(label, JSON.stringify(key));
    fill(record, joinFragments(fragments));
    this.tally.add(person, item.length);
    return this.put({ item, label, key: this.key, fingerprint, isNew }, record);
  }

  private put(person: NewItem, record: ByteWriter): Promise<void> | undefined {
    const room = this.outgoing.makeRoom(person.item.length);
    this.outgoing.builder.addPerson(person, record);
    return room;
  }

  private fault(slot: Slot, cells: readonly Cell[], faults: readonly Fault[]): undefined {
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
