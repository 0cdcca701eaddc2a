import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { identifyProcess } from './process-identity.ts';
import { createRunFolder, removeRunFolder, removeStaleRunFolders } from './run-folder.ts';

let parent: string;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'run-folders-'));
});
afterEach(() => {
  rmSync(parent, { recursive: true });
});

/** Larger than any process number. */
const DEAD_PID = 2 ** 30;
const HOUR_S = 3600;

function oldFolder(name: string, owner: unknown): string {
  const directory = join(parent, name);
  mkdirSync(directory);
  writeFileSync(join(directory, 'owner.json'), JSON.stringify(owner));
  const longAgo = Date.now() / 1000 - HOUR_S;
  utimesSync(directory, longAgo, longAgo);
  return directory;
}

describe('removeStaleRunFolders', () => {
  it('removes what a dead owner left', async () => {
    const stale = oldFolder('millrace-server-dead', { pid: DEAD_PID, startedAtTicks: '1' });
    expect(await removeStaleRunFolders(parent)).toEqual([stale]);
    expect(existsSync(stale)).toBe(false);
  });

  it('removes the folder of a process whose number somebody else has now', async () => {
    const stale = oldFolder('millrace-server-reused', { pid: process.pid, startedAtTicks: '1' });
    expect(await removeStaleRunFolders(parent)).toEqual(process.platform === 'linux' ? [stale] : []);
  });

  it('leaves the folders of the living, the young, and other people’s', async () => {
    oldFolder('millrace-server-live', await identifyProcess(process.pid));
    oldFolder('something-else', { pid: DEAD_PID });
    mkdirSync(join(parent, 'millrace-server-young'));
    expect(await removeStaleRunFolders(parent)).toEqual([]);
  });

  it('leaves a folder whose socket answers, whoever its owner is', async () => {
    const directory = oldFolder('millrace-server-answers', { pid: DEAD_PID });
    const { atime, mtime } = statSync(directory);
    const listener = createServer().listen(join(directory, 'sock'));
    utimesSync(directory, atime, mtime);
    expect(await removeStaleRunFolders(parent)).toEqual([]);
    listener.close();
  });

  it('survives a half-written owner file', async () => {
    const directory = oldFolder('millrace-server-torn', {});
    writeFileSync(join(directory, 'owner.json'), '{"pid":');
    expect(await removeStaleRunFolders(parent)).toEqual([directory]);
  });
});

describe('createRunFolder', () => {
  it('is closed to others and short enough for a socket', async () => {
    const folder = await createRunFolder();
    try {
      expect(statSync(folder.directory).mode & 0o777).toBe(0o700);
      expect(folder.socket.length).toBeLessThanOrEqual(103);
      expect(dirname(folder.dataDirectory)).toBe(folder.directory);
    } finally {
      await removeRunFolder(folder.directory);
    }
    expect(existsSync(folder.directory)).toBe(false);
  });
});
