import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { execute } from '../../../test/servers/servers.ts';
import { findServer } from './find-server.ts';
import { parseServerUrl } from './server-url.ts';
import { startServer } from './start-server.ts';

/** Downloads 16 MB each time, so only on demand. */
const isWanted = process.env['MILLRACE_TEST_UNPACK'] === '1';
const name = 'unpacking MariaDB into an empty cache';

let cache: string;
beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), 'unpack-cache-'));
});
afterEach(() => {
  rmSync(cache, { recursive: true, force: true, maxRetries: 5 });
});

describe.skipIf(!isWanted)(
  isWanted ? name : `${name} skipped: needs the network; set MILLRACE_TEST_UNPACK=1`,
  () => {
    it('survives being killed, and two processes that do it at once', async () => {
      const killed = unpackInChild();
      await heard(killed, 'unpacking MariaDB');
      killed.kill('SIGKILL');
      const [first, second] = [unpackInChild(), unpackInChild()];
      const results = await Promise.all([heard(first, 'result'), heard(second, 'result')]);
      expect(results[0]).toMatch(/result mariadb 1\d\.\d+\.\d+$/m);
      // The second one finds what the first one made.
      expect(results.filter((text) => text.includes('unpacking MariaDB'))).toHaveLength(1);
      expect(readdirSync(cache).filter((entry) => !entry.endsWith('.lock'))).toEqual([
        expect.stringMatching(/^mariadb-[a-z]+$/),
      ]);
    }, 180_000);

    it('gives a server that starts', async () => {
      await heard(unpackInChild(), 'result');
      const binaries = await findServer('mariadb', { MILLRACE_CACHE: cache });
      if (binaries === undefined) throw new Error('what was unpacked is not found');
      const server = await startServer(binaries, { cacheDirectory: cache });
      try {
        const address = parseServerUrl(server.adminUrl, 'adminUrl');
        expect(await execute(address, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
      } finally {
        await server.stop();
      }
    }, 180_000);
  },
);

function unpackInChild(): ChildProcess {
  const program = `
    const { runnerImport } = await import('vite');
    const { module } = await runnerImport(${JSON.stringify(join(import.meta.dirname, 'unpack-server.ts'))});
    const found = await module.unpackServer('mariadb', ${JSON.stringify(cache)}, console.log);
    console.log('result', found.flavour, found.version);
  `;
  return spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

/** Everything the child says until a line contains the text. */
async function heard(child: ChildProcess, text: string): Promise<string> {
  let said = '';
  while (!said.includes(text)) {
    if (child.stdout === null) throw new Error('the child has no output');
    const [chunk] = await once(child.stdout, 'data');
    said += String(chunk);
  }
  return said.trim();
}
