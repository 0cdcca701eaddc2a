import type { Environment } from './cache-directory.ts';

/** Variables that would bend a server: options, other people's libraries (jemalloc), a service manager's socket. */
const REMOVED: readonly RegExp[] = [/^MYSQL_/, /^MARIADB_/, /^LD_/, /^UMASK/, /^NOTIFY_SOCKET$/];

/** The environment a server runs in: ours without what changes its behaviour. `timeZone` is a name that the system's C library knows. */
export function serverEnvironment(environment: Environment, timeZone?: string): Record<string, string> {
  const kept = Object.entries(environment).filter(([name]) => !REMOVED.some((pattern) => pattern.test(name)));
  const variables: Record<string, string> = {};
  for (const [name, value] of kept) if (value !== undefined) variables[name] = value;
  return timeZone === undefined ? variables : { ...variables, TZ: timeZone };
}
