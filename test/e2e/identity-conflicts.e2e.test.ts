import { afterEach, describe, expect, it } from 'vitest';
import type { Flavour } from '../../src/adapters/local-server/flavour.ts';
import { startSandbox } from '../../src/sandbox/start-sandbox.ts';
import { createDatabase, describeOnServers } from '../servers/servers.ts';
import { makeBigShop, writeBigShopProject } from '../support/big-shop.ts';
import { emptyProject } from '../support/test-project.ts';
import { type IdentityShop, openIdentityShop, ordersOf } from './identity-shop.ts';

type Canonical = 'id' | 'email';

/** Each server with each identifier, and each region with both: without the whole product of the three. */
const WORKSPACES: Readonly<Record<Flavour, readonly (readonly [Canonical, 'us' | 'eu'])[]>> = {
  mysql: [
    ['id', 'us'],
    ['email', 'eu'],
  ],
  mariadb: [
    ['id', 'eu'],
    ['email', 'us'],
  ],
};

const ONE_OF_EACH = [
  'email_on_two_people',
  'email_taken',
  'emails_differ_by_accent',
  'id_like_email',
  'id_reused',
  'key_on_two_people',
  'mixed_identifiers',
];

/** People who must not be sent, by the canonical identifier. Customer.io has 50 from before, as it was then. */
const HELD: Readonly<Record<Canonical, readonly string[]>> = {
  id: ['10', '11', '20', '21', '30', '40', '41', '50', 'walter@id.example'],
  email: [
    'jose@x.example',
    'josé@x.example',
    'p20@x.example',
    'p21@x.example',
    'p50@x.example',
    'same@x.example',
    'taken@x.example',
    'w@x.example',
  ],
};

describeOnServers('a shop with every conflict once', (server) => {
  let shop: IdentityShop;
  afterEach(() => shop.close());

  const report = () => shop.project.json(['identity', 'report', '--limit', '100']);
  const people = () =>
    shop.sandbox.admin
      .people()
      .map(({ id, email, attributes }) => `${id ?? '-'} ${email ?? '-'} ${attributes['name'] ?? '-'}`)
      .sort();

  it.each(WORKSPACES[server.flavour])(
    'under canonical %s in region %s: each is found once, none is sent, the rest is delivered',
    async (canonical, region) => {
      shop = await openIdentityShop(server, {
        identity: `{ canonical: ${canonical} }`,
        region,
        hasAppKey: true,
        customersPerson: '{ id: id, email: email, phone: phone }',
        customersAttributes: '  created_at: { type: timestamp, when_null: keep }\n',
        customersColumns: ', created_at',
        ordersPerson:
          canonical === 'id' ? '{ id: customer_id, device: device }' : '{ email: email, device: device }',
      });
      await shop.customer('1', 'a@x.example', { phone: '+491511111111' });
      await shop.customer('50', 'p50@x.example');
      await shop.elsewhere({ id: 'old-shop' }, { email: 'taken@x.example', name: 'old' });
      await shop.sync();
      const before = people();
      expect((await report()).report).toMatchObject({ counts: [], conflicts: [] });

      await addConflicts(shop, canonical);
      await shop.sync();
      const { report: found } = await report();
      expect(found.counts.map(({ code }: { code: string }) => code).sort()).toEqual(ONE_OF_EACH);
      expect(found.counts.every(({ conflicts }: { conflicts: number }) => conflicts === 1)).toBe(true);
      expect(people()).toEqual([...before, '2 b@x.example N', '3 c@x.example N'].sort());
      expect(ordersOf(shop.sandbox)).toEqual({ o1: '1', o2: '2', o3: '3' });
      const { rows } = await shop.project.json(['faults', '--model', 'customers', '--limit', '100']);
      expect([...new Set(rows.map(({ key }: { key: string }) => key))].sort()).toEqual(HELD[canonical]);

      // The same again: nothing is found twice, nothing leaks out in a second run.
      await shop.sync();
      expect((await report()).report.counts).toEqual(found.counts);
      expect(people()).toEqual([...before, '2 b@x.example N', '3 c@x.example N'].sort());
      expect(shop.sandbox.admin.activities('failed_attribute_change')).toEqual([]);
      const tallies = shop.sandbox.admin.counters().inside as Readonly<Record<string, number>>;
      expect(tallies['people_created_by_events'] ?? 0).toBe(0);
    },
  );
});

/** Two more people without fault, every conflict of the list once, and an order of everybody. */
async function addConflicts(shop: IdentityShop, canonical: Canonical): Promise<void> {
  await shop.customer('2', 'b@x.example');
  await shop.customer('3', 'c@x.example');
  await shop.customer('20', 'p20@x.example', { phone: '+491522222222' });
  await shop.customer('21', 'p21@x.example', { phone: '+491522222222' });
  await shop.customer('30', 'taken@x.example');
  await shop.customer('walter@id.example', 'w@x.example');
  await shop.customer('40', 'jose@x.example');
  await shop.customer('41', 'josé@x.example');
  await shop.customer('10', 'same@x.example');
  if (canonical === 'id') {
    await shop.customer('11', 'same@x.example');
    await shop.database.execute(
      "UPDATE customers SET email = 'new50@x.example', created_at = '2024-03-01 12:00:00' WHERE id = '50'",
    );
  } else {
    await shop.database.execute(
      "INSERT INTO logins VALUES ('11', 'same@x.example', NULL, NULL)",
      "UPDATE customers SET id = '51' WHERE id = '50'",
    );
  }
  const rows = await shop.database.execute("SELECT id, email FROM customers WHERE id <> '50' ORDER BY id");
  for (const { id, email } of rows) await shop.order(`o${id}`, { id: String(id), email: String(email) });
  // Names somebody in the wrong column: an e-mail address for an id, an id for a device.
  if (canonical === 'id') await shop.order('wrong', { id: 'b@x.example' });
  else await shop.order('wrong', { device: '2' });
}

const PEOPLE = 100_000;

describe('a clean shop', () => {
  describeOnServers(`of ${PEOPLE} people`, (server) => {
    it('has no conflict, whoever is canonical', async () => {
      const database = await createDatabase(server);
      await makeBigShop(database, PEOPLE, 1000);
      const sandbox = await startSandbox();
      try {
        for (const canonical of ['id', 'email']) {
          const project = emptyProject({ mysqlUrl: database.url, trackUrl: sandbox.url, appKey: '' });
          await writeBigShopProject(project);
          project.edit('millrace.yml', 'canonical: id', `canonical: ${canonical}`);
          const { exitCode, plan } = await project.json(['plan', '--select', 'people']);
          project.remove();
          expect(exitCode).toBe(0);
          expect(plan.identity.conflicts).toEqual([]);
          expect(plan.models).toMatchObject([{ rows: PEOPLE, newPeople: PEOPLE, faults: 0, held: 0 }]);
        }
      } finally {
        await sandbox.close();
        await database.drop();
      }
    });
  });
});
