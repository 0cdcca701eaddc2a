import { mkdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { LocalServerError } from './local-server-error.ts';
import { runProgram } from './run-program.ts';

/** The largest package takes 3 s alone; a slow disk shared with others may need minutes. */
const UNPACK_WITHIN_MS = 300_000;

/** Unpacking is bound by one core's decompression; more than two at once would only fight over the disk. */
const UNPACKED_AT_ONCE = 2;

/** What a server never opens: manuals, translations, and tools (a third of the unpacked MySQL). */
const UNNEEDED_FOLDERS: readonly string[] = [
  'usr/bin',
  'usr/share/doc',
  'usr/share/man',
  'usr/share/locale',
  'etc',
  'var',
];

/** Packages whose files would stand in the way (base-files brings links named /lib) or are never run. */
const UNNEEDED_PACKAGES =
  /^(?:base-files|perl|perl-base|perl-modules|libperl|debconf|dpkg|tar|coreutils)[-_\d.]/;

/** Unpacks package files into a folder without installing them: no scripts run, nothing else is touched. */
export async function unpackPackages(files: readonly string[], directory: string): Promise<void> {
  await mkdir(directory, { recursive: true });
  const waiting = files.filter((file) => !UNNEEDED_PACKAGES.test(basename(file)));
  const workers = Array.from({ length: UNPACKED_AT_ONCE }, async () => {
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift())
      await unpackPackage(file, directory);
  });
  await Promise.all(workers);
  await Promise.all(
    UNNEEDED_FOLDERS.map((folder) => rm(join(directory, folder), { recursive: true, force: true })),
  );
}

async function unpackPackage(file: string, directory: string): Promise<void> {
  const result = await runProgram('dpkg-deb', ['--extract', file, directory], {
    timeoutMs: UNPACK_WITHIN_MS,
  });
  if (result.outcome === 'ok') return;
  const reason = result.outcome === 'failed' ? result.errorOutput.trim() : result.outcome;
  throw new LocalServerError(`Could not unpack ${basename(file)}: ${reason}`, {
    hint: 'Check that the disk has room (500 MB), or set MILLRACE_CACHE to a folder on another disk; then try again.',
  });
}
