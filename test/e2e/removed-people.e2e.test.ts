import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeOnServers } from '../servers/servers.ts';
import { openTierShop, type TierShop } from './tier-shop.ts';

// What is sent of rows that are gone is the same whatever server they were on.
describeOnServers(
  'people who are gone',
  (server) => {
    let shop: TierShop;

    beforeAll(async () => {
      shop = await openTierShop(server);
      shop.project.edit('models/customers.yml', 'attributes:', 'removed: clear\nattributes:');
      await shop.project.run(['sync']);
      shop.sent();
    });
    afterAll(() => shop.close());

    const remove = (from: number, to: number) =>
      shop.database.execute(
        `INSERT INTO gone SELECT * FROM customers WHERE id BETWEEN ${from} AND ${to}`,
        `DELETE FROM customers WHERE id BETWEEN ${from} AND ${to}`,
      );
    const bringBack = () =>
      shop.database.execute('INSERT INTO customers SELECT * FROM gone', 'DELETE FROM gone');

    it('are cleared once, and sent whole when they come back unchanged', async () => {
      await shop.database.execute('CREATE TABLE gone LIKE customers');
      await remove(1, 2);
      const { stdout } = await shop.project.run(['plan']);
      expect(stdout).toMatch(/2 people delivered before and no longer in the query: 2 to change/);
      expect(stdout).toMatch(/~ 1\n +vip_tier +"gold" → null/);
      const synced = await shop.project.json(['sync']);
      expect(synced).toMatchObject({
        exitCode: 0,
        run: { models: [{ rows: 198, removals: 2, accepted: 2 }, {}] },
      });
      expect(shop.sent()).toEqual([
        expect.stringMatching(/"id":"1".*"_update":true,"vip_tier":null,"points":null,"last_order_at":null/),
        expect.stringMatching(/"id":"2"/),
      ]);
      expect(shop.held(1)?.['vip_tier']).toBeUndefined();
      await shop.project.run(['sync']);
      expect(shop.sent()).toEqual([]);
      await bringBack();
      await shop.project.run(['sync']);
      expect(shop.sent()).toHaveLength(2);
      expect(shop.held(1)).toMatchObject({ vip_tier: 'gold', points: 10.5 });
      await shop.project.run(['sync']);
      expect(shop.sent()).toEqual([]);
    });

    it('are sent whole also when nobody knows whether they were cleared', async () => {
      await remove(3, 3);
      shop.sandbox.admin.setFaults({
        match: { people: ['3'], firstN: 1 },
        action: { kind: 'reject-items', status: 207, reason: 'invalid' },
      });
      expect((await shop.project.run(['sync'])).exitCode).toBe(1);
      shop.sent();
      await bringBack();
      await shop.project.run(['sync']);
      expect(shop.sent()).toEqual([expect.stringMatching(/"id":"3".*"vip_tier":"gold"/)]);
    });

    it('are limited: many at once stop the run', async () => {
      await remove(1, 100);
      const { exitCode, stderr } = await shop.project.run(['sync']);
      expect(exitCode).toBe(3);
      expect(stderr).toMatch(
        /100 of 200 people \(50 %\) are no longer in the query and would be changed; the limit is 10 % and 100 people/,
      );
      expect(shop.sent()).toEqual([]);
      await bringBack();
      expect((await shop.project.run(['sync'])).exitCode).toBe(0);
      expect(shop.sent()).toEqual([]);
    });

    it('may be marked instead, and no profile is made for one that is not there', async () => {
      shop.project.edit('models/customers.yml', 'removed: clear', 'removed: { set: { vip_tier: none } }');
      await remove(10, 10);
      expect((await shop.project.run(['sync'])).exitCode).toBe(0);
      expect(shop.held(10)).toMatchObject({ vip_tier: 'none', points: 10.5 });
      const people = shop.sandbox.admin.people().length;
      expect(people).toBe(200);
    });
  },
  { flavours: ['mariadb'] },
);
