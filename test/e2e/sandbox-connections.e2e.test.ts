import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { startSandbox } from '../../src/sandbox/start-sandbox.ts';
import { REPOSITORY } from '../support/test-project.ts';

const KNOCK = join(REPOSITORY, 'test/e2e/knock.mjs');
const CONNECTIONS = 10_000;
const ANSWERED_WITHIN_MS = 120_000;

it('ten thousand connections at once are all answered, and the sandbox goes on', async () => {
  const sandbox = await startSandbox();
  // In a process of its own: both ends together would need twice the open files.
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [KNOCK, String(sandbox.port), String(CONNECTIONS)],
    { timeout: ANSWERED_WITHIN_MS },
  );
  expect(JSON.parse(stdout)).toEqual({ '200': CONNECTIONS });
  expect((await fetch(`${sandbox.url}/_sandbox`)).status).toBe(200);
  await sandbox.close();
});
