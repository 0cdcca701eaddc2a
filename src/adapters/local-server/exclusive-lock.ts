import { spawn } from 'node:child_process';
import { LocalServerError } from './local-server-error.ts';

/** Longer than a download may take (20 min), so that a waiter outlasts a slow but living holder. */
const LOCK_WITHIN_S = 1800;

/** Waiting this long means that somebody else is at work, which is worth saying. */
const SAY_WAITING_AFTER_MS = 500;

/**
 * Runs `work` while no other process holds the same lock file. The kernel keeps the lock (flock) and drops it when this
 * process dies in any way, so there are no stale locks. Node has no flock of its own: the system's `flock` holds it for
 * as long as the pipe to it is open.
 */
export async function withExclusiveLock<T>(
  lockFile: string,
  onWait: () => void,
  work: () => Promise<T>,
): Promise<T> {
  const release = await acquire(lockFile, onWait);
  try {
    return await work();
  } finally {
    release();
  }
}

async function acquire(lockFile: string, onWait: () => void): Promise<() => void> {
  const hold = [
    '--exclusive',
    '--timeout',
    String(LOCK_WITHIN_S),
    lockFile,
    'sh',
    '-c',
    'echo held; read -r line',
  ];
  const holder = spawn('flock', hold, { stdio: ['pipe', 'pipe', 'ignore'] });
  const timer = setTimeout(onWait, SAY_WAITING_AFTER_MS);
  const isHeld = await new Promise<boolean>((resolve) => {
    holder.stdout.once('data', () => resolve(true));
    holder.once('exit', () => resolve(false));
    holder.once('error', () => resolve(false));
  });
  clearTimeout(timer);
  if (!isHeld) throw notLocked(lockFile);
  return () => holder.stdin.end();
}

function notLocked(lockFile: string): LocalServerError {
  return new LocalServerError(`Could not lock ${lockFile}.`, {
    hint: 'Check that the folder can be written and that the program flock (util-linux) is installed; if another Millrace hangs, end it.',
  });
}
