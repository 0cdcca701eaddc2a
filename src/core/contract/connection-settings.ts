import { ContractError } from '../errors/millrace-error.ts';
import type { CustomerioTemplate, MysqlTemplate } from './contract.ts';
import { fillTemplate, type Variables } from './template.ts';

/** Where and how to connect to MySQL, with secrets filled in. */
export interface MysqlSettings {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  /** Undefined: no encryption. */
  readonly tls: TlsSettings | undefined;
  readonly statementTimeoutSeconds: number;
  /** Unix seconds that NOW() is to answer; only tests set it. */
  readonly fixedNow?: number;
}

export interface TlsSettings {
  /** Path of the authority's PEM file, as written; undefined for the authorities that Node knows. */
  readonly caFile: string | undefined;
  /** Name that must stand in the certificate, when it is not the host. */
  readonly serverName: string | undefined;
}

/** Where and how to reach Customer.io, with secrets filled in. */
export interface CustomerioSettings {
  readonly region: 'us' | 'eu';
  readonly siteId: string;
  readonly apiKey: string;
  /** Without a slash at the end. */
  readonly trackUrl: string;
  readonly requestsPerSecond: number;
  readonly requestsInFlight: number;
  readonly timeoutSeconds: number;
  /** Undefined when no App API key is given: what needs one says so. */
  readonly app: AppApiSettings | undefined;
}

/** Where and how to read Customer.io back. */
export interface AppApiSettings {
  readonly region: 'us' | 'eu';
  /** Without a slash at the end, and without `/v1`. */
  readonly url: string;
  readonly key: string;
  readonly requestsPerSecond: number;
  readonly timeoutSeconds: number;
}

const MYSQL_PORT = 3306;

const APP_URLS = { us: 'https://api.customer.io', eu: 'https://api-eu.customer.io' } as const;
const TRACK_URLS = { us: 'https://track.customer.io', eu: 'https://track-eu.customer.io' } as const;

/** @throws ContractError when a variable is missing or the URL can not be used. */
export function resolveMysql(template: MysqlTemplate, variables: Variables): MysqlSettings {
  const address =
    template.url === undefined ? fromFields(template, variables) : fromUrl(template.url, variables);
  return {
    ...address,
    tls: tlsFor(template, address.host),
    statementTimeoutSeconds: template.statementTimeoutSeconds,
  };
}

type Address = Pick<MysqlSettings, 'host' | 'port' | 'user' | 'password' | 'database'>;

function fromFields(template: MysqlTemplate, variables: Variables): Address {
  const fill = (text: string | undefined, fallback: string): string =>
    text === undefined ? fallback : filled(text, variables);
  return {
    host: fill(template.host, ''),
    port: portNumber(fill(template.port, String(MYSQL_PORT))),
    user: fill(template.user, ''),
    password: fill(template.password, ''),
    database: fill(template.database, ''),
  };
}

function fromUrl(template: string, variables: Variables): Address {
  const url = parseUrl(urlText(template, variables));
  const database = decodeURIComponent(url.pathname.slice(1));
  if (database === '') throw unusable('`mysql.url` names no database', 'End it with the name: …/DATABASE.');
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? MYSQL_PORT : Number(url.port),
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    database,
  };
}

/** Values that fill a part of a URL are encoded, so that a password may hold any character. */
function urlText(template: string, variables: Variables): string {
  const isWhole = /^\$\{\w+\}$/.test(template);
  const encoded = Object.entries(variables).map(([name, value]) => [
    name,
    value && encodeURIComponent(value),
  ]);
  return filled(template, isWhole ? variables : Object.fromEntries(encoded));
}

function parseUrl(text: string): URL {
  if (!URL.canParse(text)) throw unusable('`mysql.url` is not a URL', URL_HINT);
  const url = new URL(text);
  if (url.protocol !== 'mysql:' && url.protocol !== 'mariadb:') {
    throw unusable(`\`mysql.url\` begins with ${url.protocol}`, URL_HINT);
  }
  if (url.hostname === '' || url.username === '')
    throw unusable('`mysql.url` names no host or no user', URL_HINT);
  if (url.search !== '')
    throw unusable('`mysql.url` has parameters after `?`', 'Write them as keys under `mysql:`.');
  return url;
}

const URL_HINT =
  'It looks like mysql://user:password@host:3306/database; encode special characters of the password.';

function portNumber(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw unusable(
      '`mysql.port` is not a port number',
      'MySQL listens on 3306 unless it was told otherwise.',
    );
  }
  return port;
}

/** Hosts that are this machine need no encryption; every other one does, unless it is switched off. */
function tlsFor(template: MysqlTemplate, host: string): TlsSettings | undefined {
  if (template.tls === 'off') return undefined;
  if (template.tlsCaFile === undefined && isLoopback(host)) return undefined;
  return { caFile: template.tlsCaFile, serverName: template.tlsServerName };
}

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

/** @throws ContractError when a variable is missing or the address can not be used. */
export function resolveCustomerio(template: CustomerioTemplate, variables: Variables): CustomerioSettings {
  return {
    region: template.region,
    siteId: filled(template.siteId, variables),
    apiKey: filled(template.apiKey, variables),
    trackUrl: trackUrl(template, variables),
    requestsPerSecond: template.requestsPerSecond,
    requestsInFlight: template.requestsInFlight,
    timeoutSeconds: template.timeoutSeconds,
    app: appSettings(template, variables),
  };
}

function trackUrl(template: CustomerioTemplate, variables: Variables): string {
  if (template.trackUrl === undefined) return TRACK_URLS[template.region];
  return safeUrl('customerio.track_url', filled(template.trackUrl, variables));
}

/** A key whose variable is empty or not set is no key: everything that can do without one goes on. */
function appSettings(template: CustomerioTemplate, variables: Variables): AppApiSettings | undefined {
  const key = fillTemplate(template.appKey ?? '', variables);
  if (key.text === '' || key.missing.length > 0) return undefined;
  return {
    region: template.region,
    url: appUrl(template, variables),
    key: key.text,
    requestsPerSecond: template.appRequestsPerSecond,
    timeoutSeconds: template.timeoutSeconds,
  };
}

/** Whoever writes to another place must also read from there: the truth of a sandbox is not Customer.io's. */
function appUrl(template: CustomerioTemplate, variables: Variables): string {
  if (template.appUrl !== undefined) return safeUrl('customerio.app_url', filled(template.appUrl, variables));
  if (template.trackUrl === undefined) return APP_URLS[template.region];
  throw unusable(
    '`customerio.track_url` and `app_key` are given, but not `app_url`',
    'Say where the App API of that workspace is: for a sandbox, the same address as `track_url`.',
  );
}

function safeUrl(key: string, text: string): string {
  if (!URL.canParse(text)) throw unusable(`\`${key}\` is not a URL`, OTHER_URL_HINT);
  const url = new URL(text);
  const isSafe =
    url.protocol === 'https:' ||
    (url.protocol === 'http:' && isLoopback(url.hostname.replace(/^\[|\]$/g, '')));
  if (!isSafe) throw unusable(`\`${key}\` is neither https nor on this machine`, OTHER_URL_HINT);
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
}

const OTHER_URL_HINT = 'Leave it out for Customer.io itself; for the sandbox write http://127.0.0.1:PORT.';

function filled(template: string, variables: Variables): string {
  const { text, missing } = fillTemplate(template, variables);
  if (missing.length === 0) return text;
  const names = [...new Set(missing)].join(', ');
  throw new ContractError('variable_missing', `${names} is not set, and millrace.yml needs it`);
}

function unusable(message: string, hint: string): ContractError {
  return new ContractError('contract_invalid', message, { hint });
}
