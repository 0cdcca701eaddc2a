import { afterEach, beforeEach, expect, it } from 'vitest';
import { sync } from '../../src/app/sync.ts';
import { describeOnServers } from '../servers/servers.ts';
import { toolboxAt } from '../support/chosen-time.ts';
import { type CaptureShop, openCaptureShop } from './capture-shop.ts';

describeOnServers('how far changes were followed', (server) => {
  let shop: CaptureShop;

  beforeEach(async () => {
    shop = await openCaptureShop(server);
    await shop.query(
      "INSERT INTO customers (id, email, name) VALUES (1, 'a@x.example', 'a'), (2, 'b@x.example', 'b')",
    );
  });
  afterEach(() => shop.close());

  const run = (toolbox: ReturnType<typeof toolboxAt>) =>
    sync(toolbox, {
      projectPath: shop.project.folder,
      select: [],
      command: 'test',
      historyFrom: undefined,
      signal: undefined,
    });
  const now = () => Math.floor(Date.now() / 1000);
  const customers = async () => shop.model(await shop.sync(), 'customers');

  it('is recorded last: a run that dies before it is repeated without sending twice', async () => {
    await shop.sync();
    await shop.query("UPDATE customers SET name = 'new' WHERE id = 1");
    await shop.query(
      'INSERT INTO orders (id, customer_id, total, placed_at) VALUES (1, 1, 5, UTC_TIMESTAMP() + INTERVAL 1 HOUR)',
    );
    const toolbox = toolboxAt({ now: now() });
    const dying = {
      ...toolbox,
      newId: () => 'dying',
      openStates: (folder: string) => {
        const stores = toolbox.openStates(folder);
        const die = () => Promise.reject(new Error('killed'));
        return {
          ...stores,
          open: async (workspace: string) => {
            const state = await stores.open(workspace);
            const captures = {
              position: state.captures.position.bind(state.captures),
              recordPositions: die,
              forgetPositions: die,
            };
            return { ...state, captures };
          },
        };
      },
    };
    await expect(run(dying)).rejects.toThrow('killed');
    expect(shop.events()).toEqual(['1']);
    const again = await shop.sync();
    expect(shop.model(again, 'customers')).toMatchObject({
      rows: 2,
      unchanged: 2,
      operations: 0,
      read: { how: 'keys' },
    });
    expect(shop.model(again, 'order_placed')).toMatchObject({ unchanged: 1, operations: 0 });
    expect(shop.events()).toEqual(['1']);
  });

  it('is not believed when a clock was set', async () => {
    await shop.sync();
    const later = await run({ ...toolboxAt({ now: now() + 300 }), newId: () => 'later' });
    expect(shop.model(later, 'customers').read).toEqual({ how: 'full', reason: 'clock' });
  });

  it('is forgotten by a reconcile that is due, which counts', async () => {
    shop.project.edit('models/customers.yml', 'capture:', 'capture:\n  reconcile: 1s');
    await shop.sync();
    await new Promise((resolve) => setTimeout(resolve, 1100));
    expect((await customers()).read).toEqual({ how: 'full', reason: 'due', missed: 0, missedLate: 0 });
  });
});

describeOnServers('times of change', (server) => {
  it.each([
    ['DATE', 'CURRENT_DATE'],
    ['DATETIME', 'UTC_TIMESTAMP() + INTERVAL 1 HOUR'],
    ['DATETIME(6)', 'UTC_TIMESTAMP(6) + INTERVAL 1 HOUR'],
    ['TIMESTAMP(6)', 'NOW(6)'],
  ])('as %s, in the zone of the shop', async (type, written) => {
    const shop = await openCaptureShop(server);
    try {
      for (const table of ['customers', 'orders', 'order_items']) {
        await shop.query(`ALTER TABLE ${table} DROP COLUMN updated_at`);
        await shop.query(`ALTER TABLE ${table} ADD updated_at ${type} NULL, ADD KEY (updated_at)`);
      }
      await shop.query(
        "INSERT INTO customers (id, email, name) VALUES (1, 'a@x.example', 'a'), (2, 'b@x.example', 'b')",
      );
      // In winter the shop's clock is an hour ahead of UTC, in summer two: what is written is never behind it by more.
      shop.project.edit('millrace.yml', 'Europe/Berlin', 'Africa/Algiers');
      await shop.sync({ select: ['customers'] });
      await shop.query(`UPDATE customers SET name = 'new', updated_at = ${written} WHERE id = 1`);
      const run = await shop.sync({ select: ['customers'] });
      expect(shop.model(run, 'customers')).toMatchObject({
        rows: 1,
        accepted: 1,
        read: { how: 'keys', keys: 1 },
      });
    } finally {
      await shop.close();
    }
  });

  it('an address that went from a deleted person to another one leads nobody astray', async () => {
    const shop = await openCaptureShop(server);
    try {
      await shop.query(
        "INSERT INTO customers (id, email, name) VALUES (1, 'a@x.example', 'a'), (2, NULL, 'b')",
      );
      await shop.sync();
      await shop.query('DELETE FROM customers WHERE id = 1');
      await shop.query("UPDATE customers SET email = 'a@x.example', name = 'c' WHERE id = 2");
      const run = await shop.sync();
      expect(run.summary.identity.conflicts).toEqual([]);
      expect(run.summary.models.find(({ model }) => model === 'customers')).toMatchObject({
        gone: 1,
        read: { keys: 2 },
      });
    } finally {
      await shop.close();
    }
  });
});
