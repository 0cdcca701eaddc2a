import { mkdir, readdir, rename, rm, statfs } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { withExclusiveLock } from './exclusive-lock.ts';
import { FLAVOUR_NAMES, type Flavour } from './flavour.ts';
import { LocalServerError } from './local-server-error.ts';
import type { OnProgress } from './on-progress.ts';
import {
  choosePackages,
  chooseServerPackage,
  type PackageChoice,
  serverPackagePrefix,
} from './package-choice.ts';
import { readPackageSystem } from './package-system.ts';
import { PrivateApt } from './private-apt.ts';
import { runProgram } from './run-program.ts';
import type { ServerBinaries } from './server-binaries.ts';
import { bringYourOwnServer } from './server-hints.ts';
import { askTreeVersion, inspectTree, markTree, readTree } from './server-tree.ts';
import { unpackPackages } from './unpack-packages.ts';

/** Packed and unpacked files lie side by side for a moment; measured 6.3 times the download for MySQL. */
const DISK_BYTES_PER_DOWNLOADED_BYTE = 7;

/** dpkg answers at once. */
const ARCHITECTURE_WITHIN_MS = 20_000;

interface Job {
  readonly flavour: Flavour;
  readonly cacheDirectory: string;
  readonly onProgress: OnProgress;
  readonly choice: PackageChoice;
  /** `<flavour>-<suite>`: the tree in the cache, and the stem of the names of what is needed meanwhile. */
  readonly name: string;
}

/**
 * Fetches a server from the distribution's archive into the cache folder and returns it. Nothing is installed, root is
 * not needed, nothing is asked. Safe beside other processes that do the same, and after being killed at any point: a
 * download goes on where it stopped, and a tree appears in the cache only when it is whole.
 */
export async function unpackServer(
  flavour: Flavour,
  cacheDirectory: string,
  onProgress: OnProgress,
  etcDirectory = '/etc',
): Promise<ServerBinaries> {
  if (process.platform !== 'linux') throw notDebian(flavour);
  const choice = choosePackages(flavour, await readPackageSystem(etcDirectory));
  const name = `${flavour}-${choice.suite.replaceAll('/', '-')}`;
  const job: Job = { flavour, cacheDirectory, onProgress, choice, name };
  await makeCacheDirectory(cacheDirectory);
  const sayWaiting = (): void =>
    onProgress(`waiting for another process that fetches ${FLAVOUR_NAMES[flavour]}`);
  return withExclusiveLock(join(cacheDirectory, `${name}.lock`), sayWaiting, () => unpackUnlessThere(job));
}

async function unpackUnlessThere(job: Job): Promise<ServerBinaries> {
  const target = join(job.cacheDirectory, job.name);
  const present = await readTree(target);
  if (present !== undefined) return present;
  await removeLeftovers(job);
  const downloads = join(job.cacheDirectory, `${job.name}.download`);
  const files = await download(job, downloads);
  const unpacked = join(job.cacheDirectory, `${job.name}.unpacking-${process.pid}-${Date.now()}`);
  await unpack(job, files, unpacked);
  await rename(unpacked, target);
  await rm(downloads, { recursive: true, force: true });
  const tree = await readTree(target);
  if (tree === undefined) throw doesNotRun(job);
  return tree;
}

async function download(job: Job, directory: string): Promise<readonly string[]> {
  const label = FLAVOUR_NAMES[job.flavour];
  job.onProgress(
    `looking for ${label} in ${job.choice.sources[0]?.uris[0] ?? 'the archive'} (${job.choice.suite})`,
  );
  const apt = await PrivateApt.create(directory, await askArchitecture(), job.choice.sources);
  const trouble = await apt.update();
  const packageName = chooseServerPackage(
    job.flavour,
    await apt.packageNames(serverPackagePrefix(job.flavour)),
  );
  if (packageName === undefined) throw trouble ?? notOffered(job);
  const plan = await apt.plan(packageName);
  const planned = plan.map((file) => file.fileName);
  const bytes = plan.reduce((sum, file) => sum + file.bytes, 0);
  await checkDisk(job, bytes);
  // Nothing is left to fetch when an earlier attempt was killed after its download.
  if (bytes > 0)
    job.onProgress(`downloading ${named(job, planned, packageName)} (${Math.ceil(bytes / 1e6)} MB)`);
  const files = await apt.download(packageName);
  const target = join(job.cacheDirectory, job.name);
  job.onProgress(`unpacking ${named(job, files, packageName)} (${files.length} packages) into ${target}`);
  return files;
}

async function unpack(job: Job, files: readonly string[], directory: string): Promise<void> {
  await unpackPackages(files, directory);
  const tree = await inspectTree(directory, job.flavour);
  const version = tree === undefined ? undefined : await askTreeVersion(tree);
  if (version?.flavour !== job.flavour) throw doesNotRun(job);
  await markTree(
    directory,
    version,
    files.map((file) => basename(file)),
  );
}

/** Folders of attempts that were killed. Whoever holds the lock is alone, so they belong to nobody. */
async function removeLeftovers(job: Job): Promise<void> {
  const names = await readdir(job.cacheDirectory);
  const leftovers = names.filter((name) => name === job.name || name.startsWith(`${job.name}.unpacking-`));
  for (const name of leftovers) {
    // A dpkg-deb that outlived its parent may still write there; then the folder goes next time.
    await rm(join(job.cacheDirectory, name), { recursive: true, force: true, maxRetries: 3 }).catch(
      () => undefined,
    );
  }
}

async function makeCacheDirectory(directory: string): Promise<void> {
  try {
    // Certificates' private keys lie in it.
    await mkdir(directory, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw new LocalServerError(`The cache folder ${directory} cannot be made.`, {
      hint: 'Set MILLRACE_CACHE to a folder that you may write to, with 500 MB of room.',
      cause,
    });
  }
}

async function checkDisk(job: Job, downloadBytes: number): Promise<void> {
  const disk = await statfs(job.cacheDirectory);
  const neededMb = Math.ceil((downloadBytes * DISK_BYTES_PER_DOWNLOADED_BYTE) / 1e6);
  const freeMb = Math.floor((disk.bavail * disk.bsize) / 1e6);
  if (freeMb >= neededMb) return;
  throw new LocalServerError(
    `${FLAVOUR_NAMES[job.flavour]} needs ${neededMb} MB in ${job.cacheDirectory}, where ${freeMb} MB are free.`,
    { hint: 'Make room, or set MILLRACE_CACHE to a folder on another disk.' },
  );
}

async function askArchitecture(): Promise<string> {
  const result = await runProgram('dpkg', ['--print-architecture'], { timeoutMs: ARCHITECTURE_WITHIN_MS });
  if (result.outcome === 'ok') return result.output.trim();
  throw new LocalServerError('This system has no dpkg, so packages cannot be unpacked.', {
    hint: bringYourOwnServer(process.platform),
  });
}

/** "MySQL 9.7.4", from "mysql-server-core_9.7.4-2_amd64.deb"; an epoch ("1%3a") stands in front of MariaDB's version. */
function named(job: Job, files: readonly string[], packageName: string): string {
  const file = files.map((each) => basename(each)).find((each) => each.startsWith(`${packageName}_`)) ?? '';
  const version = /_(?:\d+%3a)?(\d+(?:\.\d+)+)/.exec(file)?.[1];
  return [FLAVOUR_NAMES[job.flavour], version].filter((part) => part !== undefined).join(' ');
}

function notDebian(flavour: Flavour): LocalServerError {
  return new LocalServerError(
    `No ${FLAVOUR_NAMES[flavour]} server is installed, and Millrace can fetch one by itself only on Debian and Ubuntu.`,
    { hint: bringYourOwnServer(process.platform) },
  );
}

function notOffered(job: Job): LocalServerError {
  return new LocalServerError(
    `The archive (${job.choice.suite}) offers no package ${serverPackagePrefix(job.flavour)}.`,
    { hint: bringYourOwnServer(process.platform) },
  );
}

function doesNotRun(job: Job): LocalServerError {
  return new LocalServerError(
    `${FLAVOUR_NAMES[job.flavour]} from ${job.choice.suite} was fetched but does not run here.`,
    {
      hint: `Delete ${job.cacheDirectory} and try again. ${bringYourOwnServer(process.platform)}`,
    },
  );
}
