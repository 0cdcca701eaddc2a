import {
  acceptedText,
  type CartChanges,
  type CartMemory,
  claimText,
  readSession,
  writeSession,
} from '../../core/carts/cart-memory.ts';
import type { BatchRecord, TableName } from '../../ports/state-store.ts';
import { damaged } from './sqlite-errors.ts';
import type { Row, StateDatabase } from './state-database.ts';

export function readCarts(database: StateDatabase, table: TableName): CartMemory {
  const rows = database.all('SELECT cart, session FROM cart_session WHERE table_name = ?', table);
  const watch = database.get('SELECT watched_at_seconds FROM cart_watch WHERE table_name = ?', table);
  const watchedAt = watch?.['watched_at_seconds'];
  return {
    sessions: rows.map((row) => guarded(database, row, readSession)),
    watchedAt: typeof watchedAt === 'number' ? watchedAt : undefined,
  };
}

/** Inside a transaction. */
export function storeCarts(database: StateDatabase, table: TableName, changes: CartChanges): void {
  for (const session of changes.sessions) {
    database.run(
      `INSERT INTO cart_session (table_name, cart, claim, session) VALUES (?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET claim = excluded.claim, session = excluded.session`,
      table,
      session.cart,
      session.claim === undefined ? null : claimText(session.claim),
      writeSession(session),
    );
  }
  for (const cart of changes.forgotten) {
    database.run('DELETE FROM cart_session WHERE table_name = ? AND cart = ?', table, cart);
  }
  if (changes.watchedAt === undefined) return;
  database.run(
    `INSERT INTO cart_watch (table_name, watched_at_seconds) VALUES (?, ?)
     ON CONFLICT DO UPDATE SET watched_at_seconds = excluded.watched_at_seconds`,
    table,
    changes.watchedAt,
  );
}

/** Inside a transaction: the sessions whose events were accepted are over. */
export function acceptCarts(database: StateDatabase, { table, acceptedKeys, isOfCarts }: BatchRecord): void {
  if (!isOfCarts) return;
  for (const claim of acceptedKeys()) {
    const rows = database.all(
      'SELECT cart, session FROM cart_session WHERE table_name = ? AND claim = ?',
      table,
      claim,
    );
    for (const row of rows) {
      database.run(
        'UPDATE cart_session SET session = ? WHERE table_name = ? AND cart = ?',
        guarded(database, row, acceptedText),
        table,
        row['cart'],
      );
    }
  }
}

function guarded<T>(database: StateDatabase, row: Row, read: (text: string) => T): T {
  try {
    return read(String(row['session']));
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof TypeError)) throw error;
    throw damaged(database.path, `a cart session can not be read: ${error.message}`);
  }
}
