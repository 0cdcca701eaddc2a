import type { Connection } from 'mysql2';
import type { ExplainedTable } from '../../core/capture/judge-explain.ts';
import { queryRows } from './connect.ts';

/** MySQL 8.3 and later explain in another form unless asked for this one; MariaDB knows no other, and not its name. */
export async function explainTables(connection: Connection, sql: string): Promise<readonly ExplainedTable[]> {
  const [row] = await queryRows(connection, 'SELECT VERSION() AS version');
  const format = String(row?.['version']).includes('MariaDB') ? '' : 'FORMAT=TRADITIONAL ';
  const rows = await queryRows(connection, `EXPLAIN ${format}${sql}`);
  return rows.map((each) => ({
    table: String(each['table'] ?? ''),
    access: String(each['type'] ?? ''),
    rows: Number(each['rows'] ?? 0),
  }));
}
