import { type CartChanges, claimText, writeSession } from '../../core/carts/cart-memory.ts';
import { accepted, type CartKey, type CartSession, claimed } from '../../core/carts/cart-session.ts';
import { type CartSight, unseenCarts } from '../../core/carts/forget-carts.ts';
import { type CartVerdict, judgeCarts } from '../../core/carts/judge-carts.ts';
import { FingerprintTable } from '../../core/diff/fingerprint-table.ts';
import { type KeyWords, newKeyWords, writeTextKeyWords } from '../../core/diff/key-words.ts';
import { OUTCOME, OutcomeCounts } from '../../core/diff/outcome.ts';
import type { EventHours } from '../../core/operation/event-hours.ts';
import type { AbandonmentPlan, Sample, SilentCart } from '../../core/plan/plan-summary.ts';
import type { Cell } from '../../core/shape/shape-value.ts';
import type { RowBatch } from '../../ports/source.ts';
import { WithheldRows } from '../withheld-rows.ts';
import { type CartEventOptions, CartEvents } from './cart-events.ts';
import { type CartReading, type CartRow, CartRowReader } from './cart-rows.ts';
import type { PeoplesOrders } from './read-orders.ts';

export interface AbandonmentScannerOptions extends CartReading, Omit<CartEventOptions, 'properties'> {
  readonly orders: PeoplesOrders;
  readonly keySeed: number;
}

/** Sessions in one record of the spool. */
const SESSIONS_PER_RECORD = 5000;

/** Judges all carts of one read, spools the events of those that are due, and what is to be remembered of all. */
export class AbandonmentScanner {
  readonly withheld = new WithheldRows();
  private readonly options: AbandonmentScannerOptions;
  private readonly reader: CartRowReader;
  private readonly events: CartEvents;
  private readonly counts = new OutcomeCounts();
  private readonly silent = new Map<SilentCart, number>();
  private readonly orders: Map<string, number>;
  /** Carts of this read that can fire; the rest is only counted. */
  private readonly rows = new Map<CartKey, CartRow>();
  /** All carts of this read. */
  private readonly seen = new FingerprintTable();
  private readonly seenKey: KeyWords = newKeyWords();

  constructor(options: AbandonmentScannerOptions) {
    this.options = options;
    this.reader = new CartRowReader(options);
    this.events = new CartEvents({ ...options, properties: options.columns.properties }, this.withheld);
    this.orders = new Map(options.orders.latest);
    for (const { person, fault } of options.orders.faults) this.withheld.addFaults(person, [fault]);
  }

  async take(batch: RowBatch): Promise<void> {
    for (let row = 0; row < batch.length; row += 1) this.takeRow(batch.cells(row));
  }

  async finish(): Promise<{ readonly plan: AbandonmentPlan; readonly samples: readonly Sample[] }> {
    const { model, start, now } = this.options;
    const rows = [...this.rows.values()];
    const verdicts = judgeCarts({
      sightings: rows.map(({ sighting }) => sighting),
      sessions: this.reader.sessions,
      orders: this.orders,
      rule: model,
      now,
    });
    const remembered = await this.tell(rows, verdicts);
    await this.remember(remembered);
    await this.events.finish();
    return {
      samples: this.events.samples,
      plan: {
        kind: 'abandonment',
        model: model.name,
        event: model.event,
        startsAt: start.startsAt,
        startReason: start.reason,
        publishedStart: start.publishedStart,
        ...this.numbers(),
      },
    };
  }

  private numbers() {
    const { counts, silent } = this;
    const cartsThat = (finding: SilentCart): number => silent.get(finding) ?? 0;
    return {
      rows: counts.total(),
      unchanged: counts.of(OUTCOME.UNCHANGED),
      refreshed: 0,
      operations: counts.of(OUTCOME.NEW),
      bytes: this.events.bytes,
      faults: counts.of(OUTCOME.FAULT),
      held: counts.of(OUTCOME.HELD),
      dropped: counts.of(OUTCOME.DROPPED),
      beforeStart: counts.of(OUTCOME.BEFORE_START),
      withheld: this.withheld.counts(),
      carts: {
        active: cartsThat('active'),
        converted: cartsThat('converted'),
        superseded: cartsThat('superseded'),
        emptied: cartsThat('emptied'),
        expired: cartsThat('expired'),
        joined: cartsThat('joined'),
        unproven: cartsThat('unproven'),
      },
    };
  }

  private takeRow(cells: readonly Cell[]): void {
    const key = this.reader.key(cells);
    if ('fault' in key) {
      this.counts.add(OUTCOME.FAULT);
      this.withheld.addFaults('?', [key.fault]);
      return;
    }
    const { key: cart, parts } = key.value;
    const text = claimText(parts);
    if (this.isDuplicate(cart, text)) return;
    const reading = this.reader.read(cells, cart, parts);
    switch (reading.kind) {
      case 'fault':
        this.counts.add(OUTCOME.FAULT);
        this.withheld.addFaults(text, reading.faults);
        return;
      case 'expired':
        this.countSilent('expired');
        this.addOrder(reading.person, reading.orderedAt);
        return;
      case 'cart':
        this.rows.set(cart, reading.row);
        return;
    }
  }

  /** All rows of one cart are faults, the first of them too. */
  private isDuplicate(cart: CartKey, text: string): boolean {
    writeTextKeyWords(cart, this.options.keySeed, this.seenKey);
    const slot = this.seen.findOrInsert(this.seenKey);
    if (this.seen.outcome(slot) === OUTCOME.NOT_SEEN) {
      this.seen.setOutcome(slot, OUTCOME.PENDING);
      return false;
    }
    this.counts.add(OUTCOME.FAULT);
    this.withheld.addFaults(text, [{ code: 'duplicate_cart', column: undefined }]);
    if (this.rows.delete(cart)) {
      this.counts.add(OUTCOME.FAULT);
      this.withheld.addFaults(text, [{ code: 'duplicate_cart', column: undefined }]);
    }
    return true;
  }

  private addOrder(person: string | undefined, orderedAt: number | undefined): void {
    if (person === undefined || orderedAt === undefined) return;
    this.orders.set(person, Math.max(orderedAt, this.orders.get(person) ?? orderedAt));
  }

  /** Events that are to be sent, by the hour in which the cart was last touched. */
  get plannedHours(): EventHours {
    return this.events.plannedHours;
  }

  private countSilent(finding: SilentCart): void {
    this.counts.add(OUTCOME.NOT_DUE);
    this.silent.set(finding, (this.silent.get(finding) ?? 0) + 1);
  }

  /** Makes the events. @returns what is to be remembered of each cart, events that leave being claimed. */
  private async tell(
    rows: readonly CartRow[],
    verdicts: readonly CartVerdict[],
  ): Promise<readonly CartSession[]> {
    const sessions = verdicts.map(({ session }) => session);
    for (const [place, { finding, emission }] of verdicts.entries()) {
      const row = rows[place] as CartRow;
      if (emission !== undefined) {
        const { outcome, claim } = this.events.make(row, row.sighting.activity?.at ?? 0, emission.claim);
        if (outcome === OUTCOME.NOT_DUE) this.countSilent('joined');
        else this.counts.add(outcome);
        for (const member of emission.members) {
          sessions[member] = afterEvent(sessions[member] as CartSession, outcome, claim);
        }
        await this.events.written();
      } else if (finding === 'emitted') this.counts.add(OUTCOME.UNCHANGED);
      else if (finding !== 'due') this.countSilent(finding);
    }
    return sessions;
  }

  /** Spools what is new or different. */
  private async remember(sessions: readonly CartSession[]): Promise<void> {
    const { model, now, memory, sink } = this.options;
    const known = new Map(memory.sessions.map((session) => [session.cart, writeSession(session)]));
    const unseen = unseenCarts(this.reader.sessions, (cart) => this.sightOf(cart), model, now);
    const changed = [...sessions, ...unseen.gone].filter(
      (session) => known.get(session.cart) !== writeSession(session),
    );
    const changes = (from: number): CartChanges => ({
      sessions: changed.slice(from, from + SESSIONS_PER_RECORD),
      forgotten: from === 0 ? unseen.forgotten : [],
      watchedAt: model.lastActivityAt === undefined ? now : undefined,
    });
    for (let from = 0; from === 0 || from < changed.length; from += SESSIONS_PER_RECORD) {
      // One after the other, so that memory holds one record.
      await sink.put({ kind: 'carts', changes: changes(from) });
    }
  }

  private sightOf(cart: CartKey): CartSight {
    if (this.rows.has(cart)) return 'judged';
    writeTextKeyWords(cart, this.options.keySeed, this.seenKey);
    return this.seen.find(this.seenKey) < 0 ? 'unseen' : 'old';
  }
}

function afterEvent(session: CartSession, outcome: number, claim: readonly string[]): CartSession {
  if (outcome === OUTCOME.NEW) return claimed(session, claim);
  return outcome === OUTCOME.UNCHANGED ? accepted(session) : session;
}
