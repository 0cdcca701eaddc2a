import { StateError } from '../../core/errors/millrace-error.ts';

/** SQLite's primary result codes that mean something to the user. Source: sqlite.org/rescode.html. */
const BUSY = new Set([5, 6]);
const DISK = new Set([8, 10, 13, 14]);
const DAMAGED = new Set([11, 26]);

/** Says what an error of SQLite means for the state; other errors pass through. */
export function stateErrorFor(error: unknown, path: string): unknown {
  const code = resultCode(error);
  if (code === undefined) return error;
  if (DAMAGED.has(code))
    return new StateError('state_corrupt', `the state file ${path} is damaged`, { cause: error });
  if (BUSY.has(code)) {
    return new StateError('state_busy', `another process is writing to the state file ${path}`, {
      cause: error,
    });
  }
  if (DISK.has(code)) {
    return new StateError('state_full', `the state file ${path} could not be written: ${words(error)}`, {
      cause: error,
    });
  }
  return error;
}

export function damaged(path: string, what: string): StateError {
  return new StateError('state_corrupt', `the state file ${path} is damaged: ${what}`);
}

function resultCode(error: unknown): number | undefined {
  const code = (error as { readonly errcode?: unknown } | null)?.errcode;
  return typeof code === 'number' ? code & 0xff : undefined;
}

function words(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
