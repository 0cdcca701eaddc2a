import { access, constants, readdir, realpath } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { cacheDirectory, type Environment } from './cache-directory.ts';
import { type Flavour, type WantedFlavour, wantedFlavours } from './flavour.ts';
import { LocalServerError } from './local-server-error.ts';
import { runProgram } from './run-program.ts';
import type { ServerBinaries } from './server-binaries.ts';
import { readTree } from './server-tree.ts';
import { compareVersions, isUsable, parseVersionLine } from './server-version.ts';

/** Names one server program (mysqld or mariadbd) or unpacked folder; other places are then searched only for the other flavour. */
export const PROGRAM_VARIABLE = 'MILLRACE_MYSQLD';

const PROGRAM_NAMES: Readonly<Record<Flavour, readonly string[]>> = {
  mariadb: ['mariadbd', 'mysqld'],
  mysql: ['mysqld'],
};

/** Where packages of Linux distributions, Homebrew, MacPorts and MySQL's own installer put servers outside of PATH. */
const USUAL_DIRECTORIES: readonly string[] = [
  '/usr/sbin',
  '/usr/libexec',
  '/usr/local/sbin',
  '/usr/local/bin',
  '/usr/local/mysql/bin',
  '/opt/homebrew/bin',
  '/opt/homebrew/opt/mysql/bin',
  '/opt/homebrew/opt/mysql@8.4/bin',
  '/opt/homebrew/opt/mysql@8.0/bin',
  '/opt/homebrew/opt/mariadb/bin',
  '/usr/local/opt/mysql/bin',
  '/usr/local/opt/mysql@8.4/bin',
  '/usr/local/opt/mariadb/bin',
];

/** A program that only prints its version needs milliseconds; a cold disk or a busy machine, seconds. */
const VERSION_WITHIN_MS = 20_000;

/** A server to start: the one that a variable names, else an installed one, else one unpacked earlier. */
export async function findServer(
  wanted: WantedFlavour,
  environment: Environment,
): Promise<ServerBinaries | undefined> {
  const named = await findNamed(environment);
  if (named !== undefined && wantedFlavours(wanted).includes(named.flavour)) return named;
  return (await findInstalled(wanted, environment)) ?? (await findUnpacked(wanted, environment));
}

/**
 * The server in a place that somebody named: a program, or a folder unpacked by Millrace. Undefined when it is none, or
 * too old to be used.
 */
export async function inspectNamed(place: string): Promise<ServerBinaries | undefined> {
  return (await readTree(place)) ?? (await inspectProgram(place, 'named'));
}

/** A server already in the cache folder, the newest of its flavour. */
export async function findUnpacked(
  wanted: WantedFlavour,
  environment: Environment,
): Promise<ServerBinaries | undefined> {
  const directory = cacheDirectory(environment);
  const names = await readdir(directory).catch(() => []);
  for (const flavour of wantedFlavours(wanted)) {
    // A folder still being unpacked has a dot in its name, after the suite.
    const folders = names.filter((name) => name.startsWith(`${flavour}-`) && !name.includes('.'));
    const trees = await Promise.all(folders.map((name) => readTree(join(directory, name))));
    const whole = trees.filter((tree) => tree?.flavour === flavour);
    const newest = whole
      .toSorted((left, right) => compareVersions(left?.version ?? '', right?.version ?? ''))
      .at(-1);
    if (newest !== undefined) return newest;
  }
  return undefined;
}

async function findNamed(environment: Environment): Promise<ServerBinaries | undefined> {
  const file = environment[PROGRAM_VARIABLE];
  if (!file) return undefined;
  const server = await inspectNamed(file);
  if (server !== undefined) return server;
  throw new LocalServerError(
    `${PROGRAM_VARIABLE} names ${file}, which is no usable MySQL or MariaDB server.`,
    {
      hint: 'Name the server program itself (mysqld or mariadbd; MySQL 5.7, MariaDB 10.4 or newer), or unset the variable.',
    },
  );
}

async function inspectProgram(file: string, origin: 'named' | 'system'): Promise<ServerBinaries | undefined> {
  const result = await runProgram(file, ['--no-defaults', '--version'], { timeoutMs: VERSION_WITHIN_MS });
  const server = parseVersionLine(result.output);
  if (server === undefined || !isUsable(server)) return undefined;
  return { ...server, origin, command: [file], treeArguments: [], serverFile: file };
}

async function findInstalled(
  wanted: WantedFlavour,
  environment: Environment,
): Promise<ServerBinaries | undefined> {
  const directories = searchedDirectories(environment);
  for (const flavour of wantedFlavours(wanted)) {
    for (const file of await findPrograms(PROGRAM_NAMES[flavour], directories)) {
      const server = await inspectProgram(file, 'system');
      if (server?.flavour === flavour) return server;
    }
  }
  return undefined;
}

function searchedDirectories(environment: Environment): readonly string[] {
  const onPath = (environment['PATH'] ?? '').split(':').filter((directory) => isAbsolute(directory));
  return [...onPath, ...USUAL_DIRECTORIES];
}

/** Files that can be run, each once: mysqld is often a link to mariadbd. */
async function findPrograms(
  names: readonly string[],
  directories: readonly string[],
): Promise<readonly string[]> {
  const candidates = directories.flatMap((directory) => names.map((name) => join(directory, name)));
  const found = await Promise.all(candidates.map((file) => resolveProgram(file)));
  return [...new Set(found.filter((file) => file !== undefined))];
}

async function resolveProgram(file: string): Promise<string | undefined> {
  try {
    await access(file, constants.X_OK);
    return await realpath(file);
  } catch {
    return undefined;
  }
}
