import { renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { eventIdBytes, eventIdText } from '../../src/core/identity/event-id.ts';
import { describeOnServers } from '../servers/servers.ts';
import { batchRequests } from '../support/batches.ts';
import { openSmallShop, type SmallShop } from './shop-project.ts';

const idOf = (orderId: string) => eventIdText(eventIdBytes('small-shop', 'order_placed', [orderId]));

/** Another query is another definition, which somebody must want. */
const ACCEPTED = ['--accept-definition', 'orders', '--reason', 'as the test wants it'];

describeOnServers('event ids', (server) => {
  let shop: SmallShop;

  beforeEach(async () => {
    shop = await openSmallShop(server, { requestLog: 'bodies' });
    await shop.project.run(['sync']);
    // The start is the second in which the first sync began.
    await sleep(1100);
    await shop.order('A-1', 1);
    await shop.order('Ä-2', 2);
    expect((await shop.project.run(['sync'])).exitCode).toBe(0);
    expect(sentIds()).toEqual([idOf('A-1'), idOf('Ä-2')].sort());
  });
  afterEach(() => shop.close());

  const sentIds = () =>
    shop.sandbox.admin
      .events()
      .map(({ id }) => id)
      .sort();
  /** Ids in the bodies of all batches since a number of requests. */
  const idsIn = (since: number) =>
    shop.sandbox.admin
      .requests()
      .filter(({ path }) => path === '/api/v2/batch')
      .slice(since)
      .flatMap(({ body }) => [...(body ?? '').matchAll(/"id":"(01DXF6DT00\w+)"/g)].map((match) => match[1]))
      .sort();

  it('stay when a row is edited after delivery, and no second event is sent', async () => {
    await shop.database.execute(
      "UPDATE orders SET amount = 99.90, paid_at = paid_at + INTERVAL 1 SECOND WHERE order_id = 'A-1'",
    );
    const before = batchRequests(shop.sandbox);
    const { run } = await shop.project.json(['sync']);
    expect(run.models[1]).toMatchObject({
      model: 'orders',
      unchanged: 1,
      changedAfterDelivery: 1,
      operations: 0,
    });
    expect(batchRequests(shop.sandbox)).toBe(before);
    const again = await shop.project.json(['sync']);
    expect(again.run.models[1]).toMatchObject({ unchanged: 2, changedAfterDelivery: 0 });
  });

  it('are the same after the state is lost: read again, sent again, ignored by Customer.io', async () => {
    const before = batchRequests(shop.sandbox);
    rmSync(join(shop.project.folder, '.millrace'), { recursive: true });
    const { plan } = await shop.project.json(['plan']);
    expect(plan.models[1]).toMatchObject({ startReason: 'recovery', operations: 2 });
    expect((await shop.project.run(['sync'])).exitCode).toBe(0);
    expect(idsIn(before)).toEqual([idOf('A-1'), idOf('Ä-2')].sort());
    expect(shop.sandbox.admin.events()).toHaveLength(2);
  });

  it('are the same on another machine', async () => {
    const before = batchRequests(shop.sandbox);
    const clone = await shop.cloneProject();
    expect((await clone.run(['sync'])).exitCode).toBe(0);
    expect(idsIn(before)).toEqual([idOf('A-1'), idOf('Ä-2')].sort());
    expect(shop.sandbox.admin.events()).toHaveLength(2);
    clone.remove();
  });

  it('are the same when the model gets another name, and nothing is sent again', async () => {
    for (const ending of ['yml', 'sql']) {
      renameSync(
        join(shop.project.folder, `models/orders.${ending}`),
        join(shop.project.folder, `models/sales.${ending}`),
      );
    }
    const { run } = await shop.project.json(['sync']);
    expect(run.models[1]).toMatchObject({ model: 'sales', unchanged: 2, operations: 0 });
  });

  it('do not depend on the query or the properties either', async () => {
    shop.project.edit('models/orders.sql', 'SELECT order_id', 'SELECT CONCAT(order_id) AS order_id');
    shop.project.edit(
      'models/orders.yml',
      'amount: { type: decimal }',
      'amount_text: { column: amount, type: string }',
    );
    const { run } = await shop.project.json(['sync', ...ACCEPTED]);
    expect(run.models[1]).toMatchObject({ operations: 0, changedAfterDelivery: 2 });
    expect(shop.sandbox.admin.events()).toHaveLength(2);
  });

  it('change with the namespace, which is therefore refused once it is published', async () => {
    shop.project.edit('millrace.yml', 'namespace: small-shop', 'namespace: other-shop');
    const { exitCode, stderr } = await shop.project.run(['sync']);
    expect(exitCode).toBe(3);
    expect(stderr).toMatch(/error\[namespace_changed\].*`small-shop`.*`other-shop`/);
  });

  it('of rows with one id in one read are a fault, and neither is sent', async () => {
    shop.project.edit(
      'models/orders.sql',
      'FROM orders',
      "FROM (SELECT * FROM orders UNION ALL SELECT 'A-9', 1, UTC_TIMESTAMP(), 1 UNION ALL SELECT 'A-9', 2, UTC_TIMESTAMP(), 2) o",
    );
    const { run } = await shop.project.json(['sync', ...ACCEPTED]);
    expect(run.models[1]).toMatchObject({ rows: 4, refreshed: 2, faults: 2, operations: 0 });
    const { rows } = await shop.project.json(['faults']);
    expect(rows).toMatchObject([{ key: 'A-9', code: 'duplicate_event' }]);
  });
});
