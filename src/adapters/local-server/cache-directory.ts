import { isAbsolute, join, resolve } from 'node:path';
import { LocalServerError } from './local-server-error.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Where unpacked servers and initialised data folders are kept. Everything in it can be deleted at any time. */
export function cacheDirectory(environment: Environment): string {
  const chosen = environment['MILLRACE_CACHE'];
  if (chosen) return resolve(chosen);
  const shared = environment['XDG_CACHE_HOME'];
  // The XDG rules say that a relative path there is to be ignored.
  if (shared && isAbsolute(shared)) return join(shared, 'millrace');
  const home = environment['HOME'];
  if (home) return join(home, '.cache', 'millrace');
  throw new LocalServerError(
    'There is no place for the cache folder: neither MILLRACE_CACHE nor HOME is set.',
    {
      hint: 'Set MILLRACE_CACHE to a folder of your own with 500 MB of room.',
    },
  );
}
