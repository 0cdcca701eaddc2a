import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeOnServers } from '../servers/servers.ts';
import { openTierShop, TIER_YAML, type TierShop } from './tier-shop.ts';

// Counts decide here, whatever server they come from.
describeOnServers(
  'blast radius',
  (server) => {
    let shop: TierShop;

    beforeAll(async () => {
      shop = await openTierShop(server);
      expect(await shop.project.json(['sync'])).toMatchObject({ exitCode: 0, run: { outcome: 'done' } });
      expect(shop.sent()).toHaveLength(200);
    });
    afterAll(() => shop.close());

    it('numbers that are only written otherwise change nobody', async () => {
      await shop.database.execute('ALTER TABLE customers MODIFY points DECIMAL(14,4) NULL');
      expect(await shop.project.json(['sync'])).toMatchObject({ exitCode: 0, run: { warnings: [] } });
      expect(shop.sent()).toEqual([]);
    });

    it('a broken join that changes 60 % of a tier stops with nothing sent but opt-outs', async () => {
      await shop.database.execute(
        'DELETE FROM tiers WHERE customer_id <= 120',
        "INSERT INTO tiers SELECT id, 'none' FROM customers WHERE id <= 120",
        'UPDATE customers SET email_consent = 0 WHERE id = 7',
      );
      const planned = await shop.project.run(['plan']);
      expect(planned.exitCode).toBe(3);
      expect(planned.stdout).toMatch(
        /stop: customers: 120 of 200 people \(60 %\) would have another `vip_tier`; the limit is 30 % and 100 people\. A sync would be stopped here.*`--allow customers\.attributes\.vip_tier --reason TEXT` lets it pass/,
      );
      expect(planned.stdout).toMatch(/^ {4}1 {2}"gold" → "none"$/m);
      expect((await shop.project.run(['plan', '--samples', '0'])).stdout).not.toMatch(/"gold"/);
      expect(shop.sent()).toEqual([]);

      const stopped = await shop.project.run(['sync']);
      expect(stopped.exitCode).toBe(3);
      expect(stopped.stderr).toMatch(
        /error\[blast_radius\]: customers: 120 of 200 people \(60 %\) would change; the limit is 50 % and 100 people; customers: 120 of 200 people/,
      );
      expect(stopped.stderr).toMatch(
        /--allow customers\.people customers\.attributes\.vip_tier --reason TEXT/,
      );
      expect(stopped.stderr).not.toMatch(/gold/);
      expect(stopped.stdout).toMatch(
        /For example \(customers\.attributes\.vip_tier\):\n {4}1 {2}"gold" → "none"\n/,
      );
      const sent = shop.sent();
      expect(sent).toHaveLength(1);
      expect(sent[0]).toMatch(/"id":"7".*"unsubscribed":true/);
      expect(shop.held(1)?.['vip_tier']).toBe('gold');
      const { runs } = await shop.project.json(['history']);
      expect(runs[0]).toMatchObject({ outcome: 'stopped', errorCode: 'blast_radius' });
      const json = await shop.project.json(['sync', '--samples', '1']);
      expect(json.error).toMatchObject({
        code: 'blast_radius',
        examples: { 'customers.attributes.vip_tier': [{ key: '1', before: '"gold"', after: '"none"' }] },
      });
    });

    it('what is allowed must be named, be enough, and have a reason', async () => {
      const tooLittle = await shop.project.run([
        'sync',
        '--allow',
        'customers.attributes.vip_tier',
        'customers.people=50%',
        '--reason',
        'new tiers',
      ]);
      expect(tooLittle.exitCode).toBe(3);
      expect(tooLittle.stderr).toMatch(
        /60 %\) would change; the limit is 50 % and 100 people, and up to 50 % is allowed$/m,
      );
      expect((await shop.project.run(['sync', '--allow', 'customers.people'])).stderr).toMatch(
        /`--allow` and `--reason` go together/,
      );
      const misspelt = await shop.project.run(['sync', '--allow', 'customers.peopel', '--reason', 'x']);
      expect(misspelt).toMatchObject({ exitCode: 2 });
      expect(misspelt.stderr).toMatch(/there is no such limit[\s\S]*customers\.people/);
      expect(shop.sent()).toEqual([]);
    });

    it('with a reason it goes out, by a saved plan, and the history keeps the reason', async () => {
      const file = `${shop.project.folder}/plan.json`;
      const allowed = ['--allow', 'customers.people', 'customers.attributes=60%', '--reason', 'new tiers'];
      expect((await shop.project.run(['plan', '--out', file])).exitCode).toBe(3);
      expect((await shop.project.run(['apply', file])).exitCode).toBe(3);
      expect(shop.sent()).toEqual([]);
      expect((await shop.project.run(['plan', '--out', file, ...allowed])).exitCode).toBe(0);
      const applied = await shop.project.json(['apply', file]);
      expect(applied).toMatchObject({ exitCode: 0, run: { outcome: 'done' } });
      expect(shop.sent()).toHaveLength(120);
      expect(shop.held(1)?.['vip_tier']).toBe('none');
      const { stdout } = await shop.project.run(['history', applied.run.runId]);
      expect(stdout).toMatch(
        /customers: 120 of 200 people \(60 %\) would have another `vip_tier`.*; allowed: new tiers$/m,
      );
      const idle = await shop.project.run(['sync', ...allowed]);
      expect(idle.exitCode).toBe(0);
      expect(idle.stderr).toMatch(/nothing to allow: the limit customers\.people is not reached/);
    });

    it('times that an old job moves back, and values that vanish, stop sooner', async () => {
      await shop.database.execute(
        "UPDATE customers SET last_order_at = '2020-01-01', points = NULL WHERE id <= 100",
      );
      const { exitCode, stderr } = await shop.project.run(['sync']);
      expect(exitCode).toBe(3);
      expect(stderr).toMatch(
        /100 of 200 people \(50 %\) would have an earlier `last_order_at`; the limit is 5 %/,
      );
      expect(stderr).toMatch(
        /100 of 200 people \(50 %\) would lose `points`; the limit is 10 % and 100 people/,
      );
      expect(shop.sent()).toEqual([]);
      await shop.database.execute(
        "UPDATE customers SET last_order_at = '2026-03-01 10:00:00', points = 10.5",
      );
    });

    it('a query that returns nothing, or only half, stops', async () => {
      await shop.project.write('models/customers.sql', shop.project.read('models/customers.sql'));
      await shop.database.execute('RENAME TABLE customers TO kept', 'CREATE TABLE customers LIKE kept');
      const empty = await shop.project.run(['sync']);
      expect(empty.exitCode).toBe(3);
      expect(empty.stderr).toMatch(
        /customers: the query returns no rows, and 200 people were delivered before/,
      );
      await shop.database.execute('INSERT INTO customers SELECT * FROM kept WHERE id > 100');
      const half = await shop.project.run(['sync']);
      expect(half.exitCode).toBe(3);
      expect(half.stderr).toMatch(/customers: 100 of 200 people \(50 %\) are no longer in the query/);
      await shop.database.execute('DROP TABLE customers', 'RENAME TABLE kept TO customers');
      expect((await shop.project.run(['sync'])).exitCode).toBe(0);
      expect(shop.sent()).toEqual([]);
    });

    it('a new attribute, and a meaning that was accepted, may change everybody', async () => {
      await shop.project.write(
        'models/customers.yml',
        TIER_YAML.replace('  email_consent', '  city: { type: string }\n  email_consent'),
      );
      shop.project.edit('models/customers.sql', 'c.email_consent', "c.email_consent, 'Rome' AS city");
      expect((await shop.project.run(['sync'])).exitCode).toBe(0);
      expect(shop.sent()).toHaveLength(200);

      shop.project.edit('models/customers.sql', 'c.points', 'c.points + 1 AS points');
      expect((await shop.project.run(['sync'])).stderr).toMatch(/definition_changed/);
      const accept = ['--accept-definition', 'customers.points', '--reason', 'one for everybody'];
      expect((await shop.project.run(['sync', ...accept])).exitCode).toBe(0);
      expect(shop.sent()).toHaveLength(200);

      // From now on it is as guarded as every other.
      await shop.database.execute('UPDATE customers SET points = points * 2');
      expect((await shop.project.run(['sync'])).stderr).toMatch(
        /200 of 200 people \(100 %\) would have another `points`/,
      );
      shop.project.edit('models/customers.yml', /$/, 'guardrails: { by_attribute: { points: off } }\n');
      expect((await shop.project.run(['sync'])).exitCode).toBe(0);
      expect(shop.sent()).toHaveLength(200);
      shop.project.edit('models/customers.yml', 'points: off', 'pionts: off');
      expect(
        (await shop.project.run(['validate'])).stdout + (await shop.project.run(['validate'])).stderr,
      ).toMatch(/no attribute `pionts`[\s\S]*points/);
    });
  },
  { flavours: ['mariadb'] },
);
