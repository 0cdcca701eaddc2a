import type { EventHours } from '../../core/operation/event-hours.ts';
import type { BatchRecord, TableName } from '../../ports/state-store.ts';
import type { StateDatabase } from './state-database.ts';

/** Five weeks: what is compared with, and some days more. */
const HOURS_KEPT = 35 * 24;

export function readHours(database: StateDatabase, table: TableName, from: number): EventHours {
  const rows = database.all(
    'SELECT hour, event_count FROM event_hour WHERE table_name = ? AND hour >= ?',
    table,
    from,
  );
  return new Map(rows.map((row) => [Number(row['hour']), Number(row['event_count'])]));
}

/** Inside a transaction: adds the accepted events of a batch. */
export function countEvents(database: StateDatabase, { table, hours = new Map() }: BatchRecord): void {
  for (const [hour, events] of hours) {
    database.run(
      `INSERT INTO event_hour (table_name, hour, event_count) VALUES (?, ?, ?)
       ON CONFLICT DO UPDATE SET event_count = event_count + excluded.event_count`,
      table,
      hour,
      events,
    );
  }
}

/** Inside a transaction: hours too old to be compared with. */
export function forgetHours(database: StateDatabase): void {
  database.run(
    `DELETE FROM event_hour WHERE hour <
       (SELECT MAX(hour) FROM event_hour AS newer WHERE newer.table_name = event_hour.table_name) - ?`,
    HOURS_KEPT,
  );
}
