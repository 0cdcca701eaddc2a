import { formatLocal } from '../core/time/datetime-text.ts';
import { timeZone } from '../core/time/time-zone.ts';
import { type SeededRandom, seededRandom } from './seeded-random.ts';
import { SHOP_TIME_ZONE } from './shop-schema.ts';

/** A value of a column, as it is written into SQL. */
export type ShopValue = string | number | null;

/** Rows by table, in the order of the table's columns. */
export type ShopData = Readonly<Record<string, readonly (readonly ShopValue[])[]>>;

export interface ShopOptions {
  readonly customers: number;
  /** Unix seconds: the shop's last two years end here. */
  readonly now: number;
  readonly seed: number;
}

const DAY = 86_400;
const HOUR = 3600;
const HISTORY_DAYS = 730;

const FIRST_NAMES = [
  'Mia',
  'Noor',
  'José',
  'Ömer',
  'Chloé',
  'Łukasz',
  'Anna',
  'Ida 🌻',
  "D'Arcy",
  'Wei',
] as const;
const CATEGORIES = ['collagen', 'vitamins', 'tea', 'coffee', 'skincare', 'protein', 'snacks'] as const;
const REASONS = ['damaged', 'too late', 'changed mind', null] as const;
const PLANS = ['collagen monthly', 'coffee weekly', 'tea quarterly'] as const;

/**
 * A shop that looks like real ones do: guests, unpaid and cancelled orders, refunds, consent never asked for,
 * names from everywhere; and at the end some dirt, each kind of which Millrace has to notice.
 * The same options give the same shop.
 */
export function makeShop(options: ShopOptions): ShopData {
  const random = seededRandom(options.seed);
  const tables = new ShopTables(options.now);
  for (let id = 1; id <= options.customers; id += 1) addCustomer(tables, random, id);
  for (let guest = 1; guest <= options.customers / 10; guest += 1) {
    tables.addOrder(random, {
      customerId: null,
      email: `guest${guest}@example.com`,
      daysAgo: random.next() * HISTORY_DAYS,
    });
  }
  addDirt(tables);
  return tables.rows;
}

function addCustomer(tables: ShopTables, random: SeededRandom, id: number): void {
  const email = `person${id}@example.com`;
  const memberDays = random.next() ** 2 * HISTORY_DAYS;
  const created = tables.local(memberDays);
  tables.add('customers', [
    id,
    random.chance(0.05) ? ` Person${id}@Example.COM` : email,
    random.chance(0.1) ? null : random.pick(FIRST_NAMES),
    ...answered(random.pick([1, 1, 1, 0, null]), created),
    ...answered(random.pick([1, 0, null, null]), created),
    created,
  ]);
  const orders = random.chance(0.25) ? 0 : random.between(1, 5);
  for (let index = 0; index < orders; index += 1) {
    tables.addOrder(random, { customerId: id, email: null, daysAgo: random.next() * memberDays });
  }
  if (random.chance(0.2)) addSubscription(tables, random, id, memberDays);
  if (random.chance(0.3)) addCart(tables, random, id);
}

/** A consent, and when it was given; both NULL for those who were never asked. */
function answered(answer: number | null, at: string): readonly ShopValue[] {
  return [answer, answer === null ? null : at];
}

function addSubscription(
  tables: ShopTables,
  random: SeededRandom,
  customerId: number,
  memberDays: number,
): void {
  const status = random.pick(['active', 'active', 'paused', 'canceled']);
  const startedDays = random.next() * memberDays;
  const canceledAt = status === 'canceled' ? tables.local(random.next() * startedDays) : null;
  const id = tables.nextId('subscriptions');
  tables.add('subscriptions', [
    id,
    customerId,
    random.pick(PLANS),
    status,
    tables.local(startedDays),
    canceledAt,
  ]);
}

function addCart(tables: ShopTables, random: SeededRandom, customerId: number): void {
  const daysAgo = 0.1 + random.next() * 30;
  const items = random.between(0, 6);
  const checkoutAt = random.chance(0.4) ? tables.local(daysAgo) : null;
  const orderedAt = checkoutAt !== null && random.chance(0.5) ? tables.local(daysAgo) : null;
  const id = tables.nextId('carts');
  const price = random.between(500, 4000);
  const value = money(items * price);
  tables.add('carts', [id, customerId, items, value, tables.local(daysAgo), checkoutAt, orderedAt]);
  for (let item = 0; item < items; item += 1) {
    const name = `${CATEGORIES[(id + item) % CATEGORIES.length]} no. ${item + 1}`;
    tables.add('cart_items', [tables.nextId('cart_items'), id, name, 1, money(price)]);
  }
}

/** One of each kind of dirt, on customers of their own. */
function addDirt(tables: ShopTables): void {
  const created = tables.local(100);
  const customer = (id: number, email: string, name: string | null, consent: number): void =>
    tables.add('customers', [id, email, name, consent, created, null, null, created]);
  customer(900_001, 'n/a', 'No Address', 1);
  customer(900_002, 'two@consents.example', 'Two', 2);
  customer(900_004, 'zero@date.example', 'Zero Date', 1);
  customer(900_005, 'gap@clock.example', 'Clocks Forward', 1);
  customer(900_006, 'twice@clock.example', 'Clocks Back', 1);
  tables.addPaidOrder(900_004, '0000-00-00 00:00:00');
  tables.addPaidOrder(900_005, lastSundayAt(tables.now, 2, '02:30:00'));
  tables.addPaidOrder(900_006, lastSundayAt(tables.now, 9, '02:30:00'));
}

/** The last change of clocks before now: the last Sunday of March (2) or October (9), at an hour that is not there, or is twice. */
function lastSundayAt(now: number, month: number, clock: string): string {
  const year = new Date(now * 1000).getUTCFullYear();
  const changes = [year - 1, year]
    .map((candidate) => lastSunday(candidate, month))
    .filter((day) => day < now);
  return `${formatLocal(changes.at(-1) ?? 0).slice(0, 10)} ${clock}`;
}

function lastSunday(year: number, month: number): number {
  const lastDay = new Date(Date.UTC(year, month + 1, 0));
  return lastDay.getTime() / 1000 - lastDay.getUTCDay() * DAY;
}

function money(cents: number): string {
  return (cents / 100).toFixed(2);
}

interface NewOrder {
  readonly customerId: number | null;
  readonly email: string | null;
  readonly daysAgo: number;
}

/** Gathers rows, gives ids and writes times as the shop's clock shows them. */
class ShopTables {
  readonly rows: Record<string, ShopValue[][]> = {};
  readonly now: number;
  private readonly zone = timeZone(SHOP_TIME_ZONE);

  constructor(now: number) {
    this.now = now;
  }

  add(table: string, row: ShopValue[]): void {
    const rows = this.rows[table] ?? [];
    rows.push(row);
    this.rows[table] = rows;
  }

  nextId(table: string): number {
    return (this.rows[table]?.length ?? 0) + 1;
  }

  /** Never the hour that exists twice in autumn: the rows that fall into it are made on purpose. */
  local(daysAgo: number): string {
    const local = this.zone.localOf(Math.floor(this.now - daysAgo * DAY));
    return formatLocal(this.zone.instantsOf(local).length === 1 ? local : local - 2 * HOUR);
  }

  addOrder(random: SeededRandom, { customerId, email, daysAgo }: NewOrder): void {
    const id = 1000 + this.nextId('orders');
    const status = random.pick(['paid', 'paid', 'paid', 'paid', 'pending', 'cancelled', 'refunded']);
    const total = random.chance(0.02) ? 0 : random.between(900, 20_000);
    const isPaid = status === 'paid' || status === 'refunded';
    const paidAt = isPaid ? this.local(daysAgo) : null;
    this.add('orders', [id, customerId, email, status, 'EUR', money(total), this.local(daysAgo), paidAt]);
    for (let item = random.between(1, 3); item > 0; item -= 1) {
      this.addItem(id, random.pick(CATEGORIES), random.between(1, 3), money(random.between(400, 6000)));
    }
    if (status !== 'refunded') return;
    const refundedAt = this.local(daysAgo * random.next());
    this.add('refunds', [this.nextId('refunds'), id, money(total), random.pick(REASONS), refundedAt]);
  }

  addPaidOrder(customerId: number, paidAt: string): void {
    const id = 1000 + this.nextId('orders');
    this.add('orders', [id, customerId, null, 'paid', 'EUR', '49.90', this.local(1), paidAt]);
    this.addItem(id, 'tea', 1, '49.90');
  }

  private addItem(orderId: number, category: string, quantity: number, price: string): void {
    const id = this.nextId('order_items');
    this.add('order_items', [id, orderId, category, `${category} no. ${id % 9}`, quantity, price]);
  }
}
