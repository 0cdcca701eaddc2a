import { createConnection, type RowDataPacket } from 'mysql2/promise';
import type { ServerAddress } from './server-url.ts';
import { parseVersionValue, type ServerVersion } from './server-version.ts';

/** A server still recovering accepts the connection but greets only when it is done. */
const GREETING_WITHIN_MS = 10_000;

/** Logs in and asks for the version: proof that the server works and the account is right. */
export async function askServerVersion(address: ServerAddress): Promise<ServerVersion | undefined> {
  const connection = await createConnection({ ...address, connectTimeout: GREETING_WITHIN_MS });
  try {
    const [rows] = await connection.query<RowDataPacket[]>('SELECT VERSION() AS version');
    const value: unknown = rows[0]?.['version'];
    return typeof value === 'string' ? parseVersionValue(value) : undefined;
  } finally {
    connection.destroy();
  }
}
