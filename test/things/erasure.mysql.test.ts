import { afterEach, beforeEach, expect, it } from 'vitest';
import { describeOnServers } from '../servers/servers.ts';
import { openThingShop, type ThingShop } from './thing-shop.ts';

const GONE_YML = `kind: erasure
operation: suppress
person: { id: customer_id, email: email }
removed: release
`;

const CUSTOMERS_YML = `kind: people
person: { id: id, email: email }
attributes:
  points: { type: integer, when_null: clear }
  sms_ok: { type: boolean, role: consent(sms), when_null: keep }
`;

const ORDERS_YML = `kind: event
event: order_placed
event_id: order_id
occurred_at: at
person: { id: customer_id, email: email }
guests: by_email
`;

const STAFF_YML = `kind: relationships
object_type_id: 1
object_id: company_id
person: { id: customer_id }
removed: remove
`;

describeOnServers('people who are erased', (server) => {
  let shop: ThingShop;

  beforeEach(async () => {
    shop = await openThingShop(server);
    await shop.database.execute(
      'CREATE TABLE gone (customer_id VARCHAR(40), email VARCHAR(100))',
      'CREATE TABLE orders (order_id INT PRIMARY KEY, customer_id VARCHAR(40), email VARCHAR(100), at DATETIME)',
      'ALTER TABLE customers ADD sms_ok TINYINT NULL',
    );
    await shop.model('customers', CUSTOMERS_YML, 'SELECT id, email, points, sms_ok FROM customers');
    await shop.model('gone', GONE_YML, 'SELECT customer_id, email FROM gone');
    await shop.model('orders', ORDERS_YML, 'SELECT order_id, customer_id, email, at FROM orders');
    await shop.model('staff', STAFF_YML, "SELECT customer_id, company_id FROM staff WHERE company_id <> ''");
    await shop.run();
    shop.sent();
  });
  afterEach(() => shop.close());

  const people = () => shop.sandbox.admin.people().map(({ id, email }) => id ?? email);
  const order = (id: number, customer: string | null, email: string | null = null) =>
    shop.database.query('INSERT INTO orders VALUES (?, ?, ?, UTC_TIMESTAMP() + INTERVAL 1 MINUTE)', [
      id,
      customer,
      email,
    ]);
  const held = async () => {
    const { withheld } = await shop.plan();
    return [...withheld].flatMap(([model, { rows }]) =>
      rows.map(({ key, code }) => `${model} ${key} ${code}`),
    );
  };

  it('leave before anything else is sent, and nothing of them is sent again', async () => {
    await shop.database.execute(
      "INSERT INTO staff VALUES ('2', NULL, 'acme', NULL)",
      'UPDATE customers SET points = points + 10',
      "INSERT INTO gone VALUES ('2', NULL), ('77', NULL), ('2', NULL)",
    );
    await order(1, '2');
    await order(2, '1');
    expect(await shop.sync('gone')).toMatchObject({ rows: 3, unchanged: 1, accepted: 2 });
    const sent = shop.sent();
    expect(sent.slice(0, 2)).toEqual(['suppress 2', 'suppress 77']);
    expect(sent.slice(2).toSorted()).toEqual(['event 1', 'identify 1', 'identify 3']);
    expect(people()).toEqual(['1', '3']);
    expect(shop.sandbox.admin.info().suppressed).toBeGreaterThanOrEqual(2);
    expect((await held()).toSorted()).toEqual([
      'customers 2 person_erased',
      'orders 1 person_erased',
      'staff 2 / acme person_erased',
    ]);
    await shop.database.execute("UPDATE customers SET points = 99, sms_ok = 0 WHERE id = '2'");
    expect((await shop.run()).models.map(({ operations }) => operations)).toEqual([0, 0, 0, 0, 0]);
    expect(shop.sent()).toEqual([]);
  });

  it('are never made by the run that would have made them, nor by an opt-out', async () => {
    await shop.database.execute(
      "INSERT INTO customers VALUES ('4', 'd@x.example', 1, 0)",
      "INSERT INTO gone VALUES ('4', NULL), ('3', NULL)",
    );
    shop.project.edit('models/gone.yml', 'suppress', 'delete');
    await shop.run();
    expect(shop.sent()).toEqual(['delete 4', 'delete 3']);
    await shop.database.execute("UPDATE customers SET sms_ok = 0 WHERE id = '3'");
    await shop.run();
    expect(shop.sent()).toEqual([]);
    expect(people()).toEqual(['1', '2']);
  });

  it('come back whole when they are released', async () => {
    await shop.database.execute("INSERT INTO staff VALUES ('2', NULL, 'acme', NULL)");
    await shop.run();
    await shop.database.execute("INSERT INTO gone VALUES ('2', NULL)");
    await shop.run();
    await shop.run();
    await shop.database.execute("UPDATE customers SET sms_ok = 0 WHERE id = '2'", 'DELETE FROM gone');
    shop.sent();
    await shop.run();
    expect(shop.sent()).toEqual(['unsuppress 2']);
    await shop.run();
    expect(shop.sent()).toEqual(['identify 2', 'add_relationships 2']);
    expect(shop.sandbox.admin.person({ id: '2' })).toMatchObject({
      attributes: { points: 2, sms_ok: false },
    });
    await shop.run();
    expect(shop.sent()).toEqual([]);
  });

  it('stay erased when their row is gone and nothing is said about that', async () => {
    shop.project.edit('models/gone.yml', 'removed: release\n', '');
    await shop.database.execute("INSERT INTO gone VALUES ('2', NULL)");
    await shop.run();
    await shop.database.execute('DELETE FROM gone', 'UPDATE customers SET points = 7');
    shop.sent();
    await shop.run();
    expect(shop.sent().toSorted()).toEqual(['identify 1', 'identify 3']);
  });

  it('may be named by an address, also of somebody without an id', async () => {
    await shop.database.execute("INSERT INTO gone VALUES (NULL, 'B@x.example'), (NULL, 'guest@x.example')");
    await order(1, null, 'guest@x.example');
    await order(2, null, 'other@x.example');
    await shop.run();
    expect(shop.sent()).toEqual([
      'suppress 2',
      'suppress guest@x.example',
      'identify other@x.example',
      'event other@x.example',
    ]);
    expect(await held()).toEqual(['customers 2 person_erased', 'orders 1 person_erased']);
  });

  it('are at most so many in one run', async () => {
    await shop.database.execute(
      'INSERT INTO gone SELECT CONCAT(a.id, b.id, c.id), NULL FROM customers a, customers b, customers c LIMIT 11',
      "UPDATE customers SET points = 5 WHERE id = '1'",
    );
    await expect(shop.run()).rejects.toMatchObject({
      code: 'erasures_over_limit',
      exitCode: 3,
      message: 'gone: 11 people would be suppressed; `max_per_run` is 10',
    });
    expect(shop.sent()).toEqual([]);
    shop.project.edit('models/gone.yml', 'operation:', 'max_per_run: 11\noperation:');
    expect(await shop.sync('gone')).toMatchObject({ accepted: 11 });
  });

  it('are tried again when Customer.io refused them, and are not sent in the meantime', async () => {
    shop.sandbox.admin.setFaults({ match: { people: ['2'] }, action: { kind: 'reject-items' } });
    await shop.database.execute(
      "INSERT INTO gone VALUES ('2', NULL)",
      "UPDATE customers SET points = 8 WHERE id = '2'",
    );
    expect(await shop.sync('gone')).toMatchObject({ rejected: 1 });
    expect(shop.sent()).toEqual(['suppress 2']);
    shop.sandbox.admin.clearFaults();
    expect(await shop.sync('gone')).toMatchObject({ accepted: 1 });
    expect(people()).toEqual(['1', '3']);
  });
});
