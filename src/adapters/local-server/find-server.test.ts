import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findServer, findUnpacked } from './find-server.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'find-server-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** A program that answers `--version` like a server. */
function program(name: string, versionLine: string): string {
  const file = join(folder, name);
  writeFileSync(file, `#!/bin/sh\necho '${versionLine}'\n`);
  chmodSync(file, 0o755);
  return file;
}

const MYSQL = 'mysqld  Ver 8.4.2 for Linux on x86_64 (MySQL Community Server - GPL)';
const MARIADB = 'mariadbd  Ver 11.4.2-MariaDB for Linux on x86_64 (MariaDB Server)';

describe('findServer', () => {
  it('takes the program that the variable names', async () => {
    const file = program('my-own-build', MYSQL);
    expect(await findServer('any', { MILLRACE_MYSQLD: file, MILLRACE_CACHE: folder })).toMatchObject({
      flavour: 'mysql',
      version: '8.4.2',
      origin: 'named',
      command: [file],
    });
  });

  it('refuses a named program that is no server', async () => {
    const environment = { MILLRACE_MYSQLD: program('mysqld', 'hello'), MILLRACE_CACHE: folder };
    await expect(findServer('any', environment)).rejects.toThrow(/no usable MySQL or MariaDB server/);
    const missing = { MILLRACE_MYSQLD: '/nonexistent/mysqld', MILLRACE_CACHE: folder };
    await expect(findServer('any', missing)).rejects.toMatchObject({
      hint: expect.stringContaining('mysqld or mariadbd'),
    });
  });

  it('takes a folder that Millrace unpacked', async () => {
    fakeTree(join(folder, 'mariadb-trixie'), '11.8.9');
    const environment = {
      MILLRACE_MYSQLD: join(folder, 'mariadb-trixie'),
      MILLRACE_CACHE: join(folder, 'none'),
    };
    expect(await findServer('any', environment)).toMatchObject({ flavour: 'mariadb', version: '11.8.9' });
  });

  it('looks along PATH and tells MariaDB’s mysqld from MySQL’s', async () => {
    const file = program('mysqld', MARIADB);
    const environment = { PATH: `relative:${folder}`, MILLRACE_CACHE: folder };
    expect(await findServer('mariadb', environment)).toMatchObject({
      flavour: 'mariadb',
      origin: 'system',
      serverFile: file,
    });
  });

  it('passes over servers that are too old', async () => {
    program('mariadbd', 'mariadbd  Ver 10.1.48-MariaDB for debian-linux-gnu on x86_64');
    const found = await findServer('mariadb', { PATH: folder, MILLRACE_CACHE: folder });
    expect(found?.version).not.toBe('10.1.48');
  });
});

describe('findUnpacked', () => {
  it('sees only trees that are whole', async () => {
    mkdirSync(join(folder, 'mysql-sid'));
    mkdirSync(join(folder, 'mariadb-bookworm'));
    writeFileSync(join(folder, 'mariadb-bookworm', 'millrace-server.json'), '{ half written');
    expect(await findUnpacked('any', { MILLRACE_CACHE: folder })).toBeUndefined();
  });

  it('picks the newest version and names the tree’s own loader', async () => {
    for (const [suite, version] of [
      ['bookworm', '10.11.19'],
      ['trixie', '11.8.9'],
    ] as const) {
      fakeTree(join(folder, `mariadb-${suite}`), version);
    }
    const found = await findUnpacked('any', { MILLRACE_CACHE: folder });
    const root = join(folder, 'mariadb-trixie');
    expect(found).toMatchObject({
      version: '11.8.9',
      origin: 'cache',
      command: [
        join(root, 'usr/lib/aarch64-linux-gnu/ld-linux-aarch64.so.1'),
        '--library-path',
        join(root, 'usr/lib/aarch64-linux-gnu'),
        join(root, 'usr/sbin/mariadbd'),
      ],
    });
  });
});

function fakeTree(root: string, version: string): void {
  mkdirSync(join(root, 'usr/lib/aarch64-linux-gnu'), { recursive: true });
  mkdirSync(join(root, 'usr/sbin'));
  writeFileSync(join(root, 'usr/lib/aarch64-linux-gnu/ld-linux-aarch64.so.1'), '');
  writeFileSync(join(root, 'usr/sbin/mariadbd'), '');
  const marker = { flavour: 'mariadb', version, architecture: process.arch };
  writeFileSync(join(root, 'millrace-server.json'), JSON.stringify(marker));
}
