import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { finished, REPOSITORY } from '../support/test-project.ts';

const MAIN = join(REPOSITORY, 'dist/main.js');
const folder = mkdtempSync(join(tmpdir(), 'millrace-sandbox-command-'));
const stateFile = join(folder, 'state.ndjson');
const running = new Set<ChildProcess>();

afterEach(() => {
  for (const child of running) child.kill('SIGKILL');
  running.clear();
});
afterAll(() => rmSync(folder, { recursive: true }));

interface Started {
  readonly url: string;
  readonly child: ChildProcess;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into it freely
  admin(path: string): Promise<any>;
  identify(id: string): Promise<number>;
}

function spawnSandbox(argv: readonly string[]): ChildProcess {
  const child = spawn(process.execPath, [MAIN, 'sandbox', '--port', '0', ...argv], { cwd: folder });
  running.add(child);
  return child;
}

/** Starts the command and waits for its answer. */
async function start(...argv: readonly string[]): Promise<Started> {
  const child = spawnSandbox([...argv, '--output', 'json']);
  let text = '';
  for await (const chunk of child.stdout ?? []) {
    text += String(chunk);
    if (text.includes('\n}')) break;
  }
  const { url, siteId, apiKey } = JSON.parse(text).sandbox;
  const authorization = `Basic ${Buffer.from(`${siteId}:${apiKey}`).toString('base64')}`;
  return {
    url,
    child,
    admin: async (path) => (await fetch(`${url}/_sandbox${path}`)).json(),
    identify: async (id) => {
      const body = JSON.stringify({ plan: 'pro' });
      const request = { method: 'PUT', headers: { authorization }, body };
      return (await fetch(`${url}/api/v1/customers/${id}`, request)).status;
    },
  };
}

async function stop({ child }: Started, signal: NodeJS.Signals): Promise<number | null> {
  const closed = once(child, 'exit');
  child.kill(signal);
  const [code] = await closed;
  running.delete(child);
  return code as number | null;
}

async function refusal(...argv: readonly string[]) {
  return finished(spawnSandbox(argv));
}

describe('millrace sandbox', () => {
  it('takes region, switches, clock and faults from its flags', async () => {
    writeFileSync(
      join(folder, 'faults.yml'),
      '- name: every second\n  match: { path: /api, everyNth: 2 }\n  action: { kind: status, status: 500 }\n',
    );
    const sandbox = await start(
      ...['--region', 'eu', '--identifiers', 'id_only', '--allow-email-update'],
      ...['--set', 'autoMerge=false', '--set', 'applyDelayMs=0', 'shuffleSeed=7'],
      ...[
        '--clock-start',
        '2026-11-27',
        '--clock-rate',
        '0',
        '--faults',
        'faults.yml',
        '--request-log',
        'bodies',
      ],
    );
    expect(await sandbox.admin('')).toMatchObject({
      region: 'eu',
      now_ms: Date.UTC(2026, 10, 27),
      clock_rate: 0,
    });
    expect(await sandbox.admin('/workspace')).toMatchObject({
      identifiers: 'id_only',
      allowEmailUpdateWithId: true,
      autoMerge: false,
      shuffleSeed: 7,
    });
    expect([await sandbox.identify('1'), await sandbox.identify('2')]).toEqual([200, 500]);
    expect(await sandbox.admin('/faults')).toMatchObject([{ name: 'every second', hits: 1 }]);
    const log = await (await fetch(`${sandbox.url}/_sandbox/requests`)).text();
    expect(JSON.parse(log.split('\n')[0] ?? '')).toMatchObject({ body: '{"plan":"pro"}' });
    expect(await stop(sandbox, 'SIGINT')).toBe(130);
  });

  it('keeps its state through a stop, and what was written through a kill', async () => {
    const first = await start('--state', 'state.ndjson', '--set', 'autoMerge=false');
    await first.identify('before-stop');
    expect(await stop(first, 'SIGTERM')).toBe(143);
    const second = await start('--state', 'state.ndjson');
    const { environment_id } = await second.admin('');
    expect(await second.admin('/workspace')).toMatchObject({ autoMerge: false });
    await second.identify('before-kill');
    await expect.poll(() => readFileSync(stateFile, 'utf8'), { timeout: 30_000 }).toContain('before-kill');
    await stop(second, 'SIGKILL');
    const third = await start('--state', 'state.ndjson');
    expect(await third.admin('')).toMatchObject({ people: 2, environment_id });
    await stop(third, 'SIGTERM');
  });

  it('refuses a damaged state file with the cure', async () => {
    const sandbox = await start('--state', 'state.ndjson');
    await sandbox.identify('secret-person');
    await stop(sandbox, 'SIGTERM');
    truncateSync(stateFile, 200);
    const { exitCode, stderr } = await refusal('--state', 'state.ndjson');
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(
      /error\[usage\]: the state file state\.ndjson is damaged at line \d+.*remove it to start empty/,
    );
    expect(stderr).not.toContain('secret');
  });

  it.each<[readonly string[], RegExp]>([
    [['--set', 'autoMerg=false'], /there is no switch "autoMerg"; did you mean "autoMerge"\?/],
    [['--set', 'autoMerge=perhaps'], /the switch autoMerge takes true or false/],
    [['--set', 'autoMerge'], /write a switch as name=value/],
    [['--faults', 'missing.yml'], /faults file missing\.yml cannot be read/],
    [['--faults', 'broken.yml'], /faults file broken\.yml is no YAML/],
    [['--faults', 'wrong.yml'], /these are no fault rules/],
    [['--clock-start', 'yesterday'], /Write a date like/],
    [['--clock-rate', 'fast'], /Write a number from 0 on/],
    [['--request-log', 'loud'], /Allowed choices are off, on, bodies/],
    [['--state', 'missing/state'], /state file missing\/state cannot be written/],
  ])('%j is refused before anything starts', async (argv, message) => {
    writeFileSync(join(folder, 'broken.yml'), '[ {');
    writeFileSync(join(folder, 'wrong.yml'), '- action: { kind: explode }\n');
    const { exitCode, stderr } = await refusal(...argv);
    expect(stderr).toMatch(message);
    expect(exitCode).toBe(2);
  });

  it('says what to do with it, and who may look when it listens to others', async () => {
    const child = spawnSandbox(['--host', '0.0.0.0', '--state', 'other.ndjson']);
    const result = finished(child);
    await expect
      .poll(() => readFileSync(join(folder, 'other.ndjson.lock'), 'utf8'), { timeout: 30_000 })
      .toBe(String(child.pid));
    await new Promise((resolve) => setTimeout(resolve, 500));
    child.kill('SIGTERM');
    const { stdout } = await result;
    expect(stdout).toMatch(/Open that address in a browser/);
    expect(stdout).toMatch(/answer to this machine alone/);
    expect(stdout).toMatch(/The state is kept in other\.ndjson/);
  });
});
