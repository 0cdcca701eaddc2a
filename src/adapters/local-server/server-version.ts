import type { Flavour } from './flavour.ts';

export interface ServerVersion {
  readonly flavour: Flavour;
  readonly version: string;
}

/** "mysqld  Ver 9.7.4-2 for Linux …", "mariadbd  Ver 10.11.19-MariaDB-0+deb12u1 for debian-linux-gnu …". */
const VERSION_LINE = /\bVer\s+(\d+\.\d+\.\d+)(\S*)/;

/** Older ones lack GTIDs that resume, CREATE USER IF NOT EXISTS, or mysql.global_priv. */
const OLDEST_USABLE: Readonly<Record<Flavour, string>> = { mariadb: '10.4.0', mysql: '5.7.6' };

/** What a server program answers to `--version`; undefined when it is something else. */
export function parseVersionLine(text: string): ServerVersion | undefined {
  const match = VERSION_LINE.exec(text);
  const version = match?.[1];
  return version === undefined ? undefined : { flavour: flavourOf(text), version };
}

/** What a running server answers to `SELECT VERSION()`: "9.7.4-2", "10.11.19-MariaDB-0+deb12u1-log". */
export function parseVersionValue(text: string): ServerVersion | undefined {
  const version = /^(?:5\.5\.5-)?(\d+\.\d+\.\d+)/.exec(text)?.[1];
  return version === undefined ? undefined : { flavour: flavourOf(text), version };
}

export function isUsable(server: ServerVersion): boolean {
  return compareVersions(server.version, OLDEST_USABLE[server.flavour]) >= 0;
}

/** Negative when `left` is older; compares numbers, so 10.11 comes after 10.4. */
export function compareVersions(left: string, right: string): number {
  const leftParts = left.split('.').map(Number);
  const rightParts = right.split('.').map(Number);
  const differences = leftParts.map((part, index) => part - (rightParts[index] ?? 0));
  return differences.find((difference) => difference !== 0) ?? leftParts.length - rightParts.length;
}

function flavourOf(text: string): Flavour {
  return /mariadb/i.test(text) ? 'mariadb' : 'mysql';
}
