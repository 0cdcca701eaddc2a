import type { CartMemory } from '../../core/carts/cart-memory.ts';
import type { CartKey, CartSession, EventKeyParts } from '../../core/carts/cart-session.ts';
import type { CartActivity, CartSighting } from '../../core/carts/judge-carts.ts';
import { contentHash, notAfterNow, observedActivity } from '../../core/carts/observe-cart.ts';
import {
  type CartColumns,
  readCartKey,
  readContent,
  readEmptiness,
  readTime,
} from '../../core/carts/shape-cart.ts';
import type { AbandonmentModel } from '../../core/contract/contract.ts';
import type { Fault } from '../../core/shape/fault.ts';
import type { Cell } from '../../core/shape/shape-value.ts';
import type { EventPeople, EventPerson } from '../identity/event-people.ts';

export interface CartReading {
  readonly model: AbandonmentModel;
  readonly columns: CartColumns;
  readonly people: EventPeople;
  readonly memory: CartMemory;
  /** Unix seconds. */
  readonly now: number;
  readonly clockSkewSeconds: number;
}

/** A cart as its row shows it. */
export interface CartRow {
  readonly sighting: CartSighting;
  readonly parts: EventKeyParts;
  /** The time of the last activity as MySQL writes it, or the hash of the content: what makes the session's id. */
  readonly sessionPart: string;
  /** Kept only of carts that may be due. */
  readonly cells: readonly Cell[];
  readonly whose: EventPerson;
}

/** What a row turned out to be. */
export type CartRowReading =
  | { readonly kind: 'cart'; readonly row: CartRow }
  /** Too old to fire, whatever else is in it. */
  | { readonly kind: 'expired'; readonly person: string | undefined; readonly orderedAt: number | undefined }
  | { readonly kind: 'fault'; readonly faults: readonly Fault[] };

/** Turns rows into sightings of carts. */
export class CartRowReader {
  /** What is remembered, by cart. */
  readonly sessions: ReadonlyMap<CartKey, CartSession>;
  private readonly reading: CartReading;
  /** Stands for the columns that are observed: after a change of them all carts have an unknown age. */
  private readonly observedBy: string;

  constructor(reading: CartReading) {
    this.reading = reading;
    this.observedBy = contentHash(reading.model.observedColumns).slice(0, 8);
    const { memory, model, now } = reading;
    const isObserved = model.lastActivityAt === undefined;
    this.sessions = new Map(
      memory.sessions.map((session) => [session.cart, isObserved ? notAfterNow(session, now) : session]),
    );
  }

  key(cells: readonly Cell[]): ReturnType<typeof readCartKey> {
    return readCartKey(cells, this.reading.model, this.reading.columns);
  }

  read(cells: readonly Cell[], cart: CartKey, parts: EventKeyParts): CartRowReading {
    const { columns, model, now, clockSkewSeconds } = this.reading;
    const changedAt = readTime(cells, columns.lastActivityAt);
    if ('fault' in changedAt) return { kind: 'fault', faults: [changedAt.fault] };
    const at = changedAt.value;
    if (at !== undefined && at > now + clockSkewSeconds) {
      const column = columns.lastActivityAt?.field.column;
      return { kind: 'fault', faults: [{ code: 'time_in_future', column }] };
    }
    if (at !== undefined && now - at > model.notAfterSeconds) return this.expired(cells);
    return this.young(cells, cart, parts, at);
  }

  /** Faults of a cart that can not fire are nobody's trouble; an order of its person still counts. */
  private expired(cells: readonly Cell[]): CartRowReading {
    const { columns, model, now, people } = this.reading;
    const times = [columns.convertedAt, columns.supersededAt].flatMap((field) => {
      const time = readTime(cells, field);
      return 'value' in time && time.value !== undefined ? [time.value] : [];
    });
    const orderedAt = times.length === 0 ? undefined : Math.max(...times);
    const matters = orderedAt !== undefined && orderedAt > now - model.notAfterSeconds - model.afterSeconds;
    return {
      kind: 'expired',
      person: people.nameOf(cells),
      orderedAt: matters ? orderedAt : undefined,
    };
  }

  private young(
    cells: readonly Cell[],
    cart: CartKey,
    parts: EventKeyParts,
    at: number | undefined,
  ): CartRowReading {
    const { columns, model, people } = this.reading;
    const converted = readTime(cells, columns.convertedAt);
    const superseded = readTime(cells, columns.supersededAt);
    const empty = readEmptiness(cells, model.emptiness, columns.emptiness);
    const content = readContent(cells, model, columns);
    const faults = [converted, superseded, empty, content].flatMap((part) =>
      'fault' in part ? [part.fault] : [],
    );
    if ('fault' in converted || 'fault' in superseded || 'fault' in empty || 'fault' in content) {
      return { kind: 'fault', faults };
    }
    const observed = content.value === undefined ? undefined : `${this.observedBy}:${content.value}`;
    const activity = at === undefined ? this.observed(cart, observed) : { at, earliest: at };
    const changedText =
      columns.lastActivityAt === undefined ? undefined : cells[columns.lastActivityAt.index];
    return {
      kind: 'cart',
      row: {
        sighting: {
          cart,
          person: people.nameOf(cells),
          activity,
          isEmpty: empty.value,
          convertedAt: converted.value,
          supersededAt: superseded.value,
          content: observed,
        },
        parts,
        sessionPart: changedText ?? content.value ?? '',
        cells: this.mayBeDue(activity) ? cells : [],
        whose: people.of(cells),
      },
    };
  }

  private observed(cart: CartKey, content: string | undefined): CartActivity | undefined {
    const { memory, model, now } = this.reading;
    return observedActivity({
      content: content ?? '',
      session: this.sessions.get(cart),
      watchedAt: memory.watchedAt,
      rule: model,
      now,
    });
  }

  private mayBeDue(activity: CartActivity | undefined): boolean {
    const { model, now } = this.reading;
    return activity !== undefined && now >= activity.at + model.afterSeconds;
  }
}
