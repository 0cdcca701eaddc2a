import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { describeOnServers } from '../servers/servers.ts';
import { batchRequests } from '../support/batches.ts';
import { openSmallShop, type SmallShop } from './shop-project.ts';

// What happens here does not depend on the server; what does is tested on both beside the source.
describeOnServers(
  'plan and apply',
  (server) => {
    let shop: SmallShop;
    const planFile = () => join(shop.project.folder, 'plan.json');
    const plan = () => shop.project.run(['plan', '--out', planFile()]);
    const apply = () => shop.project.run(['apply', planFile()]);

    beforeEach(async () => {
      shop = await openSmallShop(server);
    });
    afterEach(() => shop.close());

    it('plan shows before and after, and sends nothing', async () => {
      await shop.project.run(['sync']);
      await shop.database.execute(
        'UPDATE customers SET points = 11, name = NULL WHERE id = 1',
        'UPDATE customers SET points = NULL WHERE id = 3',
      );
      const before = batchRequests(shop.sandbox);
      const { exitCode, stdout } = await shop.project.run(['plan']);
      expect(exitCode).toBe(0);
      expect(stdout).toMatch(/customers people {2}3 rows: 0 new, 2 changed, 1 unchanged/);
      expect(stdout).toMatch(/~ 1\n\s+points {2}10 → 11\n/);
      expect(stdout).toMatch(/~ 3\n\s+points {2}30 → null\n/);
      expect(stdout).toMatch(/To send: 2 people and 0 events in 1 request, about 1 s/);
      expect(batchRequests(shop.sandbox)).toBe(before);
      expect((await shop.project.run(['plan', '--detailed-exitcode'])).exitCode).toBe(10);
      await shop.project.run(['sync']);
      expect(shop.sandbox.admin.person({ id: '1' })?.attributes).toMatchObject({ points: 11, name: 'Anna' });
      expect(shop.sandbox.admin.person({ id: '3' })?.attributes).not.toHaveProperty('points');
      expect((await shop.project.run(['plan', '--detailed-exitcode'])).exitCode).toBe(0);
    });

    it('apply sends exactly the plan, whatever has changed in MySQL since', async () => {
      await plan();
      await shop.database.execute(
        'UPDATE customers SET points = 99 WHERE id = 1',
        "INSERT INTO customers VALUES (4, 'd@x.example', 'Dora', 1)",
      );
      expect((await apply()).exitCode).toBe(0);
      expect(shop.sandbox.admin.people()).toHaveLength(3);
      expect(shop.sandbox.admin.person({ id: '1' })?.attributes['points']).toBe(10);
      const { run } = await shop.project.json(['sync']);
      expect(run.models[0]).toMatchObject({ unchanged: 2, accepted: 2 });
    });

    it('the plan file holds no values and no keys; the rows lie beside the state, for the owner only', async () => {
      await plan();
      const text = readFileSync(planFile(), 'utf8');
      expect(text).not.toMatch(/x\.example|Anna|Çelik/);
      const [planId = ''] = readdirSync(join(shop.project.folder, '.millrace/plans'));
      const folder = join(shop.project.folder, '.millrace/plans', planId);
      expect(statSync(folder).mode & 0o777).toBe(0o700);
      for (const name of readdirSync(folder)) expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
      expect((await apply()).exitCode).toBe(0);
      expect(readdirSync(join(shop.project.folder, '.millrace/plans'))).toEqual([]);
    });

    const refused = async (code: string, text: RegExp) => {
      const before = batchRequests(shop.sandbox);
      const { exitCode, stderr } = await apply();
      expect(stderr).toMatch(new RegExp(`error\\[${code}\\]`));
      expect(stderr).toMatch(text);
      expect(exitCode).toBe(3);
      expect(batchRequests(shop.sandbox)).toBe(before);
    };

    it('a plan is applied once', async () => {
      await plan();
      await apply();
      await refused('plan_stale', /something was delivered since/);
    });

    it('a plan is stale when something was delivered since', async () => {
      await plan();
      await shop.project.run(['sync']);
      await refused('plan_stale', /something was delivered since it was made/);
    });

    it('a plan is stale when the contract has changed', async () => {
      await plan();
      shop.project.edit('models/customers.yml', 'points: { type: integer', 'points: { type: decimal');
      await refused('plan_stale', /the contract has changed/);
    });

    it('a plan is stale when it is too old', async () => {
      shop.project.edit('millrace.yml', 'namespace', 'guardrails: { plan_max_age: 1s }\nnamespace');
      await plan();
      await sleep(2500);
      await refused('plan_stale', /minutes old/);
    });

    it('a plan from elsewhere is refused', async () => {
      const clone = await shop.cloneProject();
      await clone.run(['plan', '--out', planFile()]);
      await refused('plan_foreign', /not on this machine/);
      clone.remove();
    });

    it('a plan for another workspace is refused', async () => {
      await plan();
      shop.sandbox.admin.reset({ environmentId: 4711 });
      await refused('plan_foreign', /made for workspace sandbox-\d+, and this is sandbox-4711/);
    });

    it('a plan that was changed is refused, and so are changed rows', async () => {
      await plan();
      const text = readFileSync(planFile(), 'utf8');
      writeFileSync(planFile(), text.replace('"newPeople": 3', '"newPeople": 4'));
      await refused('plan_damaged', /changed by hand/);
      writeFileSync(planFile(), '{}');
      await refused('plan_damaged', /is not a plan/);
      writeFileSync(planFile(), text);
      const plans = join(shop.project.folder, '.millrace/plans');
      const spool = join(plans, readdirSync(plans)[0] ?? '', 'customers.spool');
      writeFileSync(spool, readFileSync(spool, 'utf8').replace('Anna', 'Anne'));
      await refused('plan_damaged', /operations of model customers are not those of the plan/);
    });

    it('history is for sandboxes only', async () => {
      await shop.database.execute("INSERT INTO orders VALUES ('old', 1, '2020-01-01 10:00:00', 5)");
      expect((await shop.project.run(['sync', '--history-from', '2019-01-01'])).exitCode).toBe(0);
      expect(shop.sandbox.admin.events()).toMatchObject([{ timestamp: 1577872800 }]);
    });
  },
  { flavours: ['mariadb'] },
);
