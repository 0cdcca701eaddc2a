import { afterEach, beforeEach, expect, it } from 'vitest';
import { describeOnServers } from '../servers/servers.ts';
import { batchRequests } from '../support/batches.ts';
import { openSmallShop, type SmallShop } from './shop-project.ts';

// What is locked are declarations, whatever server the rows come from.
describeOnServers(
  'types of what was published',
  (server) => {
    let shop: SmallShop;

    beforeEach(async () => {
      shop = await openSmallShop(server);
    });
    afterEach(() => shop.close());

    const declare = (from: string, to: string) => shop.project.edit('models/customers.yml', from, to);

    it('stand in the lock file from the first sync that sends them', async () => {
      await shop.project.run(['sync']);
      const lock = shop.project.read('millrace.lock');
      expect(lock).toMatch(
        /attributes:\n +email:\n +type: email\n +name:\n +type: string\n +points:\n +type: integer/,
      );
      expect(lock).not.toMatch(/amount/);
      await shop.order('A1', 1);
      await shop.project.run(['sync']);
      expect(shop.project.read('millrace.lock')).toMatch(/properties:\n +amount:\n +type: decimal/);
    });

    it('do not change: plan, sync and a clone stop with exit code 3, and nothing is sent', async () => {
      await shop.project.run(['sync']);
      const before = batchRequests(shop.sandbox);
      declare('points: { type: integer', 'points: { type: string');
      for (const argv of [['plan'], ['sync']]) {
        const { exitCode, stderr } = await shop.project.run(argv);
        expect(stderr).toMatch(
          /customers\.yml:5:19: `points` was published as integer in sandbox-\d+, and is declared as string \[type_changed\]\n {2}What has another type needs another name/,
        );
        expect(exitCode).toBe(3);
      }
      expect(batchRequests(shop.sandbox)).toBe(before);
    });

    it('change when the lock file says so too', async () => {
      await shop.project.run(['sync']);
      declare('points: { type: integer', 'points: { type: string');
      shop.project.edit('millrace.lock', /(points:\n +type: )integer/, '$1string');
      expect(await shop.project.json(['sync'])).toMatchObject({ exitCode: 0, run: { outcome: 'done' } });
    });

    it('are free before anything was sent, and under another name', async () => {
      await shop.project.run(['plan']);
      declare('points: { type: integer', 'points: { type: decimal');
      expect((await shop.project.run(['sync'])).exitCode).toBe(0);
      declare('points: { type: decimal', 'points_text: { column: points, type: string');
      expect((await shop.project.run(['sync'])).exitCode).toBe(0);
    });

    it('are checked by validate without a connection, but not those of a sandbox', async () => {
      await shop.project.run(['sync']);
      declare('points: { type: integer', 'points: { type: string');
      expect((await shop.project.run(['validate'])).exitCode).toBe(0);
      shop.project.edit('millrace.lock', /sandbox-(\d+):/, 'us-$1:');
      const { exitCode, stderr } = await shop.project.run(['validate']);
      expect(stderr).toMatch(/was published as integer in us-\d+/);
      expect(exitCode).toBe(3);
    });
  },
  { flavours: ['mariadb'] },
);
