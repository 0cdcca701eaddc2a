import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { describeOnServers } from '../servers/servers.ts';
import { openSmallShop, type SmallShop } from './shop-project.ts';

const REFUNDS_YML = `kind: event
event: refund_issued
event_id: refund_id
occurred_at: refunded_at
person: { id: customer_id }
`;

describeOnServers('order of what is sent', (server) => {
  let shop: SmallShop;

  beforeEach(async () => {
    shop = await openSmallShop(server, { requestLog: 'bodies' });
    // Reads before `orders` in the alphabet, so that the order of models is not the order of time.
    await shop.project.write('models/a_refunds.yml', REFUNDS_YML);
    await shop.project.write(
      'models/a_refunds.sql',
      'SELECT refund_id, customer_id, refunded_at FROM refunds\n',
    );
    await shop.database.execute(
      'CREATE TABLE refunds (refund_id INT PRIMARY KEY, customer_id INT, refunded_at DATETIME)',
    );
  });
  afterEach(() => shop.close());

  const bodies = () =>
    shop.sandbox.admin
      .requests()
      .filter(({ path }) => path === '/api/v2/batch')
      .map(({ body }) => body ?? '');

  it('events of a person arrive by time, across models and whatever order the rows come in', async () => {
    expect((await shop.project.run(['sync'])).exitCode).toBe(0);
    await sleep(1100);
    await shop.database.execute(
      "INSERT INTO orders VALUES ('B', 1, UTC_TIMESTAMP(), 2), ('A', 1, UTC_TIMESTAMP() + INTERVAL 20 SECOND, 1)",
      'INSERT INTO refunds VALUES (1, 1, UTC_TIMESTAMP() + INTERVAL 10 SECOND), (2, 1, UTC_TIMESTAMP() + INTERVAL 30 SECOND)',
    );
    const { exitCode, run } = await shop.project.json(['sync']);
    expect(exitCode).toBe(0);
    expect(shop.sandbox.admin.events().map(({ name }) => name)).toEqual([
      'order_placed',
      'refund_issued',
      'order_placed',
      'refund_issued',
    ]);
    // One request carries both models.
    expect(run.models.map(({ requests }: { requests: number }) => requests)).toEqual([0, 0, 1]);
  });

  it('attributes of everybody are acknowledged before the first event leaves, also after retries', async () => {
    shop.project.edit('millrace.yml', /$/, 'guardrails: { people: off, attributes: off }\n');
    await shop.database.execute(
      'CREATE TABLE digits (n INT)',
      'INSERT INTO digits VALUES (0),(1),(2),(3),(4),(5),(6),(7),(8),(9)',
      'ALTER TABLE customers MODIFY name VARCHAR(900)',
      "INSERT INTO customers SELECT 1000 + a.n * 100 + b.n * 10 + c.n, NULL, REPEAT('x', 900), 1 FROM digits a, digits b, digits c",
    );
    expect((await shop.project.run(['sync'])).exitCode).toBe(0);
    await sleep(1100);
    await shop.database.execute(
      "UPDATE customers SET points = points + 1, name = REPEAT('y', 900)",
      "INSERT INTO orders SELECT CONCAT('o', id), id, UTC_TIMESTAMP(), 1 FROM customers",
    );
    const before = bodies().length;
    shop.sandbox.admin.setFaults([
      {
        match: { path: '/api/v2/batch', everyNth: 2 },
        action: { kind: 'status', status: 503 },
      },
      { match: { path: '/api/v2/batch', probability: 0.5, seed: 3 }, action: { kind: 'delay', delayMs: 80 } },
    ]);
    expect((await shop.project.run(['sync'])).exitCode).toBe(0);
    const sent = bodies().slice(before);
    const lastPeople = sent.findLastIndex((body) => body.includes('"action":"identify"'));
    const firstEvent = sent.findIndex((body) => body.includes('"action":"event"'));
    expect(lastPeople).toBeGreaterThan(2);
    expect(firstEvent).toBeGreaterThan(lastPeople);
    expect(shop.sandbox.admin.events()).toHaveLength(1003);
    expect(shop.sandbox.admin.person({ id: '1500' })?.attributes['points']).toBe(2);
  });

  it('no event leaves when attributes could not be delivered', async () => {
    expect((await shop.project.run(['sync'])).exitCode).toBe(0);
    await sleep(1100);
    await shop.database.execute('UPDATE customers SET points = 99 WHERE id = 2');
    await shop.order('A-1', 1);
    shop.sandbox.admin.setFaults({ match: { people: ['2'] }, action: { kind: 'status', status: 401 } });
    expect((await shop.project.run(['sync'])).exitCode).toBe(4);
    expect(shop.sandbox.admin.events()).toEqual([]);
    shop.sandbox.admin.clearFaults();
    expect((await shop.project.run(['sync'])).exitCode).toBe(0);
    expect(shop.sandbox.admin.events()).toHaveLength(1);
  });

  it('events wait for a person whose changed row is a fault: an opt-out may be in it', async () => {
    expect((await shop.project.run(['sync'])).exitCode).toBe(0);
    await sleep(1100);
    await shop.database.execute("UPDATE customers SET email = 'no address', points = 7 WHERE id = 1");
    await shop.order('A-1', 1);
    await shop.order('A-2', 2);
    await shop.project.run(['sync']);
    expect(shop.sandbox.admin.events()).toMatchObject([{ person: { id: '2' } }]);
    const { rows } = await shop.project.json(['faults', '--kind', 'held']);
    expect(rows).toMatchObject([{ model: 'orders', key: 'A-1', code: 'person_faulty' }]);
    await shop.database.execute("UPDATE customers SET email = 'a@x.example' WHERE id = 1");
    expect((await shop.project.run(['sync'])).exitCode).toBe(0);
    expect(shop.sandbox.admin.events()).toHaveLength(2);
    expect(shop.sandbox.admin.person({ id: '1' })?.attributes['points']).toBe(7);
  });
});
