import type { KeyedKind, KeyedModel } from '../../core/contract/contract.ts';
import { isTooLarge, sentAttributes } from '../../core/customerio/item.ts';
import type { ThingKey, ThingWriter } from '../../core/customerio/thing-item.ts';
import { alignDelivered, joinFragments } from '../../core/diff/delivered-values.ts';
import { diffPerson, type PersonDiff } from '../../core/diff/diff-person.ts';
import { type EntryReference, type Fingerprint, GONE } from '../../core/diff/entry.ts';
import type { FingerprintTable, Slot } from '../../core/diff/fingerprint-table.ts';
import { newKeyWords, writeTextKeyWords } from '../../core/diff/key-words.ts';
import { OUTCOME, type Outcome, OutcomeCounts } from '../../core/diff/outcome.ts';
import type { KeyedPlan, Sample } from '../../core/plan/plan-summary.ts';
import type { Fragment } from '../../core/shape/fragment.ts';
import { type BoundField, shapePerson } from '../../core/shape/shape-row.ts';
import type { Cell } from '../../core/shape/shape-value.ts';
import type { RowBatch } from '../../ports/source.ts';
import type { DeliveredReader } from '../delivered-reader.ts';
import { DuplicateRows, dropFromBatch } from '../duplicate-rows.ts';
import type { OperationSink } from '../operation-sink.ts';
import { Outgoing } from '../outgoing.ts';
import { PeopleTally } from '../people-tally.ts';
import { VoidNotes } from '../void-notes.ts';
import { WithheldRows } from '../withheld-rows.ts';
import { GoneThings } from './gone-things.ts';
import { KEY_NAME, thingText, writeThingKey } from './thing-key.ts';
import { type Located, type ThingLocator, thingName } from './thing-locator.ts';

export interface ThingScannerOptions {
  readonly model: KeyedModel;
  readonly writer: ThingWriter;
  readonly locator: ThingLocator;
  readonly fields: readonly BoundField[];
  readonly table: FingerprintTable;
  /** Name of the table in the state. */
  readonly tableName: string;
  readonly delivered: DeliveredReader;
  readonly sink: OperationSink;
  readonly samplesMax: number;
  /** Somebody is to be erased. */
  readonly onErased: ((key: ThingKey) => void) | undefined;
}

/** Kinds whose rows say nothing but that something is there. */
const VALUELESS: ReadonlySet<KeyedKind> = new Set(['segment', 'erasure']);

/** A row with values that may be sent. */
interface ShapedThing {
  readonly slot: Slot;
  readonly key: ThingKey;
  readonly fingerprint: Fingerprint;
  readonly fragments: readonly Fragment[];
}

/** Of a thing delivered before: where the values of then lie. */
interface PendingThing extends ShapedThing {
  readonly reference: EntryReference;
}

/** Compares rows that each stand for one thing with what was delivered, and spools what is to be put, changed or removed. */
export class ThingScanner {
  readonly withheld = new WithheldRows();
  private readonly options: ThingScannerOptions;
  private readonly table: FingerprintTable;
  private readonly names: readonly string[];
  private readonly counts = new OutcomeCounts();
  private readonly duplicates: DuplicateRows;
  private readonly tally: PeopleTally;
  private readonly outgoing: Outgoing;
  private readonly gone: GoneThings;
  private readonly voids: VoidNotes;
  private readonly words = newKeyWords();
  private readonly deliveredBefore: number;
  private unplacedRows = 0;

  constructor(options: ThingScannerOptions) {
    const { model, table, sink, samplesMax } = options;
    this.options = options;
    this.table = table;
    this.deliveredBefore = table.deliveredCount;
    this.duplicates = new DuplicateRows(table, this.counts, this.withheld, 'duplicate_row');
    this.tally = new PeopleTally(model.attributes, samplesMax);
    this.names = [KEY_NAME, ...this.tally.names];
    this.outgoing = new Outgoing(sink, 'things', this.names);
    this.voids = new VoidNotes(this.outgoing, table, options.tableName);
    this.gone = new GoneThings({ ...options, voids: this.voids });
  }

  async take(batch: RowBatch): Promise<void> {
    const pending = this.compare(batch);
    if (pending.length > 0) await this.settleDelivered(pending);
    await this.outgoing.written();
  }

  /** All rows have been taken. What is not among them is gone, but only if every row could be placed. */
  async endRows(): Promise<void> {
    const maySendRemovals = this.options.model.removed === 'remove' && this.unplacedRows === 0;
    await this.gone.settle(maySendRemovals, this.outgoing);
  }

  async finish(): Promise<{ readonly plan: KeyedPlan; readonly samples: readonly Sample[] }> {
    this.voids.finish();
    await this.outgoing.finish();
    if (this.duplicates.hasSpooled) {
      await this.options.sink.rewrite((batch) =>
        dropFromBatch(batch, this.table, (item) => this.tally.remove(item, sentAttributes(item))),
      );
    }
    return { plan: this.plan(), samples: [...this.gone.samples, ...this.samples()] };
  }

  private plan(): KeyedPlan {
    const { counts, tally, gone } = this;
    const { kind, name, target, removed } = this.options.model;
    const [added, changed] = [counts.of(OUTCOME.NEW), counts.of(OUTCOME.CHANGED)];
    return {
      kind,
      model: name,
      target,
      rows: counts.total(),
      unchanged: counts.of(OUTCOME.UNCHANGED),
      refreshed: counts.of(OUTCOME.REFRESHED),
      added,
      changed,
      removals: gone.removals,
      operations: added + changed + gone.removals,
      bytes: tally.bytes + gone.bytes,
      faults: counts.of(OUTCOME.FAULT) + counts.of(OUTCOME.DUPLICATE),
      held: counts.of(OUTCOME.HELD),
      gone: gone.left,
      unplacedRows: removed === 'remove' && gone.left > 0 ? this.unplacedRows : 0,
      delivered: this.deliveredBefore,
      notes: gone.notes + this.voids.count,
      attributeChanges: tally.attributeChanges(),
      withheld: this.withheld.counts(),
    };
  }

  private samples(): readonly Sample[] {
    const isSent = (key: string): boolean => !this.withheld.rows.some((row) => row.key === key);
    return this.tally.samples(isSent).flatMap((sample) =>
      sample.kind === 'person'
        ? [
            {
              kind: 'thing',
              key: sample.key,
              action: this.actionOf(sample.isNew),
              changes: sample.changes,
            },
          ]
        : [],
    );
  }

  private actionOf(isNew: boolean): 'add' | 'change' | 'remove' {
    if (this.options.model.kind === 'erasure') return 'remove';
    return isNew ? 'add' : 'change';
  }

  /** @returns things that were delivered before, whose values of then are needed. */
  private compare(batch: RowBatch): readonly PendingThing[] {
    const pending: PendingThing[] = [];
    for (let row = 0; row < batch.length; row += 1) {
      const cells = batch.cells(row);
      const located = this.options.locator.locate(cells);
      if (located.kind !== 'thing') {
        this.unplaced(located, cells);
        continue;
      }
      const fingerprint = { high: batch.fingerprintHigh(row), low: batch.fingerprintLow(row) };
      const thing = this.look(located.key, fingerprint, cells);
      if (thing === undefined) continue;
      if (this.table.isDelivered(thing.slot)) {
        pending.push({ ...thing, reference: this.table.reference(thing.slot) });
      } else this.put(thing, { changed: undefined, fragments: thing.fragments }, undefined);
    }
    return pending;
  }

  /** Undefined when the row needs nothing more. */
  private look(key: ThingKey, fingerprint: Fingerprint, cells: readonly Cell[]): ShapedThing | undefined {
    const { locator, fields } = this.options;
    const slot = this.table.findOrInsert(this.wordsOf(key));
    if (this.table.outcome(slot) !== OUTCOME.NOT_SEEN) {
      this.repeated(slot, key);
      return undefined;
    }
    if (locator.isErased(key)) {
      this.found(slot, OUTCOME.HELD);
      this.withheld.addHeld(thingName(key), 'person_erased');
      this.voids.add(slot);
      return undefined;
    }
    if (this.table.hasFingerprint(slot, fingerprint.high, fingerprint.low)) {
      this.found(slot, OUTCOME.UNCHANGED);
      return undefined;
    }
    this.found(slot, OUTCOME.PENDING);
    const obstacle = locator.obstacle(key);
    const shaped = shapePerson(cells, fields);
    if (obstacle !== undefined) {
      this.move(slot, this.withhold(thingName(key), obstacle));
      return undefined;
    }
    if (shaped.fragments === undefined) {
      this.withheld.addFaults(thingName(key), shaped.faults);
      this.move(slot, OUTCOME.FAULT);
      return undefined;
    }
    return { slot, key, fingerprint, fragments: shaped.fragments };
  }

  /** Where a row says nothing but that something is there, saying it twice does no harm. */
  private repeated(slot: Slot, key: ThingKey): void {
    if (VALUELESS.has(this.options.model.kind)) this.counts.add(OUTCOME.UNCHANGED);
    else this.duplicates.add(slot, thingName(key));
  }

  private unplaced(why: Exclude<Located, { readonly kind: 'thing' }>, cells: readonly Cell[]): void {
    this.unplacedRows += 1;
    this.counts.add(this.withhold(this.options.locator.nameOf(cells), why));
  }

  private withhold(name: string, why: Exclude<Located, { readonly kind: 'thing' }>): Outcome {
    if (why.kind === 'held') this.withheld.addHeld(name, why.code);
    else this.withheld.addFaults(name, [why.fault]);
    return why.kind === 'held' ? OUTCOME.HELD : OUTCOME.FAULT;
  }

  private async settleDelivered(pending: readonly PendingThing[]): Promise<void> {
    const { delivered, tableName } = this.options;
    const values = await delivered.deliveredValues(
      tableName,
      pending.map(({ reference }) => reference),
    );
    pending.forEach((thing, index) => {
      const known = values[index];
      if (known === undefined || this.table.outcome(thing.slot) !== OUTCOME.PENDING) return;
      const before = alignDelivered(known, this.names).slice(1);
      const diff = diffPerson(thing.fragments, before);
      // Whatever was gone may have lost more at Customer.io than is known here: it is sent whole.
      const wasGone = this.table.hasFingerprint(thing.slot, GONE.high, GONE.low);
      if (wasGone) this.put(thing, { ...diff, changed: undefined }, before);
      else if (diff.changed?.length === 0) this.refresh(thing);
      else this.put(thing, diff, before);
    });
  }

  private refresh({ slot, key, fingerprint, reference }: PendingThing): void {
    this.move(slot, OUTCOME.REFRESHED);
    this.outgoing.refresh(this.wordsOf(key), fingerprint, reference);
  }

  private put(thing: ShapedThing, diff: PersonDiff, before: readonly Fragment[] | undefined): void {
    const { key, slot, fingerprint } = thing;
    const name = thingName(key);
    const text = this.options.writer.put(key, diff.fragments, diff.changed);
    if (isTooLarge(text)) {
      this.withheld.addFaults(name, [{ code: 'operation_too_large', column: undefined }]);
      this.move(slot, OUTCOME.FAULT);
      return;
    }
    const isNew = before === undefined;
    const itemBytes = this.outgoing.add(
      ({ item, label, record }) => {
        item.text(text);
        label.text(JSON.stringify([name, key.person ?? null]));
        record.text(joinFragments([writeThingKey(key), ...diff.fragments]));
        return true;
      },
      { key: this.wordsOf(key), fingerprint, isNew },
    );
    this.move(slot, isNew ? OUTCOME.NEW : OUTCOME.CHANGED);
    this.options.onErased?.(key);
    this.tally.add({ key: name, ...diff, delivered: before }, itemBytes ?? 0);
  }

  private wordsOf(key: ThingKey): Uint32Array {
    writeTextKeyWords(thingText(key), this.options.delivered.keySeed, this.words);
    return this.words;
  }

  private found(slot: Slot, outcome: Outcome): void {
    this.table.setOutcome(slot, outcome);
    this.counts.add(outcome);
  }

  private move(slot: Slot, outcome: Outcome): void {
    this.counts.move(OUTCOME.PENDING, outcome);
    this.table.setOutcome(slot, outcome);
  }
}
