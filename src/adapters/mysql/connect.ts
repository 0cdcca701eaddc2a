import { readFileSync } from 'node:fs';
import { connect as connectSocket, type Socket } from 'node:net';
import mysql, { type Connection } from 'mysql2';
import type { MysqlSettings } from '../../core/contract/connection-settings.ts';
import { ContractError } from '../../core/errors/millrace-error.ts';
import { sourceErrorFor } from './mysql-errors.ts';

const CONNECT_TIMEOUT_MS = 10_000;

/** A scan waits for state and disk now and then; the server must not hang up meanwhile. */
const NET_WRITE_TIMEOUT_SECONDS = 600;

/** The server cuts a GROUP_CONCAT at 1,024 bytes without a word; whatever Customer.io can take fits into this. */
const GROUP_CONCAT_BYTES_MAX = 1_000_000;

/** A connection that only reads, in UTC, with all values as text. */
export async function connect(settings: MysqlSettings): Promise<Connection> {
  const connection = mysql.createConnection({
    host: settings.tls?.serverName ?? settings.host,
    port: settings.port,
    user: settings.user,
    password: settings.password,
    database: settings.database,
    stream: () => openSocket(settings),
    connectTimeout: CONNECT_TIMEOUT_MS,
    charset: 'utf8mb4',
    timezone: 'Z',
    dateStrings: true,
    supportBigNumbers: true,
    bigNumberStrings: true,
    multipleStatements: false,
    // Never let a server ask for files of this machine.
    flags: ['-LOCAL_FILES'],
    ...(settings.tls === undefined ? {} : { ssl: tlsOptions(settings.tls.caFile) }),
  });
  // Failures reach whoever waits for a query; without a listener Node would end the process instead.
  connection.on('error', () => undefined);
  try {
    await connected(connection);
    await prepareSession(connection, settings);
    return connection;
  } catch (error) {
    connection.destroy();
    throw sourceErrorFor(error, settings);
  }
}

function openSocket(settings: MysqlSettings): Socket {
  const socket = connectSocket({ host: settings.host, port: settings.port, noDelay: true, keepAlive: true });
  socket.setTimeout(CONNECT_TIMEOUT_MS, () => {
    socket.destroy(Object.assign(new Error('connect timed out'), { code: 'ETIMEDOUT' }));
  });
  socket.once('connect', () => socket.setTimeout(0));
  return socket;
}

function tlsOptions(caFile: string | undefined) {
  const verified = { rejectUnauthorized: true, verifyIdentity: true, minVersion: 'TLSv1.2' as const };
  return caFile === undefined ? verified : { ...verified, ca: readCa(caFile) };
}

function readCa(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new ContractError('file_unreadable', `the CA file ${file} of \`mysql.tls.ca\` can not be read`, {
      cause: error,
    });
  }
}

function connected(connection: Connection): Promise<void> {
  return new Promise((resolve, reject) => {
    connection.connect((error) => (error === null ? resolve() : reject(error)));
  });
}

async function prepareSession(connection: Connection, settings: MysqlSettings): Promise<void> {
  const [row] = await queryRows(connection, 'SELECT VERSION() AS version');
  const isMariaDb = String(row?.['version']).includes('MariaDB');
  const seconds = settings.statementTimeoutSeconds;
  const timeout = isMariaDb ? `max_statement_time = ${seconds}` : `max_execution_time = ${seconds * 1000}`;
  const assignments = [
    "time_zone = '+00:00'",
    `net_write_timeout = ${NET_WRITE_TIMEOUT_SECONDS}`,
    `group_concat_max_len = ${GROUP_CONCAT_BYTES_MAX}`,
    timeout,
    ...(settings.fixedNow === undefined ? [] : [`timestamp = ${settings.fixedNow}`]),
    isMariaDb ? "tx_isolation = 'REPEATABLE-READ'" : "transaction_isolation = 'REPEATABLE-READ'",
  ];
  await queryRows(connection, `SET SESSION ${assignments.join(', ')}`);
  await queryRows(connection, 'SET SESSION TRANSACTION READ ONLY');
}

/** Rows as objects of texts; for small results only. */
export function queryRows(
  connection: Connection,
  sql: string,
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  return new Promise((resolve, reject) => {
    connection.query({ sql }, (error, rows) => {
      if (error === null)
        resolve(Array.isArray(rows) ? (rows as readonly Readonly<Record<string, unknown>>[]) : []);
      else reject(error);
    });
  });
}

export function endConnection(connection: Connection): Promise<void> {
  return new Promise((resolve) => {
    connection.end(() => resolve());
  });
}
