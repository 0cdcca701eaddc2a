import mysql, { type Connection } from 'mysql2/promise';
import { formatLocal } from '../core/time/datetime-text.ts';
import { timeZone } from '../core/time/time-zone.ts';
import type { ShopData, ShopValue } from './shop-data.ts';
import { SHOP_TABLES, SHOP_TIME_ZONE } from './shop-schema.ts';

/** Rows in one INSERT. */
const ROWS_PER_INSERT = 1000;

/** Makes the shop's tables in an empty database and fills them. `url` belongs to a user who may do that. */
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

/** What happens in the shop between two syncs of the demo. */
export interface ShopChanges {
  readonly orders: number;
  readonly newEmail: string;
}

/** Three customers order, one of them asks for money back, and one has a new address. `now` in unix seconds. */
export async function changeShop(url: string, now: number): Promise<ShopChanges> {
  const connection = await connect(url);
  const local = formatLocal(timeZone(SHOP_TIME_ZONE).localOf(now));
  const newEmail = 'new.address@example.com';
  try {
    for (const [index, customerId] of [1, 2, 3].entries()) {
      const orderId = 500_000 + index;
      const order = [orderId, customerId, null, 'paid', 'EUR', '59.90', local, local];
      await insertRows(connection, 'orders', [order]);
      await insertRows(connection, 'order_items', [
        [700_000 + index, orderId, 'collagen', 'collagen no. 1', 1, '59.90'],
      ]);
    }
    await insertRows(connection, 'refunds', [[900_000, 500_000, '59.90', 'damaged', local]]);
    await connection.query('UPDATE customers SET email = ? WHERE id = 4', [newEmail]);
    return { orders: 3, newEmail };
  } finally {
    await connection.end();
  }
}
