import { accepted, type CartRule, type CartSession, claimed } from '../../src/core/carts/cart-session.ts';
import { unseenCarts } from '../../src/core/carts/forget-carts.ts';
import { type CartSighting, type CartVerdict, judgeCarts } from '../../src/core/carts/judge-carts.ts';
import { notAfterNow, observedActivity } from '../../src/core/carts/observe-cart.ts';

export const RULE: CartRule = { afterSeconds: 1800, notAfterSeconds: 7200 };

const BEGIN = 1_800_000_000;
/** Times further ahead are faults, as everywhere. */
const CLOCK_SKEW_SECONDS = 300;

/** A row of the shop's table of carts. */
export interface CartRow {
  readonly cart: string;
  readonly person: string | undefined;
  readonly at: number;
  readonly items: string;
  readonly orderedAt: number | undefined;
}

/** Where the program dies while it handles what a read has brought. */
export type Crash =
  | { readonly kind: 'none' }
  /** Nothing is written down. */
  | { readonly kind: 'before_claims' }
  /** Claims are written down, and the first `events` events are accepted and recorded. */
  | { readonly kind: 'before_event'; readonly events: number }
  /** The same, and one more is accepted without being recorded. */
  | { readonly kind: 'after_event'; readonly events: number };

export type Step =
  | { readonly kind: 'add'; readonly cart: string; readonly commitsAfter: number }
  | { readonly kind: 'empty'; readonly cart: string; readonly commitsAfter: number }
  | { readonly kind: 'buy'; readonly cart: string; readonly commitsAfter: number }
  | { readonly kind: 'cancel_order'; readonly cart: string }
  | { readonly kind: 'order'; readonly person: string; readonly agoSeconds: number }
  | { readonly kind: 'login'; readonly cart: string; readonly person: string }
  | {
      readonly kind: 'merge';
      readonly from: string;
      readonly into: string;
      readonly how: 'delete' | 'empty' | 'keep';
    }
  | { readonly kind: 'delete'; readonly cart: string }
  | { readonly kind: 'wait'; readonly seconds: number }
  | { readonly kind: 'shop_clock'; readonly bySeconds: number }
  | { readonly kind: 'our_clock'; readonly bySeconds: number }
  | { readonly kind: 'read'; readonly crash: Crash };

/** One event as Customer.io took it; the same id again is ignored there. */
export interface AcceptedEvent {
  readonly id: string;
  readonly person: string | undefined;
  /** The carts that it speaks for, each with its own burst. */
  readonly members: readonly { readonly cart: string; readonly from: number; readonly until: number }[];
  /** Which setting of our clock these times are of. */
  readonly clockSetting: number;
}

/** What one read saw, for the oracle. */
export interface ReadReport {
  readonly rows: readonly CartRow[];
  readonly orders: ReadonlyMap<string, number>;
  readonly now: number;
  readonly crash: Crash;
}

/** What became of it. */
export interface ReadResult {
  /** Speaker of each event to be sent → its id. */
  readonly emissions: ReadonlyMap<string, string>;
}

interface Pending {
  readonly row: CartRow | undefined;
  readonly cart: string;
  stepsLeft: number;
}

/**
 * A shop with carts, a Customer.io that ignores ids it knows, and the program between them, reduced to the
 * order in which it writes things down: claims before events, an event's acceptance after its answer.
 */
export class CartWorld {
  readonly accepted: AcceptedEvent[] = [];
  private readonly isObserved: boolean;
  private readonly rows = new Map<string, CartRow>();
  private readonly orders = new Map<string, number>();
  private pending: Pending[] = [];
  private shopTime = BEGIN;
  private ourOffset = 0;
  private changes = 0;
  private clockSettings = 0;
  /** What survives a crash. */
  private sessions = new Map<string, CartSession>();
  private watchedAt: number | undefined;

  constructor(isObserved: boolean) {
    this.isObserved = isObserved;
  }

  get now(): number {
    return this.shopTime + this.ourOffset;
  }

  /** @returns a report when the step was a read. */
  take(step: Step): { readonly report: ReadReport; readonly result: ReadResult } | undefined {
    for (const change of this.pending) change.stepsLeft -= 1;
    for (const change of this.pending.filter(({ stepsLeft }) => stepsLeft <= 0)) this.commit(change);
    switch (step.kind) {
      case 'add':
        this.change(step.cart, step.commitsAfter, (row) => ({ ...row, items: this.newItems() }));
        return undefined;
      case 'empty':
        this.change(step.cart, step.commitsAfter, (row) => ({ ...row, items: '' }));
        return undefined;
      case 'buy':
        this.change(step.cart, step.commitsAfter, (row) => ({ ...row, orderedAt: this.shopTime }));
        return undefined;
      case 'cancel_order':
        this.rewrite(step.cart, (row) => ({ ...row, orderedAt: undefined }));
        return undefined;
      case 'order':
        this.orders.set(
          step.person,
          Math.max(this.orders.get(step.person) ?? 0, this.shopTime - step.agoSeconds),
        );
        return undefined;
      case 'login':
        this.rewrite(step.cart, (row) => ({ ...row, person: step.person }));
        return undefined;
      case 'merge':
        this.merge(step);
        return undefined;
      case 'delete':
        this.settle(step.cart);
        this.rows.delete(step.cart);
        return undefined;
      case 'wait':
        this.shopTime += step.seconds;
        return undefined;
      case 'shop_clock':
        this.shopTime += step.bySeconds;
        this.ourOffset -= step.bySeconds;
        return undefined;
      case 'our_clock':
        this.ourOffset += step.bySeconds;
        this.clockSettings += 1;
        return undefined;
      case 'read':
        return this.read(step.crash);
    }
  }

  private newItems(): string {
    this.changes += 1;
    return `items ${this.changes}`;
  }

  /** A change of a cart, which is activity; it may be committed later, with the time it has now. */
  private change(cart: string, commitsAfter: number, edit: (row: CartRow) => CartRow): void {
    this.settle(cart);
    const row = this.rows.get(cart) ?? { cart, person: undefined, at: 0, items: '', orderedAt: undefined };
    this.pending.push({ cart, row: { ...edit(row), at: this.shopTime }, stepsLeft: commitsAfter });
    if (commitsAfter === 0) this.settle(cart);
  }

  /** A change that touches no time. */
  private rewrite(cart: string, edit: (row: CartRow) => CartRow): void {
    this.settle(cart);
    const row = this.rows.get(cart);
    if (row !== undefined) this.rows.set(cart, edit(row));
  }

  private merge({ from, into, how }: Extract<Step, { kind: 'merge' }>): void {
    this.settle(from);
    const guest = this.rows.get(from);
    const person = this.rows.get(into)?.person;
    if (guest === undefined || from === into || guest.items === '') return;
    this.change(into, 0, (row) => ({ ...row, items: `${row.items} ${guest.items}` }));
    if (how === 'delete') this.rows.delete(from);
    else if (how === 'empty') this.change(from, 0, (row) => ({ ...row, items: '' }));
    else this.rewrite(from, (row) => ({ ...row, person }));
  }

  /** Rows are locked: whoever comes next waits for the transaction before. */
  private settle(cart: string): void {
    for (const change of this.pending.filter((each) => each.cart === cart)) this.commit(change);
  }

  private commit(change: Pending): void {
    this.pending = this.pending.filter((each) => each !== change);
    if (change.row !== undefined) this.rows.set(change.cart, change.row);
  }

  private read(crash: Crash): { readonly report: ReadReport; readonly result: ReadResult } {
    const rows = [...this.rows.values()];
    const report = { rows, orders: new Map(this.orders), now: this.now, crash };
    const sound = rows.filter(({ at }) => this.isObserved || at <= this.now + CLOCK_SKEW_SECONDS);
    const known = this.knownSessions();
    const verdicts = judgeCarts({
      sightings: sound.map((row) => this.sighting(row, known)),
      sessions: known,
      orders: this.orders,
      rule: RULE,
      now: this.now,
    });
    const emissions = sound.flatMap((row, place) => {
      const { emission } = verdicts[place] as CartVerdict;
      // Without a person there is nobody to send to, and nothing is claimed.
      if (emission === undefined || row.person === undefined) return [];
      const own = this.isObserved ? row.items : String(row.at);
      return [{ row, members: emission.members, id: emission.claim ?? [row.cart, own] }];
    });
    if (crash.kind !== 'before_claims') {
      this.writeDown(verdicts, known, rows);
      for (const { members, id } of emissions) {
        for (const place of members) this.store(claimed((verdicts[place] as CartVerdict).session, id));
      }
      this.send(emissions, verdicts, crash);
    }
    return {
      report,
      result: { emissions: new Map(emissions.map(({ row, id }) => [row.cart, JSON.stringify(id)])) },
    };
  }

  private knownSessions(): ReadonlyMap<string, CartSession> {
    if (!this.isObserved) return this.sessions;
    return new Map([...this.sessions].map(([cart, session]) => [cart, notAfterNow(session, this.now)]));
  }

  private sighting(row: CartRow, known: ReadonlyMap<string, CartSession>): CartSighting {
    const { cart, person, at, items, orderedAt } = row;
    const content = this.isObserved ? items : undefined;
    const activity =
      content === undefined
        ? { at, earliest: at }
        : observedActivity({
            content,
            session: known.get(cart),
            watchedAt: this.watchedAt,
            rule: RULE,
            now: this.now,
          });
    const isEmpty = items === '';
    return { cart, person, activity, isEmpty, convertedAt: orderedAt, supersededAt: undefined, content };
  }

  private writeDown(
    verdicts: readonly CartVerdict[],
    known: ReadonlyMap<string, CartSession>,
    rows: readonly CartRow[],
  ): void {
    this.sessions = new Map(known);
    for (const { session } of verdicts) this.store(session);
    const seen = new Set(rows.map(({ cart }) => cart));
    const { gone, forgotten } = unseenCarts(
      known,
      (cart) => (seen.has(cart) ? 'judged' : 'unseen'),
      RULE,
      this.now,
    );
    for (const session of gone) this.store(session);
    for (const cart of forgotten) this.sessions.delete(cart);
    this.watchedAt = this.now;
  }

  private send(
    emissions: readonly {
      readonly members: readonly number[];
      readonly id: readonly string[];
    }[],
    verdicts: readonly CartVerdict[],
    crash: Crash,
  ): void {
    const complete = crash.kind === 'before_event' || crash.kind === 'after_event' ? crash.events : Infinity;
    emissions.forEach(({ members, id }, index) => {
      const isLost = index === complete && crash.kind === 'after_event';
      if (index >= complete && !isLost) return;
      const sessions = members.map((place) => claimed((verdicts[place] as CartVerdict).session, id));
      this.accept(sessions, JSON.stringify(id));
      if (!isLost) for (const session of sessions) this.store(accepted(session));
    });
  }

  private accept(sessions: readonly CartSession[], id: string): void {
    if (this.accepted.some((event) => event.id === id)) return;
    this.accepted.push({
      id,
      // Whose it was when it was first claimed; a login may have moved the cart since.
      person: sessions[0]?.person,
      members: sessions.map(({ cart, burst }) => ({ cart, ...burst })),
      clockSetting: this.clockSettings,
    });
  }

  private store(session: CartSession): void {
    this.sessions.set(session.cart, session);
  }
}
