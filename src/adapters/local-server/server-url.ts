import { LocalServerError } from './local-server-error.ts';

/** Where a server is and how to come in. */
export interface ServerAddress {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
}

const DEFAULT_PORT = 3306;

export function formatServerUrl(address: ServerAddress): string {
  const user = encodeURIComponent(address.user);
  const password = encodeURIComponent(address.password);
  const host = address.host.includes(':') ? `[${address.host}]` : address.host;
  return `mysql://${user}:${password}@${host}:${address.port}`;
}

/** Reads mysql://user:password@host:port. `variable` names where it stands, since the URL itself holds a secret. */
export function parseServerUrl(url: string, variable: string): ServerAddress {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  const isMysql = parsed?.protocol === 'mysql:' || parsed?.protocol === 'mariadb:';
  if (parsed === undefined || !isMysql || parsed.hostname === '' || parsed.username === '') {
    throw new LocalServerError(`${variable} is not a server's URL.`, {
      hint: `Set ${variable} to mysql://user:password@host:port; characters like @ or / in the password must be written %40, %2F.`,
    });
  }
  return {
    host: parsed.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: parsed.port === '' ? DEFAULT_PORT : Number(parsed.port),
    user: decodeURIComponent(parsed.username),
    password: decodeURIComponent(parsed.password),
  };
}
