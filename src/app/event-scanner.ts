import type { CanonicalIdentifier, EventModel } from '../core/contract/contract.ts';
import { anonymousItemWriter, eventItemWriter, isTooLarge } from '../core/customerio/item.ts';
import type { Fingerprint } from '../core/diff/entry.ts';
import type { FingerprintTable, Slot } from '../core/diff/fingerprint-table.ts';
import { type KeyWords, newKeyWords, writeEventKeyWords } from '../core/diff/key-words.ts';
import { OUTCOME, type Outcome, OutcomeCounts } from '../core/diff/outcome.ts';
import type { EventStart } from '../core/guard/event-start.ts';
import type { HoldCode } from '../core/guard/hold.ts';
import { type Liveness, liveness, waitingRule } from '../core/guard/liveness.ts';
import { eventIdBytes, eventIdFromText, eventIdText } from '../core/identity/event-id.ts';
import type { SpooledBatch } from '../core/operation/batch-codec.ts';
import type { EventHours } from '../core/operation/event-hours.ts';
import { personWord } from '../core/operation/moments.ts';
import { type EventLabel, HAS_WAITED, IS_STRANGER } from '../core/operation/outgoing-batch.ts';
import type { EventPlan, Sample } from '../core/plan/plan-summary.ts';
import type { Fault } from '../core/shape/fault.ts';
import {
  contentFingerprint,
  type EventBody,
  type EventColumns,
  eventKey,
  eventKeyText,
  eventProperties,
  eventTime,
  throttledKey,
} from '../core/shape/shape-event.ts';
import type { Cell } from '../core/shape/shape-value.ts';
import type { RowBatch } from '../ports/source.ts';
import type { CaptureWatch } from './capture/capture-watch.ts';
import { DuplicateRows, dropFromBatch } from './duplicate-rows.ts';
import type { EventBy, EventPeople, EventPerson, SentEvent } from './identity/event-people.ts';
import type { GuestPeople } from './identity/guest-people.ts';
import { WaitingEvents } from './identity/waiting-events.ts';
import type { OperationSink } from './operation-sink.ts';
import { Outgoing } from './outgoing.ts';
import type { BackfillScope } from './reading.ts';
import { TimeOrderedSink } from './time-ordered-sink.ts';
import { WithheldRows } from './withheld-rows.ts';

export interface EventScannerOptions {
  readonly model: EventModel;
  readonly namespace: string;
  readonly canonical: CanonicalIdentifier;
  readonly columns: EventColumns;
  readonly start: EventStart;
  /** Unix seconds. */
  readonly now: number;
  readonly clockSkewSeconds: number;
  /** The ledger: what was delivered of this event. */
  readonly table: FingerprintTable;
  readonly people: EventPeople;
  /** For a backfill: which events are looked at, besides those in its time. */
  readonly scope: Pick<BackfillScope, 'kind' | 'keys' | 'marker'> | undefined;
  readonly guests: GuestPeople;
  /** Events of earlier runs that wait for their person. */
  readonly waiting: FingerprintTable;
  readonly sink: OperationSink;
  /** Where events go that are sent without a person; undefined when the model sends none so. */
  readonly anonymousSink: OperationSink | undefined;
  readonly samplesMax: number;
  /** Looks on where changes are captured. */
  readonly watch: CaptureWatch | undefined;
  /** When a row changed (unix seconds), where it tells. */
  changedAt(cells: readonly Cell[]): number | undefined;
}

/** One row on its way; `slot` is its place in the ledger. */
interface EventRow {
  readonly cells: readonly Cell[];
  readonly key: string;
  readonly slot: Slot;
  readonly keyParts: readonly string[];
  readonly idBytes: Buffer;
  readonly occurredAt: number;
  /** 32 bits of the fingerprint of the row's bytes. */
  readonly rowHash: number;
}

/** What was found for a row that leaves no room for another one in its throttle's window. */
const THROTTLING: ReadonlySet<Outcome> = new Set([OUTCOME.NEW, OUTCOME.UNCHANGED, OUTCOME.NOT_DUE]);

/** Compares the rows of an event model with the ledger, and spools the events that are to be sent. */
export class EventScanner {
  readonly withheld = new WithheldRows();
  private readonly options: EventScannerOptions;
  private readonly table: FingerprintTable;
  private readonly counts = new OutcomeCounts();
  private readonly duplicates: DuplicateRows;
  private readonly key: KeyWords = newKeyWords();
  private readonly writers: Readonly<Record<EventBy, ReturnType<typeof eventItemWriter>>>;
  private readonly outgoing: Outgoing;
  private readonly anonymous: Outgoing | undefined;
  private readonly waiting: WaitingEvents;
  private readonly samples: Sample[] = [];
  private bytes = 0;
  private anonymousCount = 0;

  constructor(options: EventScannerOptions) {
    this.options = options;
    this.table = options.table;
    this.duplicates = new DuplicateRows(options.table, this.counts, this.withheld, 'duplicate_event');
    const { event } = options.model;
    this.writers = {
      canonical: eventItemWriter(options.canonical, event),
      guest: eventItemWriter('email', event),
      anonymous: anonymousItemWriter(event),
    };
    this.outgoing = new Outgoing(new TimeOrderedSink(options.sink), 'events', []);
    this.anonymous = options.anonymousSink && new Outgoing(options.anonymousSink, 'events', []);
    this.waiting = new WaitingEvents(event, options.waiting, this.outgoing);
  }

  async take(batch: RowBatch): Promise<void> {
    for (let row = 0; row < batch.length; row += 1) {
      const cells = batch.cells(row);
      const event = this.locate(cells, batch.fingerprintHigh(row));
      if (event === undefined) continue;
      if (this.table.isDelivered(event.slot)) this.compare(event);
      else this.judge(event);
    }
    await this.outgoing.written();
    await this.anonymous?.written();
    await this.options.guests.written();
  }

  /** Events delivered before. */
  get deliveredCount(): number {
    return this.table.deliveredCount;
  }

  /** Events of people that are to be sent, by the hour in which they happened. */
  get plannedHours(): EventHours {
    return this.outgoing.hours;
  }

  async finish(): Promise<{ readonly plan: EventPlan; readonly samples: readonly Sample[] }> {
    const { counts } = this;
    const { model, start, sink, anonymousSink } = this.options;
    this.waiting.finish();
    await this.outgoing.finish();
    await this.anonymous?.finish();
    if (this.duplicates.hasSpooled) {
      await sink.rewrite((batch) => this.withoutDuplicates(batch));
      await anonymousSink?.rewrite((batch) => this.withoutDuplicates(batch));
    }
    return {
      samples: this.samples.filter((sample) => sample.kind === 'event' && !this.isDuplicate(sample.id)),
      plan: {
        kind: 'event',
        model: model.name,
        event: model.event,
        startsAt: start.startsAt,
        startReason: start.reason,
        publishedStart: start.publishedStart,
        rows: counts.total(),
        unchanged: counts.of(OUTCOME.UNCHANGED),
        refreshed: counts.of(OUTCOME.REFRESHED),
        changedAfterDelivery: counts.of(OUTCOME.CHANGED_AFTER_DELIVERY),
        operations: counts.of(OUTCOME.NEW),
        bytes: this.bytes,
        faults: counts.of(OUTCOME.FAULT) + counts.of(OUTCOME.DUPLICATE),
        held: counts.of(OUTCOME.HELD),
        anonymous: this.anonymousCount,
        notes: this.waiting.noteCount,
        dropped: counts.of(OUTCOME.DROPPED),
        beforeStart: counts.of(OUTCOME.BEFORE_START),
        throttled: counts.of(OUTCOME.NOT_DUE),
        withheld: this.withheld.counts(),
      },
    };
  }

  /** The row with its id and time; undefined when it has none, lies before the start, or is a duplicate. */
  private locate(cells: readonly Cell[], rowHash: number): EventRow | undefined {
    const { columns, model, namespace } = this.options;
    const time = eventTime(cells, columns.occurredAt);
    if ('unixSeconds' in time && !this.isInTime(time.unixSeconds)) return this.outside();
    const key = eventKeyText(cells, columns);
    if (!this.isWanted(key)) return this.outside();
    this.options.watch?.read(key);
    const parts = eventKey(cells, model, columns);
    const faults = ['faults' in time ? time.faults : [], 'faults' in parts ? parts.faults : []].flat();
    if ('faults' in time || 'faults' in parts) {
      this.counts.add(OUTCOME.FAULT);
      this.withheld.addFaults(key, faults);
      return undefined;
    }
    const idParts = throttledKey(parts.parts, model.throttleSeconds, time.unixSeconds);
    const idBytes = eventIdBytes(namespace, model.event, idParts);
    writeEventKeyWords(idBytes, this.key);
    const slot = this.table.findOrInsert(this.key);
    if (this.isTaken(slot)) {
      if (model.throttleSeconds === undefined) this.duplicates.add(slot, key);
      else this.counts.add(OUTCOME.NOT_DUE);
      return undefined;
    }
    return { cells, key, slot, keyParts: parts.parts, idBytes, occurredAt: time.unixSeconds, rowHash };
  }

  private outside(): undefined {
    this.counts.add(OUTCOME.BEFORE_START);
    return undefined;
  }

  private isInTime(occurredAt: number): boolean {
    const { startsAt, endsAt = Number.POSITIVE_INFINITY } = this.options.start;
    return occurredAt >= startsAt && occurredAt < endsAt;
  }

  private isWanted(key: string): boolean {
    return this.options.scope?.keys?.has(key) ?? true;
  }

  /** Another row has this id. A throttle's window is open as long as its rows could not be sent. */
  private isTaken(slot: Slot): boolean {
    const outcome = this.table.outcome(slot);
    if (this.options.model.throttleSeconds === undefined) return outcome !== OUTCOME.NOT_SEEN;
    return THROTTLING.has(outcome);
  }

  /** A delivered event is never sent again; it is only told when its row has other content now. */
  private compare(event: EventRow): void {
    const { first: deliveredHash, second: acceptedAt } = this.table.reference(event.slot);
    this.waiting.remove(this.keyWords(event));
    if (deliveredHash === event.rowHash) {
      this.found(event.slot, OUTCOME.UNCHANGED);
      return;
    }
    if (this.options.model.throttleSeconds !== undefined) {
      this.found(event.slot, OUTCOME.NOT_DUE);
      return;
    }
    const content = this.table.fingerprint(event.slot);
    const isSame = isSameFingerprint(this.contentOf(event), content);
    this.found(event.slot, isSame ? OUTCOME.REFRESHED : OUTCOME.CHANGED_AFTER_DELIVERY);
    this.outgoing.refresh(this.keyWords(event), content, { first: event.rowHash, second: acceptedAt });
  }

  /** Fingerprint of what would be sent now; undefined when nothing could be. */
  private contentOf(event: EventRow): Fingerprint | undefined {
    const shaped = this.shape(event);
    const whose = this.options.people.of(event.cells);
    if ('faults' in shaped || whose.kind !== 'send') return undefined;
    return contentFingerprint(event.occurredAt, { person: whose.person, properties: shaped.properties });
  }

  /** An event that was not delivered yet: fault, held, dropped, or to be sent. */
  private judge(event: EventRow): void {
    const { now, clockSkewSeconds, columns } = this.options;
    const shaped = this.shape(event);
    const whose = this.options.people.of(event.cells);
    const isInFuture = event.occurredAt > now + clockSkewSeconds;
    const future: Fault = { code: 'time_in_future', column: columns.occurredAt.field.column };
    const faults = [
      ...(whose.kind === 'fault' ? [whose.fault] : []),
      ...('faults' in shaped ? shaped.faults : []),
      ...(isInFuture ? [future] : []),
    ];
    if (faults.length > 0 || 'faults' in shaped || whose.kind === 'fault') this.fault(event, faults);
    else if (whose.kind === 'hold') this.wait(event, whose);
    else this.judgeAge(event, { ...whose, properties: shaped.properties });
  }

  /** An event whose person is not there, or in doubt. */
  private wait(event: EventRow, { code, isWaiting }: Extract<EventPerson, { readonly kind: 'hold' }>): void {
    const { now, model, start } = this.options;
    const ageSeconds = now - event.occurredAt;
    const mayMatter = ageSeconds <= Math.max(model.holdForSeconds, model.liveWithinSeconds);
    if (isWaiting && mayMatter) this.waiting.add(this.keyWords(event), now);
    const isOverdue = isWaiting && ageSeconds > model.holdForSeconds && start.liveness !== undefined;
    this.hold(event, isOverdue ? 'person_overdue' : code);
  }

  private judgeAge(event: EventRow, content: SentEvent): void {
    const { now, start, model } = this.options;
    const hasWaited = this.waiting.has(this.keyWords(event));
    const rule = start.liveness && (hasWaited ? waitingRule(model) : start.liveness);
    const verdict = rule === undefined ? 'send' : liveness(event.occurredAt, now, rule);
    if (this.options.scope?.kind === 'release') this.release(event, { content, verdict, hasWaited });
    else if (verdict === 'hold') this.hold(event, 'late');
    else if (verdict === 'drop') this.found(event.slot, OUTCOME.DROPPED);
    else this.plan(event, content, hasWaited);
  }

  /** Only what the normal runs hold as late is released; the rest is theirs. */
  private release(
    event: EventRow,
    { content, verdict, hasWaited }: { content: SentEvent; verdict: Liveness; hasWaited: boolean },
  ): void {
    if (verdict === 'hold') this.plan(event, content, hasWaited);
    else this.found(event.slot, OUTCOME.BEFORE_START);
  }

  private shape(event: EventRow): ReturnType<typeof eventProperties> {
    const { model, columns } = this.options;
    return eventProperties(event.cells, { model, columns, ...event });
  }

  private plan(event: EventRow, content: SentEvent, hasWaited: boolean): void {
    const { key, occurredAt, rowHash } = event;
    const { person, properties, by } = content;
    const body: EventBody = { person, properties };
    const id = eventIdText(event.idBytes);
    const sent = withMarker(properties, this.options.scope?.marker);
    const text = this.writers[by]({ id, occurredAt, person, properties: sent });
    if (isTooLarge(text)) {
      this.fault(event, [{ code: 'operation_too_large', column: undefined }]);
      return;
    }
    this.found(event.slot, OUTCOME.NEW);
    this.options.watch?.found(key, this.options.changedAt(event.cells));
    if (by === 'guest') this.options.guests.add(person);
    if (by === 'anonymous') this.anonymousCount += 1;
    // Customer.io may turn out not to have them: then the event waits as for anybody else.
    if (content.isStranger && !hasWaited) this.waiting.add(this.keyWords(event), this.options.now);
    const flags = (hasWaited ? HAS_WAITED : 0) | (content.isStranger ? IS_STRANGER : 0);
    const outgoing = by === 'anonymous' ? (this.anonymous ?? this.outgoing) : this.outgoing;
    const itemBytes = outgoing.add(
      ({ item, label }) => {
        item.text(text);
        label.text(JSON.stringify([key, person, occurredAt, flags] satisfies EventLabel));
        return true;
      },
      {
        key: this.keyWords(event),
        fingerprint: contentFingerprint(occurredAt, body),
        isNew: true,
        reference: { first: rowHash, second: this.options.now },
        moment: { occurredAt, personWord: personWord(person) },
      },
    );
    this.bytes += itemBytes ?? 0;
    if (this.samples.length < this.options.samplesMax) {
      this.samples.push({ kind: 'event', key, id, occurredAt, person, properties: sent });
    }
  }

  private fault(event: EventRow, faults: readonly Fault[]): void {
    this.found(event.slot, OUTCOME.FAULT);
    this.withheld.addFaults(event.key, faults);
  }

  private hold(event: EventRow, code: HoldCode): void {
    this.found(event.slot, OUTCOME.HELD);
    if (code === 'late') this.options.watch?.found(event.key, this.options.changedAt(event.cells));
    this.withheld.addHeld(event.key, code);
  }

  private found(slot: Slot, outcome: Outcome): void {
    this.table.setOutcome(slot, outcome);
    this.counts.add(outcome);
  }

  private keyWords(event: EventRow): KeyWords {
    writeEventKeyWords(event.idBytes, this.key);
    return this.key;
  }

  /** Drops what was spooled for an id before its second row was seen. */
  private withoutDuplicates(batch: SpooledBatch): SpooledBatch | undefined {
    return dropFromBatch(batch, this.table, (item) => {
      this.bytes -= item.length;
    });
  }

  private isDuplicate(id: string): boolean {
    writeEventKeyWords(eventIdFromText(id), this.key);
    return this.table.outcome(this.table.find(this.key)) === OUTCOME.DUPLICATE;
  }
}

/** The mark tells how an event came, not what it says, so it is no part of its fingerprint. */
function withMarker(properties: string, marker: string | undefined): string {
  return marker === undefined ? properties : `${properties.slice(0, -1)},${JSON.stringify(marker)}:true}`;
}

function isSameFingerprint(one: Fingerprint | undefined, other: Fingerprint): boolean {
  return one?.high === other.high && one.low === other.low;
}
