import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { identifyProcess, isAlive } from './process-identity.ts';
import { readJson } from './read-json.ts';

/** Files of one running server: socket, log, and its data unless they are to be kept. Closed to other users. */
export interface RunFolder {
  readonly directory: string;
  readonly socket: string;
  readonly logFile: string;
  readonly pidFile: string;
  readonly initFile: string;
  readonly dataDirectory: string;
  readonly temporaryDirectory: string;
  readonly filesDirectory: string;
}

const PREFIX = 'millrace-server-';
const OWNER_FILE = 'owner.json';
const SOCKET_FILE = 'sock';

/** The path of a socket may have 103 characters (macOS; Linux: 107). The prefix and six random letters need 27. */
const PARENT_CHARS_MAX = 70;

/** A folder younger than this may belong to a process that has not written its name into it yet. */
const STALE_AFTER_MS = 60_000;

/** A socket in the local file system answers or refuses at once. */
const KNOCK_WITHIN_MS = 1000;

export async function createRunFolder(): Promise<RunFolder> {
  const directory = await mkdtemp(join(parentDirectory(), PREFIX));
  await writeFile(join(directory, OWNER_FILE), JSON.stringify(await identifyProcess(process.pid)));
  const folder: RunFolder = {
    directory,
    socket: join(directory, SOCKET_FILE),
    logFile: join(directory, 'server.log'),
    pidFile: join(directory, 'server.pid'),
    initFile: join(directory, 'init.sql'),
    dataDirectory: join(directory, 'data'),
    temporaryDirectory: join(directory, 'tmp'),
    filesDirectory: join(directory, 'files'),
  };
  await Promise.all(
    [folder.temporaryDirectory, folder.filesDirectory].map((each) => mkdir(each, { mode: 0o700 })),
  );
  return folder;
}

export async function removeRunFolder(directory: string): Promise<void> {
  await rm(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
}

/** Removes folders whose owner died together with the supervisor that should have tidied up. Returns what it removed. */
export async function removeStaleRunFolders(parent = parentDirectory()): Promise<readonly string[]> {
  const names = await readdir(parent).catch(() => []);
  const removed: string[] = [];
  for (const name of names.filter((each) => each.startsWith(PREFIX))) {
    const directory = join(parent, name);
    if (!(await isStale(directory))) continue;
    // Other users' folders cannot be removed by us, and need not be.
    await removeRunFolder(directory).then(
      () => removed.push(directory),
      () => undefined,
    );
  }
  return removed;
}

/**
 * The owner's number means nothing when a container shares /tmp with its host, so a folder also counts as used while a
 * server answers on its socket.
 */
async function isStale(directory: string): Promise<boolean> {
  const ageMs = await stat(directory).then(
    (stats) => Date.now() - stats.mtimeMs,
    () => 0,
  );
  if (ageMs < STALE_AFTER_MS || (await isOwnerAlive(directory))) return false;
  return !(await answers(join(directory, SOCKET_FILE)));
}

async function isOwnerAlive(directory: string): Promise<boolean> {
  const owner = await readJson(join(directory, OWNER_FILE));
  if (typeof owner !== 'object' || owner === null || !('pid' in owner) || typeof owner.pid !== 'number')
    return false;
  const ticks =
    'startedAtTicks' in owner && typeof owner.startedAtTicks === 'string' ? owner.startedAtTicks : '';
  return isAlive({ pid: owner.pid, startedAtTicks: ticks });
}

function answers(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const connection = createConnection(socket);
    const finish = (isAnswering: boolean): void => {
      connection.destroy();
      resolve(isAnswering);
    };
    connection.setTimeout(KNOCK_WITHIN_MS, () => finish(true));
    connection.once('connect', () => finish(true));
    connection.once('error', () => finish(false));
  });
}

function parentDirectory(): string {
  const preferred = tmpdir();
  return preferred.length <= PARENT_CHARS_MAX ? preferred : '/tmp';
}
