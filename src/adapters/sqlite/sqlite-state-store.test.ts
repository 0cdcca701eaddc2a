import { mkdtempSync, rmSync, statSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { describeStateStore } from '../../../test/contracts/state-store-suite.ts';
import { WHOLE_RING } from '../../core/diff/key-range.ts';
import { openSqliteState, sqliteStateStores } from './sqlite-state-stores.ts';
import { StateDatabase } from './state-database.ts';

describeStateStore('SQLite', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-state-'));
  const path = join(folder, 'us-3.db');
  let areHoldersAlive = true;
  const open = async (mode: 'read' | 'write') =>
    openSqliteState(new StateDatabase(path, mode), () => areHoldersAlive, 'elsewhere');
  return {
    createStore: () => open('write'),
    reopen: () => open('write'),
    openReader: () => open('read'),
    setHoldersAlive: (isAlive) => {
      areHoldersAlive = isAlive;
    },
    cleanUp: async () => rmSync(folder, { recursive: true }),
  };
});

describe('a SQLite state file', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'millrace-state-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('is readable by its owner only', async () => {
    const store = await sqliteStateStores(join(folder, '.millrace')).open('us-3');
    expect(statSync(join(folder, '.millrace/us-3.db')).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, '.millrace')).mode & 0o777).toBe(0o700);
    await store.close();
  });

  it('is listed by workspace, the last used first', async () => {
    const stores = sqliteStateStores(folder);
    expect(await stores.workspaces()).toEqual([]);
    await (await stores.open('us-3')).close();
    const past = new Date(Date.now() - 60_000);
    utimesSync(join(folder, 'us-3.db'), past, past);
    await (await stores.open('eu-4')).close();
    expect(await stores.workspaces()).toEqual(['eu-4', 'us-3']);
    expect(await stores.openForReading('us-9')).toBeUndefined();
  });

  it.each([
    ['is not a database', (path: string) => writeFileSync(path, 'Lorem ipsum '.repeat(1000))],
    ['was cut short', (path: string) => truncateSync(path, 5000)],
  ])('that %s is refused with the cure', async (_, damage) => {
    const stores = sqliteStateStores(folder);
    await (await stores.open('us-3')).close();
    damage(join(folder, 'us-3.db'));
    const read = async () => {
      const store = await stores.open('us-3');
      await store.runs.runs(5).finally(() => store.close());
    };
    await expect(read()).rejects.toMatchObject({
      code: 'state_corrupt',
      hint: expect.stringContaining('move it away'),
    });
  });

  it('that is empty is begun', async () => {
    writeFileSync(join(folder, 'us-3.db'), '');
    const store = await sqliteStateStores(folder).open('us-3');
    expect(await store.runs.runs(5)).toEqual([]);
    await store.close();
  });

  it('notices flipped bits inside its blocks', async () => {
    const database = new StateDatabase(join(folder, 'us-3.db'), 'write');
    const store = openSqliteState(database);
    const lease = await store.leases.acquireLease({
      range: WHOLE_RING,
      holder: { command: 'test', host: 'here', processId: 1 },
      now: Date.now(),
    });
    await store.delivered.recordRefresh(lease, 'people:customers', new Uint32Array(16).fill(7));
    database.run('UPDATE entry_block SET entries = zeroblob(length(entries))');
    const read = async () => {
      for await (const _ of store.delivered.entries('people:customers', WHOLE_RING));
    };
    await expect(read()).rejects.toMatchObject({ code: 'state_corrupt' });
    await store.close();
  });

  it('of another version is refused', async () => {
    const database = new StateDatabase(join(folder, 'us-3.db'), 'write');
    database.run("UPDATE meta SET value = '999' WHERE name = 'schema_version'");
    database.close();
    await expect(sqliteStateStores(folder).open('us-3')).rejects.toMatchObject({ code: 'state_version' });
  });
});
