import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import type { SandboxOptions } from '../sandbox-options.ts';
import { startSandbox } from '../start-sandbox.ts';
import { connectTo, eventById, identifyById } from '../testing/sandbox-client.ts';

const folder = mkdtempSync(join(tmpdir(), 'millrace-sandbox-state-'));
const stateFile = join(folder, 'state.ndjson');
const lockFile = `${stateFile}.lock`;

beforeEach(() => {
  for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true });
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Starts on the file, sends the items, and stops. */
async function sendTo(options: SandboxOptions, ...items: readonly object[]): Promise<void> {
  const sandbox = await startSandbox({ stateFile, ...options });
  const client = connectTo(sandbox);
  if (items.length > 0) await client.batch(...items);
  await client.close();
  await sandbox.close();
}

describe('a state file', () => {
  test('brings people, events, faults, switches and the environment back at the next start', async () => {
    await sendTo(
      {
        switches: { autoMerge: false },
        faults: [{ name: 'later', match: { event: 'x' }, action: { kind: 'silent-drop' } }],
      },
      identifyById('1', { plan: 'pro' }),
      eventById('1', 'order_placed'),
    );
    const first = readFileSync(stateFile, 'utf8');
    const again = await startSandbox({ stateFile });
    expect(again.admin.person({ id: '1' })?.attributes).toEqual({ plan: 'pro' });
    expect(again.admin.events('order_placed')).toHaveLength(1);
    expect(again.admin.switches().autoMerge).toBe(false);
    expect(again.admin.counters().faults).toMatchObject([{ name: 'later' }]);
    expect(again.admin.requests()).toHaveLength(1);
    expect(first).toContain(String(again.admin.info().environment_id));
    await again.close();
  });

  test('gives way to what the start says', async () => {
    await sendTo({ switches: { autoMerge: false, applyDelayMs: 5 } });
    const again = await startSandbox({
      stateFile,
      switches: { applyDelayMs: 7 },
      faults: [],
      requestLog: 'off',
    });
    expect(again.admin.switches()).toMatchObject({ autoMerge: false, applyDelayMs: 7 });
    await again.close();
  });

  test('a clock at the speed of real time goes on while the sandbox is down; another one stands', async () => {
    let realMs = 1_800_000_000_000;
    const clock = { source: () => realMs };
    const nowAfter = async (change: { advanceMs?: number; rate?: number }) => {
      rmSync(stateFile, { force: true });
      const before = await startSandbox({ stateFile, clock });
      const start = before.admin.setClock(change).nowMs;
      await before.close();
      realMs += 60_000;
      const after = await startSandbox({ stateFile, clock });
      const passed = after.admin.nowMs() - start;
      await after.close();
      return passed;
    };
    expect(await nowAfter({ advanceMs: 3_600_000 })).toBe(60_000);
    expect(await nowAfter({ rate: 1000 })).toBe(0);
    expect(await nowAfter({ rate: 0 })).toBe(0);
  });

  test('is written soon after a change, not only at the close, and for its owner alone', async () => {
    const sandbox = await startSandbox({ stateFile });
    const client = connectTo(sandbox);
    await client.batch(identifyById('written-soon'));
    await expect.poll(() => readFileSync(stateFile, 'utf8'), { timeout: 15_000 }).toContain('written-soon');
    expect(statSync(stateFile).mode & 0o777).toBe(0o600);
    await client.close();
    await sandbox.close();
    expect(readdirSync(folder)).toEqual(['state.ndjson']);
  });

  test('belongs to one sandbox at a time; the lock of a dead process does not count', async () => {
    const sandbox = await startSandbox({ stateFile });
    await expect(startSandbox({ stateFile })).rejects.toThrow(/another sandbox writes the state file/);
    await sandbox.close();
    for (const left of ['', '999999999', String(process.pid)]) {
      writeFileSync(lockFile, left);
      await (await startSandbox({ stateFile })).close();
    }
    writeFileSync(lockFile, String(process.ppid));
    await expect(startSandbox({ stateFile })).rejects.toThrow(/remove .*state\.ndjson\.lock/);
  });

  test.each<[string, () => void, RegExp]>([
    [
      'cut short',
      () => truncateSync(stateFile, Math.floor(statSync(stateFile).size / 2)),
      /damaged at line \d+/,
    ],
    [
      'with its end missing',
      () => editFile((text) => `${text.trimEnd().split('\n').slice(0, -1).join('\n')}\n`),
      /the end is missing/,
    ],
    [
      'changed',
      () => editFile((text) => text.replace('secret-person', 'secret-parson')),
      /digest at its end does not fit/,
    ],
    [
      'with a broken line',
      () => editFile((text) => text.replace('"list"', '"lisst"')),
      /damaged at line \d+: it is no line of a state/,
    ],
    [
      'with more after its end',
      () => appendFileSync(stateFile, '[["a"],"value",1]\n'),
      /there is more after the end/,
    ],
    ['that is empty', () => writeFileSync(stateFile, ''), /damaged at line 0: the end is missing/],
    [
      'of another format',
      () => editFile((text) => text.replace('_state":1', '_state":99')),
      /another version of Millrace/,
    ],
    ['that is something else', () => writeFileSync(stateFile, 'name: millrace\n'), /is no state file/],
  ])('a file %s is refused with the cure, and left alone', async (_what, damage, message) => {
    await sendTo({}, identifyById('secret-person', { email: 'secret@x.example' }));
    damage();
    const before = readFileSync(stateFile, 'utf8');
    const error = await startSandbox({ stateFile }).catch((reason: unknown) => reason);
    expect(String(error)).toMatch(message);
    expect(String(error)).not.toContain('secret');
    expect(readFileSync(stateFile, 'utf8')).toBe(before);
    expect(readdirSync(folder)).toEqual(['state.ndjson']);
  });

  test('a place that cannot be written to is told at the start', async () => {
    await expect(startSandbox({ stateFile: join(folder, 'missing', 'state') })).rejects.toThrow(
      /cannot be written/,
    );
    await expect(startSandbox({ stateFile: folder })).rejects.toThrow(/cannot be read/);
  });

  test('a writing that fails later is told and tried again', async () => {
    const troubles: Error[] = [];
    const sandbox = await startSandbox({ stateFile, onTrouble: (trouble) => troubles.push(trouble) });
    const client = connectTo(sandbox);
    const blocked = `${stateFile}.new`;
    mkdirSync(blocked);
    await client.batch(identifyById('1'));
    await expect.poll(() => troubles.length, { timeout: 15_000 }).toBeGreaterThan(0);
    expect(String(troubles[0])).toMatch(/cannot be written/);
    rmSync(blocked, { recursive: true });
    await client.close();
    await sandbox.close();
    expect(readFileSync(stateFile, 'utf8')).toContain('"id":"1"');
  });

  test('tens of thousands of people come back', async () => {
    const first = await startSandbox({ stateFile, requestLog: 'off' });
    const client = connectTo(first);
    for (let start = 0; start < 30_000; start += 2000) {
      const items = Array.from({ length: 2000 }, (_, at) =>
        identifyById(`p${start + at}`, { n: start + at }),
      );
      await client.batch(...items);
    }
    await client.close();
    await first.close();
    const again = await startSandbox({ stateFile });
    expect(again.admin.info().people).toBe(30_000);
    expect(again.admin.person({ id: 'p22222' })?.attributes).toEqual({ n: 22_222 });
    await again.close();
  }, 60_000);
});

function editFile(edit: (text: string) => string): void {
  writeFileSync(stateFile, edit(readFileSync(stateFile, 'utf8')));
}
