import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { unpackServer } from './unpack-server.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'unpack-server-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const hasApt = existsSync('/usr/bin/apt-get');

describe('unpackServer', () => {
  it.skipIf(process.platform !== 'linux')('says what to do where there is no archive', async () => {
    await expect(unpackServer('mysql', folder, () => undefined, '/nonexistent')).rejects.toMatchObject({
      message: expect.stringContaining('No package archive'),
      hint: expect.stringContaining('MILLRACE_DEMO_MYSQL'),
    });
  });

  it.skipIf(process.platform !== 'linux')('says what to set when the cache cannot be written', async () => {
    const etc = etcWith('file:/nonexistent/debian');
    const file = join(folder, 'a-file');
    writeFileSync(file, '');
    await expect(unpackServer('mariadb', join(file, 'cache'), () => undefined, etc)).rejects.toMatchObject({
      hint: expect.stringContaining('MILLRACE_CACHE'),
    });
  });

  it.skipIf(!hasApt)(
    'names the mirror when it does not have the suite, and leaves no half tree',
    async () => {
      const cache = join(folder, 'cache');
      const heard: string[] = [];
      const attempt = unpackServer(
        'mariadb',
        cache,
        (text) => heard.push(text),
        etcWith('file:/nonexistent/debian'),
      );
      await expect(attempt).rejects.toMatchObject({
        message: expect.stringMatching(/could not fetch the package lists.*nonexistent/s),
        hint: expect.stringContaining('does not carry that suite'),
      });
      expect(heard).toEqual(['looking for MariaDB in file:/nonexistent/debian (bookworm)']);
      expect(existsSync(join(cache, 'mariadb-bookworm'))).toBe(false);
    },
    60_000,
  );
});

function etcWith(uri: string): string {
  const etc = join(folder, 'etc');
  mkdirSync(join(etc, 'apt'), { recursive: true });
  writeFileSync(join(etc, 'os-release'), 'ID=debian\nVERSION_CODENAME=bookworm\n');
  writeFileSync(join(etc, 'apt', 'sources.list'), `deb ${uri} bookworm main\n`);
  return etc;
}
