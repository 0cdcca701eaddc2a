import type { DeliveredDefinitions } from '../../core/definition/delivered-definitions.ts';
import type { TableName } from '../../ports/state-store.ts';
import { damaged } from './sqlite-errors.ts';
import type { Row, StateDatabase } from './state-database.ts';

export function readDefinitions(database: StateDatabase, table: TableName): DeliveredDefinitions {
  const rows = database.all('SELECT name, definition FROM delivered_definition WHERE table_name = ?', table);
  return new Map(rows.map((row) => [String(row['name']), readDefinition(database, row)]));
}

/** Inside a transaction: what is known of the table's attributes now. */
export function storeDefinitions(
  database: StateDatabase,
  table: TableName,
  definitions: DeliveredDefinitions,
): void {
  database.run('DELETE FROM delivered_definition WHERE table_name = ?', table);
  for (const [name, definition] of definitions) {
    database.run(
      'INSERT INTO delivered_definition (table_name, name, definition) VALUES (?, ?, ?)',
      table,
      name,
      JSON.stringify(definition),
    );
  }
}

function readDefinition(database: StateDatabase, row: Row) {
  try {
    return JSON.parse(String(row['definition'])) as object;
  } catch {
    throw damaged(database.path, `the definition of ${String(row['name'])} can not be read`);
  }
}
