/** What MILLRACE_TEST_MYSQL names: servers to start (programs, or folders that Millrace unpacked), or servers that run already. */
export interface NamedServers {
  readonly programs: readonly string[];
  readonly urls: readonly string[];
}

export const TEST_VARIABLE = 'MILLRACE_TEST_MYSQL';

/** Reads a comma-separated list of paths and mysql:// URLs (a comma in a password is written %2C). */
export function parseNamedServers(text: string | undefined): NamedServers | undefined {
  const entries = (text ?? '').split(',').map((entry) => entry.trim());
  const named = entries.filter((entry) => entry !== '');
  if (named.length === 0) return undefined;
  return {
    programs: named.filter((entry) => !isUrl(entry)),
    urls: named.filter((entry) => isUrl(entry)),
  };
}

function isUrl(entry: string): boolean {
  return /^[a-z]+:\/\//i.test(entry);
}
