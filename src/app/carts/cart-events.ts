import { cartProperties } from '../../core/carts/cart-event.ts';
import { claimText } from '../../core/carts/cart-memory.ts';
import type { EventKeyParts } from '../../core/carts/cart-session.ts';
import type { AbandonmentModel, CanonicalIdentifier } from '../../core/contract/contract.ts';
import { eventItemWriter, isTooLarge } from '../../core/customerio/item.ts';
import type { FingerprintTable } from '../../core/diff/fingerprint-table.ts';
import { type KeyWords, newKeyWords, writeEventKeyWords } from '../../core/diff/key-words.ts';
import { OUTCOME, type Outcome } from '../../core/diff/outcome.ts';
import type { EventStart } from '../../core/guard/event-start.ts';
import { liveness } from '../../core/guard/liveness.ts';
import { eventIdBytes, eventIdText } from '../../core/identity/event-id.ts';
import type { EventHours } from '../../core/operation/event-hours.ts';
import { personWord } from '../../core/operation/moments.ts';
import { type EventLabel, IS_STRANGER } from '../../core/operation/outgoing-batch.ts';
import type { Sample } from '../../core/plan/plan-summary.ts';
import type { Fault } from '../../core/shape/fault.ts';
import { contentFingerprint, type EventBody } from '../../core/shape/shape-event.ts';
import type { BoundField } from '../../core/shape/shape-row.ts';
import type { EventBy, SentEvent } from '../identity/event-people.ts';
import type { GuestPeople } from '../identity/guest-people.ts';
import type { OperationSink } from '../operation-sink.ts';
import { Outgoing } from '../outgoing.ts';
import { TimeOrderedSink } from '../time-ordered-sink.ts';
import type { WithheldRows } from '../withheld-rows.ts';
import type { CartRow } from './cart-rows.ts';

export interface CartEventOptions {
  readonly model: AbandonmentModel;
  readonly namespace: string;
  readonly canonical: CanonicalIdentifier;
  readonly properties: readonly BoundField[];
  readonly start: EventStart;
  /** Unix seconds. */
  readonly now: number;
  /** The ledger: what was delivered of this event. */
  readonly table: FingerprintTable;
  readonly guests: GuestPeople;
  readonly sink: OperationSink;
  readonly samplesMax: number;
}

/** What became of a cart that is due, and the key under which its event leaves. */
export interface CartEventOutcome {
  readonly outcome: Outcome;
  readonly claim: EventKeyParts;
}

/** Contents that come back in one cart are told apart by a number; more often than this nobody fills a cart alike. */
const SAME_CONTENT_MAX = 10_000;

/** Makes the events of carts that are due, as far as the guards let them pass. */
export class CartEvents {
  readonly samples: Sample[] = [];
  bytes = 0;
  private readonly options: CartEventOptions;
  private readonly withheld: WithheldRows;
  /** Keys of this run: carts that were one session when it was claimed may have parted since. */
  private readonly planned = new Set<string>();
  private readonly key: KeyWords = newKeyWords();
  private readonly writers: Readonly<
    Record<Exclude<EventBy, 'anonymous'>, ReturnType<typeof eventItemWriter>>
  >;
  private readonly outgoing: Outgoing;

  /** Events that are to be sent, by the hour in which the cart was last touched. */
  get plannedHours(): EventHours {
    return this.outgoing.hours;
  }

  constructor(options: CartEventOptions, withheld: WithheldRows) {
    this.options = options;
    this.withheld = withheld;
    const { event } = options.model;
    this.writers = {
      canonical: eventItemWriter(options.canonical, event),
      guest: eventItemWriter('email', event),
    };
    this.outgoing = new Outgoing(new TimeOrderedSink(options.sink), 'events', []);
  }

  /** `claim` is the key that the event has to have; undefined when none has left for this session. */
  make(row: CartRow, activityAt: number, claim: EventKeyParts | undefined): CartEventOutcome {
    const key = claim ?? this.freshKey(row);
    const occurredAt = activityAt + this.options.model.afterSeconds;
    return { claim: key, outcome: this.judge(row, key, occurredAt) };
  }

  written(): Promise<void> {
    return this.outgoing.written();
  }

  finish(): Promise<void> {
    return this.outgoing.finish();
  }

  /** An observed content that comes back after another one is a session of its own. */
  private freshKey({ parts, sessionPart }: CartRow): EventKeyParts {
    const first = [...parts, sessionPart];
    if (this.options.model.lastActivityAt !== undefined) return first;
    for (let time = 1; time < SAME_CONTENT_MAX; time += 1) {
      const key = time === 1 ? first : [...first, String(time)];
      if (!this.isDelivered(key)) return key;
    }
    return first;
  }

  private isDelivered(key: EventKeyParts): boolean {
    this.writeKey(key);
    const slot = this.options.table.find(this.key);
    return slot >= 0 && this.options.table.isDelivered(slot);
  }

  private judge(row: CartRow, key: EventKeyParts, occurredAt: number): Outcome {
    const { start, now } = this.options;
    if (this.isDelivered(key)) return OUTCOME.UNCHANGED;
    if (this.planned.has(claimText(key))) return OUTCOME.NOT_DUE;
    if (occurredAt < start.startsAt) return OUTCOME.BEFORE_START;
    const shaped = this.shape(row, occurredAt);
    const { whose } = row;
    if (whose.kind === 'fault' || 'faults' in shaped) {
      const faults = 'faults' in shaped ? shaped.faults : [];
      return this.fault(key, [...(whose.kind === 'fault' ? [whose.fault] : []), ...faults]);
    }
    const verdict = start.liveness === undefined ? 'send' : liveness(occurredAt, now, start.liveness);
    if (verdict === 'drop') return OUTCOME.DROPPED;
    if (whose.kind === 'hold' || verdict === 'hold') {
      this.withheld.addHeld(claimText(key), whose.kind === 'hold' ? whose.code : 'late');
      return OUTCOME.HELD;
    }
    return this.plan(key, occurredAt, { ...whose, properties: shaped.properties });
  }

  private shape(row: CartRow, occurredAt: number): ReturnType<typeof cartProperties> {
    const { model, properties } = this.options;
    return cartProperties(row.cells, properties, {
      cartColumns: model.cartColumns,
      cart: row.parts,
      lastActivityAt: occurredAt - model.afterSeconds,
      occurredAt,
    });
  }

  private plan(key: EventKeyParts, occurredAt: number, content: SentEvent): Outcome {
    const { person, properties, by, isStranger } = content;
    const body: EventBody = { person, properties };
    const idBytes = this.writeKey(key);
    const id = eventIdText(idBytes);
    const text = this.writers[by === 'guest' ? 'guest' : 'canonical']({ id, occurredAt, ...body });
    if (isTooLarge(text)) return this.fault(key, [{ code: 'operation_too_large', column: undefined }]);
    if (by === 'guest') this.options.guests.add(person);
    const label = claimText(key);
    const flags = isStranger ? IS_STRANGER : 0;
    const itemBytes = this.outgoing.add(
      (writers) => {
        writers.item.text(text);
        writers.label.text(JSON.stringify([label, person, occurredAt, flags] satisfies EventLabel));
        return true;
      },
      {
        key: this.key,
        fingerprint: contentFingerprint(occurredAt, body),
        isNew: true,
        reference: { first: 0, second: this.options.now },
        moment: { occurredAt, personWord: personWord(person) },
      },
    );
    this.planned.add(label);
    this.bytes += itemBytes ?? 0;
    if (this.samples.length < this.options.samplesMax) {
      this.samples.push({ kind: 'event', key: label, id, occurredAt, ...body });
    }
    return OUTCOME.NEW;
  }

  private fault(key: EventKeyParts, faults: readonly Fault[]): Outcome {
    this.withheld.addFaults(claimText(key), faults);
    return OUTCOME.FAULT;
  }

  /** @returns the bytes of the event's id, whose words stand in `key` afterwards. */
  private writeKey(parts: EventKeyParts): Buffer {
    const idBytes = eventIdBytes(this.options.namespace, this.options.model.event, parts);
    writeEventKeyWords(idBytes, this.key);
    return idBytes;
  }
}
