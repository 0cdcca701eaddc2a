import { constants } from 'node:fs';
import { cp, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { initialiseData } from './initialise-data.ts';
import { LocalServerError } from './local-server-error.ts';
import type { OnProgress } from './on-progress.ts';
import { hasProcess } from './process-identity.ts';
import { readJson } from './read-json.ts';
import { type ServerBinaries, serverName } from './server-binaries.ts';

/** Raised when what `initialiseData` makes changes, so that folders made by an older Millrace are not copied. */
const TEMPLATE_REVISION = 1;

/** Says which server a data folder belongs to. A server of the other flavour would destroy it. */
const MARKER = 'millrace-data.json';

/**
 * Makes a data folder ready for a server: one that an earlier start left is taken as it is, an empty one becomes a copy
 * of an initialised folder, which is made once per server version and kept in the cache (3 s less for MySQL).
 */
export async function prepareData(
  binaries: ServerBinaries,
  directory: string,
  cacheDirectory: string,
  onProgress: OnProgress,
): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const names = await readdir(directory);
  if (names.includes(MARKER)) return checkMarker(binaries, directory);
  if (names.length > 0) throw foreignFolder(directory);
  const template = await templateFor(binaries, cacheDirectory, onProgress);
  if (template === undefined) await initialiseData(binaries, directory);
  else await cp(template, directory, { recursive: true, mode: constants.COPYFILE_FICLONE });
  // Last: a copy cut short by a crash has no marker and is refused rather than used.
  await writeFile(join(directory, MARKER), `${JSON.stringify({ flavour: binaries.flavour })}\n`);
}

/** The initialised folder of this server's version; undefined when the cache cannot be written. */
async function templateFor(
  binaries: ServerBinaries,
  cacheDirectory: string,
  onProgress: OnProgress,
): Promise<string | undefined> {
  const templates = join(cacheDirectory, 'templates');
  const name = `${binaries.flavour}-${binaries.version}-r${TEMPLATE_REVISION}`;
  const template = join(templates, name);
  if (await isFolder(template)) return template;
  const draft = join(templates, `${name}.draft-${process.pid}-${Date.now()}`);
  if (!(await makeFolder(draft))) return undefined;
  await removeDeadDrafts(templates);
  try {
    onProgress(`preparing a data folder for ${serverName(binaries)} (once)`);
    await initialiseData(binaries, draft);
    await publish(draft, template);
    return template;
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/** What processes that were killed meanwhile left behind. */
async function removeDeadDrafts(templates: string): Promise<void> {
  for (const name of await readdir(templates)) {
    const pid = /\.draft-(\d+)-\d+$/.exec(name)?.[1];
    if (pid !== undefined && !hasProcess(Number(pid)))
      await rm(join(templates, name), { recursive: true, force: true });
  }
}

/** Of two processes that made the same template, one is first; the other's is as good and is dropped. */
async function publish(draft: string, template: string): Promise<void> {
  try {
    await rename(draft, template);
  } catch (cause) {
    if (!(await isFolder(template))) throw cause;
  }
}

async function checkMarker(binaries: ServerBinaries, directory: string): Promise<void> {
  const marker = await readJson(join(directory, MARKER));
  const isOurs =
    typeof marker === 'object' &&
    marker !== null &&
    'flavour' in marker &&
    marker.flavour === binaries.flavour;
  if (isOurs) return;
  throw new LocalServerError(
    `The data folder ${directory} belongs to another kind of server than ${serverName(binaries)}.`,
    { hint: 'Name another data folder, or delete this one if what it holds is not needed.' },
  );
}

function foreignFolder(directory: string): LocalServerError {
  return new LocalServerError(`The data folder ${directory} is not empty and was not made by Millrace.`, {
    hint: 'Name an empty folder, or one that does not exist yet.',
  });
}

function isFolder(directory: string): Promise<boolean> {
  return readdir(directory).then(
    () => true,
    () => false,
  );
}

function makeFolder(directory: string): Promise<boolean> {
  return mkdir(directory, { recursive: true, mode: 0o700 }).then(
    () => true,
    () => false,
  );
}
