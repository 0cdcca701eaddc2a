import { access, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Flavour } from './flavour.ts';
import { readJson } from './read-json.ts';
import { runProgram } from './run-program.ts';
import type { ServerBinaries } from './server-binaries.ts';
import { parseVersionLine, type ServerVersion } from './server-version.ts';

/**
 * A server unpacked from packages into a folder of the cache. It runs through the loader and the libraries that were
 * unpacked with it, so neither their versions nor the host's matter.
 */
export interface ServerTree {
  readonly directory: string;
  /** The tree's own program loader (ld.so). */
  readonly loader: string;
  readonly libraryDirectories: readonly string[];
  readonly serverFile: string;
}

/** Written last, so a tree without it is not whole. */
const MARKER = 'millrace-server.json';

/** A program that only prints its version needs milliseconds; a cold disk or a busy machine, seconds. */
const VERSION_WITHIN_MS = 20_000;

export async function inspectTree(directory: string, flavour: Flavour): Promise<ServerTree | undefined> {
  const serverFile = join(directory, 'usr', 'sbin', flavour === 'mariadb' ? 'mariadbd' : 'mysqld');
  const libraryDirectories = await findLibraryDirectories(directory);
  const loader = await findLoader(libraryDirectories);
  const isThere = await exists(serverFile);
  return loader !== undefined && isThere ? { directory, loader, libraryDirectories, serverFile } : undefined;
}

/** Asks the server for its version: proof that it runs on this machine. */
export async function askTreeVersion(tree: ServerTree): Promise<ServerVersion | undefined> {
  const [program, ...leading] = commandOf(tree);
  const result = await runProgram(program, [...leading, '--no-defaults', '--version'], {
    timeoutMs: VERSION_WITHIN_MS,
  });
  return parseVersionLine(result.output);
}

export async function markTree(
  directory: string,
  version: ServerVersion,
  packages: readonly string[],
): Promise<void> {
  const marker = { ...version, architecture: process.arch, unpackedAt: new Date().toISOString(), packages };
  await writeFile(join(directory, MARKER), `${JSON.stringify(marker, undefined, 2)}\n`);
}

/** The server in a folder of the cache, when it is whole and made for this machine. */
export async function readTree(directory: string): Promise<ServerBinaries | undefined> {
  const marker = await readMarker(directory);
  const tree = marker === undefined ? undefined : await inspectTree(directory, marker.flavour);
  if (marker === undefined || tree === undefined) return undefined;
  const share = join(directory, 'usr', 'share', 'mysql');
  return {
    ...marker,
    origin: 'cache',
    command: commandOf(tree),
    serverFile: tree.serverFile,
    treeArguments: [
      `--basedir=${join(directory, 'usr')}`,
      `--lc-messages-dir=${share}`,
      `--character-sets-dir=${join(share, 'charsets')}`,
      `--plugin-dir=${join(directory, 'usr', 'lib', 'mysql', 'plugin')}`,
    ],
  };
}

async function readMarker(directory: string): Promise<ServerVersion | undefined> {
  const marker = await readJson(join(directory, MARKER));
  if (!isMarker(marker) || marker.architecture !== process.arch) return undefined;
  return { flavour: marker.flavour, version: marker.version };
}

function isMarker(value: unknown): value is ServerVersion & { readonly architecture: string } {
  if (typeof value !== 'object' || value === null) return false;
  const { flavour, version, architecture } = value as Partial<Record<string, unknown>>;
  return (
    (flavour === 'mariadb' || flavour === 'mysql') &&
    typeof version === 'string' &&
    typeof architecture === 'string'
  );
}

function commandOf(tree: ServerTree): readonly [string, ...string[]] {
  return [tree.loader, '--library-path', tree.libraryDirectories.join(':'), tree.serverFile];
}

/** Older releases split libraries over /lib and /usr/lib; the folder below is the architecture's triplet. */
async function findLibraryDirectories(directory: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (const parent of [join(directory, 'usr', 'lib'), join(directory, 'lib')]) {
    const names = await readdir(parent).catch(() => []);
    found.push(...names.filter((name) => /-linux-gnu/.test(name)).map((name) => join(parent, name)));
  }
  const ownLibraries = join(directory, 'usr', 'lib', 'mysql', 'private');
  return (await exists(ownLibraries)) ? [...found, ownLibraries] : found;
}

async function findLoader(libraryDirectories: readonly string[]): Promise<string | undefined> {
  for (const directory of libraryDirectories) {
    const names = await readdir(directory).catch(() => []);
    const loader = names.find((name) => /^ld(?:-linux[\w-]*|64)?\.so\.\d+$/.test(name));
    if (loader !== undefined) return join(directory, loader);
  }
  return undefined;
}

function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
