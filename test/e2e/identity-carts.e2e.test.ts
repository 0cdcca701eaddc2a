import { afterEach, expect, it } from 'vitest';
import { describeOnServers } from '../servers/servers.ts';
import { type IdentityShop, openIdentityShop } from './identity-shop.ts';

const CARTS_YML = `kind: abandonment
event: cart_abandoned
cart: cart_id
last_activity_at: updated_at
item_count: items
superseded_by:
  orders: SELECT customer_id, email, paid_at FROM orders WHERE paid_at >= :since
  person: { id: customer_id, email: email }
  ordered_at: paid_at
after: 30m
not_after: 24h
live_within: 24h
guests: by_email
person: { id: customer_id, email: email, device: device }
properties:
  items: { type: integer }
`;

describeOnServers(
  'carts',
  (server) => {
    let shop: IdentityShop;
    afterEach(() => shop.close());

    const abandoned = (): Readonly<Record<string, string>> =>
      Object.fromEntries(
        shop.sandbox.admin
          .events()
          .filter(({ attributes }) => 'cart_id' in attributes)
          .map(({ attributes, person }) => [
            String(attributes['cart_id']),
            String(person?.id ?? person?.email),
          ]),
      );

    it('find their person by any key, make a guest known first, and wait for whoever is not there', async () => {
      shop = await openIdentityShop(server, {
        identity: '{ canonical: id, people_elsewhere: true }',
        hasAppKey: true,
      });
      await shop.database.execute(
        `CREATE TABLE carts (cart_id VARCHAR(20) PRIMARY KEY, customer_id VARCHAR(100) COLLATE utf8mb4_bin,
           email VARCHAR(100), device VARCHAR(40), updated_at DATETIME, items INT)`,
        "INSERT INTO logins VALUES ('1', NULL, NULL, 'dev-1')",
      );
      await shop.project.write('models/carts.yml', CARTS_YML);
      await shop.project.write(
        'models/carts.sql',
        'SELECT cart_id, customer_id, email, device, updated_at, items FROM carts\n',
      );
      await shop.customer('1', 'a@x.example');
      await shop.customer('2', 'b@x.example');
      await shop.customer('5', 'e@x.example');
      await shop.elsewhere({ id: 'web-7' });
      await shop.sync();
      shop.project.edit('millrace.lock', /starts_at: .*/g, 'starts_at: 2020-01-01T00:00:00Z');
      await shop.customer('3', 'b@x.example');
      await shop.database.execute(
        `INSERT INTO carts SELECT cart_id, id, email, device, UTC_TIMESTAMP() - INTERVAL 1 HOUR, 2 FROM (
           SELECT 'by-device' AS cart_id, NULL AS id, NULL AS email, 'dev-1' AS device
           UNION ALL SELECT 'guest', NULL, ' Guest@X.example', NULL
           UNION ALL SELECT 'elsewhere', 'web-7', NULL, NULL
           UNION ALL SELECT 'not-there', 'web-8', NULL, NULL
           UNION ALL SELECT 'nobody', NULL, NULL, 'dev-9'
           UNION ALL SELECT 'bought', NULL, 'E@x.example', NULL
           UNION ALL SELECT 'in-conflict', NULL, 'b@x.example', NULL) given`,
      );
      await shop.order('o5', { id: '5' });
      await shop.sync();
      const sent = { 'by-device': '1', guest: 'guest@x.example', elsewhere: 'web-7' };
      expect(abandoned()).toEqual(sent);
      const { rows } = await shop.project.json(['faults', '--model', 'carts']);
      expect(rows.map(({ code }: { code: string }) => code).sort()).toEqual([
        'person_in_conflict',
        'person_unknown',
        'person_unknown',
      ]);
      await shop.elsewhere({ id: 'web-8' });
      await shop.customer('6', 'f@x.example');
      await shop.database.execute(
        "INSERT INTO logins VALUES ('6', NULL, NULL, 'dev-9')",
        "UPDATE customers SET email = 'c@x.example' WHERE id = '3'",
      );
      await shop.sync();
      expect(abandoned()).toEqual({ ...sent, 'not-there': 'web-8', nobody: '6', 'in-conflict': '2' });
      const tallies = shop.sandbox.admin.counters().inside as Readonly<Record<string, number>>;
      expect(tallies['people_created_by_events'] ?? 0).toBe(0);
    });
  },
  { flavours: ['mariadb'] },
);
