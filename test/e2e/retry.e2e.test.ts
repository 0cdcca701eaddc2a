import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeOnServers } from '../servers/servers.ts';
import { openSmallShop, type SmallShop } from './shop-project.ts';

// What became of rows is the same whatever server they come from.
describeOnServers(
  'retry',
  (server) => {
    let shop: SmallShop;

    beforeAll(async () => {
      shop = await openSmallShop(server);
    });
    afterAll(() => shop.close());

    const retry = () => shop.project.json(['retry']);
    const fates = ({ rows }: { readonly rows: readonly { model: string; key: string; fate: string }[] }) =>
      rows.map(({ model, key, fate }) => `${model} ${key} ${fate}`).sort();
    it('reads nothing when nothing was withheld', async () => {
      expect(await retry()).toMatchObject({ exitCode: 0, rows: [] });
      const { stdout } = await shop.project.run(['retry']);
      expect(stdout).toMatch(/Nothing was withheld, so nothing was read/);
    });

    it('sends what was mended, and tells what became of each row', async () => {
      await shop.database.execute(
        "INSERT INTO customers VALUES (4, 'nonsense', 'Dora', 5), (5, 'worse', 'Emil', 5), (6, 'none', 'Ida', 1)",
      );
      await shop.project.run(['sync']);
      await shop.database.execute(
        "INSERT INTO orders VALUES ('A', 77, UTC_TIMESTAMP() + INTERVAL 1 SECOND, 1), ('B', NULL, UTC_TIMESTAMP() + INTERVAL 1 SECOND, 1)",
      );
      await shop.project.run(['sync']);
      await shop.database.execute(
        "UPDATE customers SET email = 'd@x.example' WHERE id = 4",
        'DELETE FROM customers WHERE id = 6',
        "INSERT INTO customers VALUES (77, 'late@x.example', 'Lea', 1)",
      );
      const again = await retry();
      expect(fates(again)).toEqual([
        'customers 4 sent',
        'customers 5 withheld',
        'customers 6 settled',
        'orders A sent',
        'orders B withheld',
      ]);
      expect(again).toMatchObject({ exitCode: 0, counts: { sent: 2, withheld: 2, settled: 1 } });
      expect(
        shop.sandbox.admin
          .people()
          .map(({ id }) => id)
          .sort(),
      ).toEqual(['1', '2', '3', '4', '77']);
      shop.sandbox.admin.setFaults({
        match: { people: ['1', '2'], firstN: 1 },
        action: { kind: 'reject-items', status: 207, reason: 'invalid' },
      });
      await shop.database.execute('UPDATE customers SET points = 99 WHERE id IN (1, 2)');
      expect((await shop.project.run(['sync'])).exitCode).toBe(1);
      expect(shop.sandbox.admin.people().find(({ id }) => id === '1')?.attributes['points']).toBe(10);
      // The rows are as they were, and still it is sent again.
      const refused = await retry();
      expect(fates(refused)).toEqual([
        'customers 1 sent',
        'customers 2 sent',
        'customers 5 withheld',
        'orders B withheld',
      ]);
      expect(shop.sandbox.admin.people().find(({ id }) => id === '1')?.attributes['points']).toBe(99);
      expect((await shop.project.json(['faults', '--kind', 'reject'])).rows).toEqual([]);
      const { stdout } = await shop.project.run(['retry', '--select', 'customers']);
      expect(stdout).toMatch(/Of 1 row that had not been sent: 0 sent, 1 withheld still, 0 settled/);
      expect(stdout).toMatch(/customers +5 +withheld +not_an_email/);
    });
  },
  { flavours: ['mariadb'] },
);
