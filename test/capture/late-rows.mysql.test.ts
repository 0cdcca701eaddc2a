import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { describeOnServers } from '../servers/servers.ts';
import { type CaptureShop, openCaptureShop } from './capture-shop.ts';

describeOnServers('capture of changes by their time', (server) => {
  let shop: CaptureShop;

  beforeEach(async () => {
    shop = await openCaptureShop(server);
    for (let id = 1; id <= 5; id += 1) await customer(id);
    // A first run sends no history: the events begin here.
    const first = await shop.sync();
    expect(shop.model(first, 'customers')).toMatchObject({
      accepted: 5,
      read: { how: 'full', reason: 'first' },
    });
    await quiet();
  });
  afterEach(() => shop.close());

  const customer = (id: number) =>
    shop.query('INSERT INTO customers (id, email, name) VALUES (?, ?, ?)', [
      id,
      `p${id}@x.example`,
      `name ${id}`,
    ]);
  const order = (id: number, customerId: number, changedAt = 'CURRENT_TIMESTAMP') =>
    shop.query(
      `INSERT INTO orders (id, customer_id, total, placed_at, updated_at)
       VALUES (?, ?, 10, UTC_TIMESTAMP() + INTERVAL 1 HOUR, ${changedAt})`,
      [id, customerId],
    );
  /** Everything written until now lies behind the overlap. */
  const quiet = async () => {
    for (const table of ['customers', 'orders', 'order_items']) {
      await shop.query(`UPDATE ${table} SET updated_at = NOW() - INTERVAL 1 HOUR`);
    }
  };

  it('reads the rows of changed keys only, and sends what they say', async () => {
    await shop.query("UPDATE customers SET name = 'new' WHERE id = 2");
    await order(10, 3);
    const run = await shop.sync();
    expect(shop.model(run, 'customers')).toMatchObject({
      rows: 2,
      accepted: 2,
      read: { how: 'keys', keys: 2, overlapSeconds: 600 },
    });
    expect(shop.model(run, 'order_placed')).toMatchObject({ rows: 1, accepted: 1, read: { how: 'since' } });
    expect(shop.person('2')).toMatchObject({ name: 'new' });
    expect(shop.person('3')).toMatchObject({ total_orders: 1, spent: 10 });
    const again = await shop.sync();
    expect(shop.model(again, 'customers')).toMatchObject({ rows: 2, unchanged: 2, operations: 0 });
    expect(shop.model(again, 'order_placed')).toMatchObject({ rows: 1, unchanged: 1, operations: 0 });
  });

  it('finds the person of a changed line by the query of the contract', async () => {
    await order(10, 4, 'NOW() - INTERVAL 1 HOUR');
    await shop.query("INSERT INTO order_items (id, order_id, name) VALUES (1, 10, 'tea')");
    const run = await shop.sync();
    expect(shop.model(run, 'customers')).toMatchObject({ rows: 1, accepted: 1, read: { keys: 1 } });
    expect(shop.person('4')).toMatchObject({ total_orders: 1 });
  });

  it('delivers a transaction that was open over a run exactly once, though its rows are older', async () => {
    const other = await createConnection(shop.database.url);
    await other.query("SET time_zone = '+00:00'");
    await other.beginTransaction();
    await other.query(
      'INSERT INTO orders (id, customer_id, total, placed_at, updated_at) VALUES (20, 5, 7, NOW() + INTERVAL 1 HOUR, NOW())',
    );
    await customer(6);
    const between = await shop.sync();
    expect(shop.model(between, 'customers')).toMatchObject({ accepted: 1 });
    expect(shop.events()).toEqual([]);
    await other.commit();
    await other.end();
    const run = await shop.sync();
    expect(shop.model(run, 'order_placed')).toMatchObject({ accepted: 1 });
    expect(shop.person('5')).toMatchObject({ total_orders: 1, spent: 7 });
    const again = await shop.sync();
    expect(shop.model(again, 'order_placed')).toMatchObject({ operations: 0 });
    expect(shop.events()).toEqual(['20']);
  });

  it('grows its overlap when a reconcile finds rows that came later than it reached', async () => {
    const other = await createConnection(shop.database.url);
    await other.beginTransaction();
    await other.query(
      "UPDATE customers SET name = 'late', updated_at = NOW() - INTERVAL 30 MINUTE WHERE id = 1",
    );
    await shop.sync();
    await other.commit();
    await other.end();
    const run = await shop.sync();
    expect(shop.model(run, 'customers')).toMatchObject({ operations: 0 });
    const reconcile = await shop.sync({ isFull: true });
    expect(shop.model(reconcile, 'customers')).toMatchObject({
      accepted: 1,
      read: { how: 'full', reason: 'asked', missed: 1, missedLate: 1 },
    });
    expect(reconcile.missed.get('customers')).toEqual(['1']);
    // The overlap has grown by what was seen.
    expect(shop.model(await shop.sync(), 'customers')).toMatchObject({ read: { overlapSeconds: 1200 } });
  });

  it('takes rows of the very second again, without sending twice', async () => {
    const at = 'TIMESTAMP(CONCAT(CURDATE(), " ", CURTIME()))';
    await order(30, 1, at);
    await shop.sync();
    await order(31, 1, at);
    await order(32, 2, at);
    const run = await shop.sync();
    expect(shop.model(run, 'order_placed')).toMatchObject({ rows: 3, unchanged: 1, accepted: 2 });
    expect([...shop.events()].sort()).toEqual(['30', '31', '32']);
  });

  it('counts what it missed when everything is read: columns that nobody writes, and rows that were deleted', async () => {
    await shop.query(
      "UPDATE customers SET name = 'silent', updated_at = NOW() - INTERVAL 3 DAY WHERE id = 3",
    );
    await shop.query('DELETE FROM customers WHERE id = 4');
    expect(shop.model(await shop.sync(), 'customers')).toMatchObject({ rows: 0, operations: 0 });
    const run = await shop.sync({ isFull: true });
    expect(shop.model(run, 'customers')).toMatchObject({ accepted: 1, read: { missed: 1, missedLate: 0 } });
    const clean = await shop.sync({ isFull: true });
    expect(shop.model(clean, 'customers')).toMatchObject({ operations: 0, read: { missed: 0 } });
  });

  it('keeps what is withheld of keys that it does not read, and finds what is right again', async () => {
    await shop.query("UPDATE customers SET email = 'no address' WHERE id IN (1, 2)");
    expect(shop.model(await shop.sync(), 'customers')).toMatchObject({ faults: 2 });
    await quiet();
    await shop.query("UPDATE customers SET name = 'other' WHERE id = 3");
    expect(shop.model(await shop.sync(), 'customers')).toMatchObject({ rows: 3, faults: 2, accepted: 1 });
    await shop.query(
      "UPDATE customers SET email = 'p1@x.example', updated_at = NOW() - INTERVAL 1 DAY WHERE id = 1",
    );
    expect(shop.model(await shop.sync(), 'customers')).toMatchObject({ faults: 1 });
  });

  it('sends an event that waited when its person comes, however old its row is', async () => {
    await order(40, 77);
    expect(shop.model(await shop.sync(), 'order_placed')).toMatchObject({ held: 1 });
    await quiet();
    await customer(77);
    expect(shop.model(await shop.sync(), 'order_placed')).toMatchObject({ accepted: 1 });
    expect(shop.events()).toEqual(['40']);
  });

  it('reads everything when the definition or the rules of capture changed, and goes on by changes', async () => {
    shop.project.edit(
      'models/customers.yml',
      'attributes:',
      'attributes:\n  email_again: { type: string, when_null: keep }',
    );
    shop.project.edit('models/customers.sql', 'c.email,', 'c.email, c.email AS email_again,');
    const changed = await shop.sync();
    expect(shop.model(changed, 'customers')).toMatchObject({
      accepted: 5,
      read: { how: 'full', reason: 'definition' },
    });
    shop.project.edit('models/customers.yml', '    order_items:', '    # order_items:');
    expect(shop.model(await shop.sync(), 'customers').read).toEqual({ how: 'full', reason: 'capture' });
    shop.project.edit('models/customers.yml', /capture:[\s\S]*attributes:/, 'attributes:');
    expect(shop.model(await shop.sync(), 'customers').read).toBeUndefined();
  });

  it('marks a person as gone whose row went away while another row of theirs changed', async () => {
    await order(50, 2);
    await shop.query('DELETE FROM customers WHERE id = 2');
    const run = await shop.sync();
    expect(run.summary.models.find(({ model }) => model === 'customers')).toMatchObject({ rows: 0, gone: 1 });
  });

  it('finds two rows of one person', async () => {
    rmSync(join(shop.project.folder, '.millrace'), { recursive: true });
    rmSync(join(shop.project.folder, 'millrace.lock'));
    const twice = '(SELECT * FROM customers UNION ALL SELECT * FROM customers WHERE name = "two") c';
    shop.project.edit('models/customers.sql', 'customers c ', `${twice} `);
    await shop.sync();
    await shop.query("UPDATE customers SET name = 'two' WHERE id = 2");
    expect(shop.model(await shop.sync(), 'customers')).toMatchObject({
      rows: 2,
      faults: 2,
      operations: 0,
      read: { how: 'keys' },
    });
  });
});
