import type { Connection } from 'mysql2';
import type { SourceMoment } from '../../core/capture/capture-position.ts';
import { queryRows } from './connect.ts';
import { isAccessDenied } from './mysql-errors.ts';

/** Times of transactions are told in the zone of the server's system, whatever the session's zone is. */
const OLDEST_TRANSACTION = `
  SELECT UNIX_TIMESTAMP(CONVERT_TZ(MIN(trx_started), 'SYSTEM', '+00:00')) AS since
    FROM information_schema.innodb_trx
   WHERE trx_is_read_only = 0 AND trx_mysql_thread_id <> CONNECTION_ID()`;

/** The clock is read last: whatever is committed after the snapshot that follows was not older than that. */
export async function serverMoment(connection: Connection): Promise<SourceMoment> {
  const open = await oldestTransaction(connection);
  const [row] = await queryRows(connection, 'SELECT FLOOR(UNIX_TIMESTAMP(NOW(6))) AS now');
  return { at: Number(row?.['now']), openSince: open.since, seesTransactions: open.isSeen };
}

async function oldestTransaction(
  connection: Connection,
): Promise<{ readonly since: number | undefined; readonly isSeen: boolean }> {
  try {
    const [row] = await queryRows(connection, OLDEST_TRANSACTION);
    const since = row?.['since'] ?? null;
    return { since: since === null ? undefined : Math.floor(Number(since)), isSeen: true };
  } catch (error) {
    if (isAccessDenied(error)) return { since: undefined, isSeen: false };
    throw error;
  }
}
