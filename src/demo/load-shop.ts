import { randomBytes } from 'node:crypto';
import mysql, { type Connection } from 'mysql2/promise';
import { formatLocal } from '../core/time/datetime-text.ts';
import { timeZone } from '../core/time/time-zone.ts';
import type { ShopData, ShopValue } from './shop-data.ts';
import { SHOP_TABLES, SHOP_TIME_ZONE } from './shop-schema.ts';

/** Rows in one INSERT. */
const ROWS_PER_INSERT = 1000;

/** A server whose user may make databases and users. */
interface AdminAccess {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
}

export interface ShopDatabase {
  readonly name: string;
  /** URLs with the database's name at the end. */
  readonly adminUrl: string;
  readonly readerUrl: string;
  readonly readerName: string | undefined;
}

/** Makes an empty database and, where that is allowed, a user who may only read it. */
export async function createShopDatabase(access: AdminAccess, name: string): Promise<ShopDatabase> {
  const adminUrl = urlOf(access, name);
  const connection = await connect(urlOf(access, ''));
  try {
    await connection.query(`CREATE DATABASE ${name} CHARACTER SET utf8mb4`);
    const reader = await createReader(connection, access, name).catch(() => undefined);
    return { name, adminUrl, readerUrl: reader?.url ?? adminUrl, readerName: reader?.name };
  } finally {
    await connection.end();
  }
}

async function createReader(connection: Connection, access: AdminAccess, database: string) {
  const name = `millrace_reader_${randomBytes(3).toString('hex')}`;
  const password = randomBytes(12).toString('base64url');
  await connection.query(`CREATE USER '${name}'@'%' IDENTIFIED BY '${password}'`);
  await connection.query(`GRANT SELECT ON ${database}.* TO '${name}'@'%'`);
  return { name, url: urlOf({ ...access, user: name, password }, database) };
}

/** Also on a server of the user's own, nothing is left behind. */
export async function dropShopDatabase({ name, adminUrl, readerName }: ShopDatabase): Promise<void> {
  const connection = await connect(adminUrl);
  try {
    if (readerName !== undefined) await connection.query(`DROP USER IF EXISTS '${readerName}'@'%'`);
    await connection.query(`DROP DATABASE IF EXISTS ${name}`);
  } finally {
    await connection.end();
  }
}

function urlOf({ host, port, user, password }: AdminAccess, database: string): string {
  const login = `${encodeURIComponent(user)}:${encodeURIComponent(password)}`;
  return `mysql://${login}@${host.includes(':') ? `[${host}]` : host}:${port}/${database}`;
}

/** Makes the shop's tables in an empty database and fills them. */
export async function loadShop(url: string, shop: ShopData): Promise<void> {
  const connection = await connect(url);
  try {
    for (const table of SHOP_TABLES) await connection.query(table);
    for (const [table, rows] of Object.entries(shop)) await insertRows(connection, table, rows);
  } finally {
    await connection.end();
  }
}

async function connect(url: string): Promise<Connection> {
  const connection = await mysql.createConnection({ uri: url, charset: 'utf8mb4' });
  // Real shops have zero dates; strict servers would refuse them.
  await connection.query("SET SESSION sql_mode = ''");
  return connection;
}

async function insertRows(
  connection: Connection,
  table: string,
  rows: readonly (readonly ShopValue[])[],
): Promise<void> {
  for (let start = 0; start < rows.length; start += ROWS_PER_INSERT) {
    await connection.query(`INSERT INTO \`${table}\` VALUES ?`, [rows.slice(start, start + ROWS_PER_INSERT)]);
  }
}

/** How long a cart has to be left alone, as examples/shop/models/events/cart_abandoned.yml says. */
const ABANDONED_AFTER_SECONDS = 1800;

/**
 * Three customers order, one of them gets the money back, one has a new address, one wants no more e-mail, and
 * one left a cart alone. `now` in unix seconds.
 */
export async function changeShop(url: string, now: number): Promise<readonly string[]> {
  const connection = await connect(url);
  const local = localTime(now);
  try {
    for (const [index, customerId] of [1, 2, 3].entries()) {
      const orderId = 500_000 + index;
      await insertRows(connection, 'orders', [
        [orderId, customerId, null, 'paid', 'EUR', '59.90', local, local],
      ]);
      await insertRows(connection, 'order_items', [
        [700_000 + index, orderId, 'collagen', 'collagen no. 1', 1, '59.90'],
      ]);
    }
    await insertRows(connection, 'refunds', [[900_000, 500_000, '59.90', 'damaged', local]]);
    await connection.query("UPDATE customers SET email = 'new.address@example.com' WHERE id = 4");
    await connection.query('UPDATE customers SET email_consent = 0, email_consent_at = ? WHERE id = 5', [
      local,
    ]);
    await leaveCart(connection, 6, now - ABANDONED_AFTER_SECONDS);
    return [
      'Customers 1, 2 and 3 order something; customer 1 gets the money back.',
      'Customer 4 has a new e-mail address.',
      'Customer 5 no longer wants e-mail.',
      'Customer 6 has left a filled cart alone for half an hour.',
    ];
  } finally {
    await connection.end();
  }
}

async function leaveCart(connection: Connection, customerId: number, leftAt: number): Promise<void> {
  const cartId = 600_000;
  await insertRows(connection, 'carts', [[cartId, customerId, 3, '74.70', localTime(leftAt), null, null]]);
  await insertRows(connection, 'cart_items', [
    [800_000, cartId, 'collagen no. 1', 2, '29.90'],
    [800_001, cartId, 'tea no. 4', 1, '14.90'],
  ]);
}

function localTime(unixSeconds: number): string {
  return formatLocal(timeZone(SHOP_TIME_ZONE).localOf(unixSeconds));
}
