import { afterEach, beforeEach, expect, it } from 'vitest';
import { describeOnServers } from '../servers/servers.ts';
import { openThingShop, type ThingShop } from './thing-shop.ts';

const ORDERS_YML = `kind: event
event: order_placed
event_id: order_id
occurred_at: at
person: { id: customer_id }
settle_before_event: true
`;

const STAFF_YML = `kind: relationships
object_type_id: 1
object_id: company_id
person: { id: customer_id }
`;

/** It waits for real, and no SQL is in it. */
const ONE_SERVER = { flavours: ['mariadb'] } as const;

describeOnServers(
  'events that wait until attributes are applied',
  (server) => {
    let shop: ThingShop;

    beforeEach(async () => {
      shop = await openThingShop(server);
      await shop.database.execute(
        'CREATE TABLE orders (order_id INT PRIMARY KEY, customer_id VARCHAR(40), at DATETIME)',
        'ALTER TABLE customers ADD mail_ok TINYINT NULL',
      );
      await shop.model(
        'customers',
        `kind: people
person: { id: id, email: email }
attributes:
  points: { type: integer, when_null: clear }
  mail_ok: { type: boolean, role: consent(email), when_null: keep }
`,
        'SELECT id, email, points, mail_ok FROM customers',
      );
      await shop.model('orders', ORDERS_YML, 'SELECT order_id, customer_id, at FROM orders');
      await shop.model('staff', STAFF_YML, 'SELECT customer_id, company_id FROM staff');
      await shop.run();
      shop.sent();
    });
    afterEach(() => shop.close());

    const order = (id: number, customer: string) =>
      shop.database.query('INSERT INTO orders VALUES (?, ?, UTC_TIMESTAMP() + INTERVAL 1 MINUTE)', [
        id,
        customer,
      ]);
    const events = () => shop.sandbox.admin.events().map(({ person }) => person?.id);

    it('leave after them, after opt-outs and relationships of their people, when all is seen', async () => {
      shop.sandbox.admin.setSwitches({ applyDelayMs: 1200 });
      await shop.database.execute(
        "UPDATE customers SET points = NULL, mail_ok = 0 WHERE id = '1'",
        "INSERT INTO staff VALUES ('1', NULL, 'acme', NULL)",
      );
      await order(1, '1');
      await order(2, '3');
      const begun = Date.now();
      expect(await shop.sync('orders')).toMatchObject({ accepted: 2, heldAtSending: 0 });
      expect(Date.now() - begun).toBeGreaterThan(1000);
      const sent = shop.sent();
      expect(sent.slice(0, 3)).toEqual(['identify 1', 'identify 1', 'add_relationships 1']);
      expect(sent.slice(3).toSorted()).toEqual(['event 1', 'event 3']);
    });

    it('are held when something is not seen in time, and go out in the next run', async () => {
      shop.sandbox.admin.setFaults({ match: { people: ['1'] }, action: { kind: 'silent-drop' } });
      await shop.database.execute("UPDATE customers SET points = 50 WHERE id = '1'");
      await order(1, '1');
      await order(2, '2');
      expect(await shop.sync('orders')).toMatchObject({ accepted: 1, heldAtSending: 1 });
      expect(events()).toEqual(['2']);
      shop.sandbox.admin.clearFaults();
      expect(await shop.sync('orders')).toMatchObject({ accepted: 1, heldAtSending: 0 });
    });

    it('are held when nobody can be asked, and told of', async () => {
      shop.sandbox.admin.setFaults({
        match: { path: '/v1/customers/attributes' },
        action: { kind: 'status', status: 403 },
      });
      await shop.database.execute("UPDATE customers SET points = 50 WHERE id = '1'");
      await order(1, '1');
      await order(2, '2');
      expect(await shop.sync('orders')).toMatchObject({ accepted: 1, heldAtSending: 1 });
      expect(events()).toEqual(['2']);
    });
  },
  ONE_SERVER,
);

describeOnServers(
  'events that would wait, without an App API key',
  (server) => {
    let shop: ThingShop;
    afterEach(() => shop.close());

    it('are refused by the contract', async () => {
      shop = await openThingShop(server, { hasAppKey: false });
      await shop.model('orders', ORDERS_YML, 'SELECT 1 AS order_id');
      await expect(shop.run()).rejects.toMatchObject({
        code: 'contract_invalid',
        problems: [
          { line: 6, message: '`settle_before_event` needs an App API key, and millrace.yml names none' },
        ],
      });
    });
  },
  ONE_SERVER,
);
