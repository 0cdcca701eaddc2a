import { MillraceError, SourceError } from '../../core/errors/millrace-error.ts';

/** What an error text may name: never the password. */
export interface ServerAddress {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly database: string;
}

/**
 * MySQL and MariaDB error numbers by what the user has to do. Numbers, not texts, for these are translated.
 * Source: the servers' error references.
 */
const DENIED = new Set([1044, 1045, 1142, 1143, 1227, 1698, 1130, 1862, 3118, 4151]);
const DATABASE_MISSING = new Set([1049]);
const TIMED_OUT = new Set([1969, 3024]);
const LOST = new Set([
  1053, 1040, 1077, 1152, 1153, 1158, 1159, 1160, 1161, 1203, 1226, 1317, 1927, 2006, 2013,
]);

/** Node's and mysql2's codes for a connection that could not be made or broke. */
const UNREACHABLE = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EPIPE',
  'ETIMEDOUT',
  'PROTOCOL_CONNECTION_LOST',
  'PROTOCOL_SEQUENCE_TIMEOUT',
]);

const TLS_CODES = /CERT|SSL|TLS|SELF_SIGNED|UNABLE_TO|HANDSHAKE/;

interface DriverError {
  readonly code?: unknown;
  readonly errno?: unknown;
  readonly message?: unknown;
}

/** Says what an error of the driver means; errors that are already Millrace's pass through. */
export function sourceErrorFor(error: unknown, address: ServerAddress, model?: string): MillraceError {
  if (error instanceof MillraceError) return error;
  const { code, errno } = (error ?? {}) as DriverError;
  const number = typeof errno === 'number' ? errno : 0;
  const words = wordsOf(error);
  const server = `${address.host}:${address.port}`;
  const where = model === undefined ? '' : ` (model ${model})`;
  const options = { cause: error };
  if (UNREACHABLE.has(String(code)) || LOST.has(number)) {
    return new SourceError(
      'source_unreachable',
      `MySQL at ${server} did not answer${where}: ${words}`,
      options,
    );
  }
  if (DATABASE_MISSING.has(number)) {
    const message = `there is no database \`${address.database}\` on ${server}`;
    return new SourceError('source_database_missing', message, options);
  }
  if (DENIED.has(number)) {
    return new SourceError(
      'source_denied',
      `MySQL at ${server} refused ${address.user}${where}: ${words}`,
      options,
    );
  }
  if (TIMED_OUT.has(number)) {
    return new SourceError('source_timeout', `the query ran into the statement timeout${where}`, options);
  }
  if (number === 0 && TLS_CODES.test(String(code))) {
    return new SourceError('source_tls', `the connection to ${server} is not trusted: ${words}`, options);
  }
  return new SourceError('source_query', `MySQL refused the query${where}: ${words}`, options);
}

/** The user may not see what was asked for. */
export function isAccessDenied(error: unknown): boolean {
  return DENIED.has(Number((error as DriverError | null)?.errno));
}

function wordsOf(error: unknown): string {
  const { message, code } = (error ?? {}) as DriverError;
  const text = typeof message === 'string' && message !== '' ? message : String(code ?? error);
  return text.replace(/\s+/g, ' ').trim();
}
