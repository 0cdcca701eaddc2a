import { open, readFile, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { SandboxError } from '../sandbox-error.ts';

/** The right to write a state file. */
export interface StateLock {
  release(): Promise<void>;
}

const ATTEMPTS_MAX = 2;

/** Locks of this process: in a container the process that left one behind may have had the same number. */
const held = new Set<string>();

/** Takes the file beside the state file that says who writes it. One left behind by a dead process does not count. */
export async function lockStateFile(path: string): Promise<StateLock> {
  const lockPath = `${resolve(path)}.lock`;
  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
    // Serial on purpose: the second attempt follows the removal of a stale lock.
    if (await tookLock(path, lockPath)) return { release: () => release(lockPath) };
    const holder = Number(await readFile(lockPath, 'utf8').catch(() => ''));
    if (holder === process.pid ? held.has(lockPath) : isRunning(holder)) break;
    await rm(lockPath, { force: true });
  }
  throw new SandboxError(
    `another sandbox writes the state file ${path}. Stop it, or name another file; if there is none, remove ${lockPath}.`,
  );
}

async function tookLock(path: string, lockPath: string): Promise<boolean> {
  try {
    const file = await open(lockPath, 'wx', 0o600);
    await file.write(String(process.pid));
    await file.close();
    held.add(lockPath);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    const cause = error instanceof Error ? error.message : String(error);
    throw new SandboxError(`the state file ${path} cannot be written: ${cause}`, { cause: error });
  }
}

async function release(lockPath: string): Promise<void> {
  held.delete(lockPath);
  await rm(lockPath, { force: true });
}

function isRunning(processId: number): boolean {
  if (!Number.isInteger(processId) || processId <= 0) return false;
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
