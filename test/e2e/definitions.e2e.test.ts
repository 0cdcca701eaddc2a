import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { describeOnServers } from '../servers/servers.ts';
import { batchRequests } from '../support/batches.ts';
import { openSmallShop, type SmallShop } from './shop-project.ts';

const CUSTOMERS_SQL = 'SELECT id, email, name, points FROM customers\n';

// What is said of a definition does not depend on the server; that its rows are the same is tested on both.
describeOnServers(
  'definitions of what was published',
  (server) => {
    let shop: SmallShop;

    beforeEach(async () => {
      shop = await openSmallShop(server);
    });
    afterEach(() => shop.close());

    const declare = (from: string, to: string) => shop.project.edit('models/customers.yml', from, to);
    const query = (sql: string) => shop.project.write('models/customers.sql', sql);
    const planFile = () => join(shop.project.folder, 'plan.json');
    const run = (...argv: readonly string[]) => shop.project.run([...argv]);

    /** Counts the points twice: three people of whom two have points. */
    const redefine = () => query('SELECT id, email, name, points * 2 AS points FROM customers\n');

    it('stand in the lock file from the first sync that sends them', async () => {
      await run('sync');
      const lock = shop.project.read('millrace.lock');
      expect(lock).toMatch(
        /points:\n +model: customers\n +type: integer\n +sql: \w{12}\n +when_null: clear\n +since: \d{4}-\d\d-\d\d\n/,
      );
      expect(lock).toMatch(/^queries:\n {2}\w{12}: SELECT id, email, name, points FROM customers$/m);
      expect(lock).not.toMatch(/amount/);
      await shop.order('A1', 1);
      await run('sync');
      expect(shop.project.read('millrace.lock')).toMatch(
        /properties:\n +amount:\n +model: orders\n +type: decimal/,
      );
      const before = shop.project.read('millrace.lock');
      await run('sync');
      expect(shop.project.read('millrace.lock')).toBe(before);
    });

    it('do not change: plan, sync and a clone stop with exit code 3, and nothing is sent', async () => {
      await run('sync');
      const before = batchRequests(shop.sandbox);
      await redefine();
      const clone = await shop.cloneProject();
      await clone.write('models/customers.sql', shop.project.read('models/customers.sql'));
      for (const result of [await run('plan'), await run('sync'), await clone.run(['sync'])]) {
        expect(result.stderr).toMatch(
          /models\/customers\.sql:1:1: the query behind `points` is not the one published in sandbox-\d+ since \d{4}-\d\d-\d\d\n {2}- SELECT id, email, name, points FROM customers\n {2}\+ SELECT id, email, name, points \* 2 AS points FROM customers\n {2}See what would change: `millrace plan --evidence customers`/,
        );
        expect(result.stderr).toMatch(/error\[definition_changed\]: 1 problem/);
        expect(result.exitCode).toBe(3);
      }
      expect(batchRequests(shop.sandbox)).toBe(before);
    });

    it('do not change their types either, nor how NULL and units are meant', async () => {
      await run('sync');
      declare(
        'points: { type: integer, when_null: clear',
        'points: { type: string, when_null: keep, unit: EUR',
      );
      const { exitCode, stderr } = await run('plan');
      expect(stderr).toMatch(
        /customers\.yml:5:19: `points` was published as integer in sandbox-\d+, and is declared as string \[type_changed\]\n {2}What means something else needs another name/,
      );
      expect(stderr).toMatch(
        /was published with `when_null: clear` in sandbox-\d+, and is declared with `when_null: keep`/,
      );
      expect(exitCode).toBe(3);
    });

    it('may be written otherwise', async () => {
      await run('sync');
      await query('-- everybody\nselect id, email,\n  name, points -- all\nfrom customers as c;\n');
      const { exitCode, plan, definitions } = await shop.project.json(['plan']);
      expect([exitCode, definitions]).toEqual([0, []]);
      expect(plan.models[0]).toMatchObject({ operations: 0, rows: 3 });
    });

    it('may be added to', async () => {
      await run('sync');
      await query('SELECT id, email, name, points, points > 20 AS is_rich FROM customers\n');
      declare('  points:', '  is_rich: { type: boolean, when_null: keep }\n  points:');
      expect((await run('plan')).stdout).toMatch(/new, or allows more: customers\.is_rich/);
      expect((await run('sync')).exitCode).toBe(0);
      expect(shop.project.read('millrace.lock')).toMatch(/is_rich:\n +model: customers\n +type: boolean/);
    });

    it('change when somebody accepts it with a reason, which lock file and history keep', async () => {
      await run('sync');
      await redefine();
      expect((await run('plan', '--accept-definition', 'customers.points')).stderr).toMatch(/go together/);
      expect((await run('plan', '--accept-definition', 'customers.point', '--reason', 'x')).stderr).toMatch(
        /no such model or field\n {2}Did you mean `customers\.points`/,
      );
      const reason = 'double points since November';
      const { exitCode } = await run('plan', '--accept-definition', 'customers.points', '--reason', reason);
      expect(exitCode).toBe(0);
      expect(shop.project.read('millrace.lock')).toMatch(
        /when_null: clear\n +version: 2\n +reason: double points since November\n/,
      );
      const { run: sent } = await shop.project.json(['sync']);
      expect(sent.models[0]).toMatchObject({
        accepted: 2,
        newVersions: [{ name: 'points', version: 2, reason }],
      });
      expect(shop.project.read('millrace.lock')).toMatch(
        /since: .*\n +version: 2\n +reason: double points since November\n/,
      );
      expect((await run('history', sent.runId)).stdout).toMatch(
        /customers: `points` in version 2 for the first time: double points since November/,
      );
      expect((await run('plan')).exitCode).toBe(0);
      await query(CUSTOMERS_SQL);
      expect((await run('plan')).exitCode).toBe(3);
    });

    it('are looked at again when a plan is applied', async () => {
      await run('sync');
      const lock = shop.project.read('millrace.lock');
      await redefine();
      const accept = ['--accept-definition', 'customers.points', '--reason', 'as agreed'];
      expect((await run('plan', '--out', planFile(), ...accept)).exitCode).toBe(0);
      const accepted = shop.project.read('millrace.lock');
      await shop.project.write('millrace.lock', lock);
      const { exitCode, stderr } = await run('apply', planFile());
      expect([exitCode, stderr]).toEqual([3, expect.stringMatching(/error\[definition_changed\]/)]);
      expect((await run('history', '--limit', '1')).stdout).toMatch(
        /stopped by a guard \(definition_changed\)/,
      );
      await shop.project.write('millrace.lock', accepted);
      expect((await run('apply', planFile())).exitCode).toBe(0);
    });

    it('change within a sync that accepts the whole model', async () => {
      await run('sync');
      await redefine();
      const argv = ['sync', '--accept-definition', 'customers', '--reason', 'as agreed'];
      const { exitCode, run: sent } = await shop.project.json(argv);
      expect([exitCode, sent.models[0].accepted]).toEqual([0, 2]);
      expect((await run('history')).stdout).toMatch(
        /millrace sync --accept-definition customers --reason "as agreed"/,
      );
      expect((await run(...argv)).stderr).toMatch(/Nothing to accept: customers is as it was published/);
    });

    it('change when the file counts the version up', async () => {
      await run('sync');
      await redefine();
      declare('points: { type: integer', 'points: { version: 2, type: integer');
      expect((await run('plan')).stdout).toMatch(/sent in a new version .*: customers\.points/);
      expect((await run('sync')).exitCode).toBe(0);
      expect(shop.project.read('millrace.lock')).toMatch(/version: 2\n/);
    });

    it('are free before anything was sent, and under another name', async () => {
      await run('plan');
      declare('points: { type: integer', 'points: { type: decimal');
      expect((await run('sync')).exitCode).toBe(0);
      declare('points: { type: decimal', 'points_text: { column: points, type: string');
      const { exitCode, stdout } = await run('plan');
      expect([exitCode, stdout]).toEqual([
        0,
        expect.stringMatching(/no longer declared.*: customers\.points/),
      ]);
    });

    it('are checked by validate without a connection, but not those of a sandbox', async () => {
      await run('sync');
      await redefine();
      expect((await run('validate')).exitCode).toBe(0);
      shop.project.edit('millrace.lock', /sandbox-(\d+):/, 'us-$1:');
      const { exitCode, stderr } = await run('validate');
      expect(stderr).toMatch(/the query behind `points` is not the one published in us-\d+/);
      expect(exitCode).toBe(3);
    });

    it('of drafts are free to change, and are not written down', async () => {
      declare('kind: people', 'kind: people\ndraft: true');
      await run('sync');
      expect(shop.project.read('millrace.lock')).not.toMatch(/points/);
      await redefine();
      const { exitCode, run: sent } = await shop.project.json(['sync']);
      expect([exitCode, sent.models[0].accepted]).toEqual([0, 2]);
    });

    it('can be compared on the same data', async () => {
      await run('sync');
      expect((await run('plan', '--evidence', 'customers')).stdout).toMatch(
        /nothing would change for any of them/,
      );
      await query(
        'SELECT id, email, name, IF(id = 3, points, points - 2.5) AS points FROM customers WHERE id <> 2\n',
      );
      declare('points: { type: integer', 'points: { type: decimal');
      await shop.database.execute("INSERT INTO customers VALUES (4, 'd@x.example', 'Dora', 1)");
      const { exitCode, evidence } = await shop.project.json(['plan', '--evidence', 'customers']);
      expect(exitCode).toBe(0);
      expect(evidence).toEqual([
        {
          model: 'customers',
          kind: 'people',
          compared: 3,
          onlyBefore: 1,
          onlyAfter: 0,
          share: 1,
          fields: expect.arrayContaining([
            { name: 'points', type: 'decimal', changed: 2, medianDifference: -2.5 },
            { name: 'name', type: 'string', changed: 0 },
          ]),
        },
      ]);
      expect((await run('plan', '--evidence', 'customers')).stdout).toMatch(
        /3 people compared .*\n {2}points would change for 2 of 3 people, median −2\.50\n {2}only the published query returns 1 more/,
      );
      expect((await run('plan', '--evidence', 'orders')).stderr).toMatch(/nothing of orders was published/);
    });

    it('of events can be compared, too', async () => {
      await shop.order('A1', 1);
      await shop.order('A2', 2);
      await run('sync');
      await shop.order('A3', 3);
      await run('sync');
      await shop.project.write(
        'models/orders.sql',
        'SELECT order_id, customer_id, paid_at - INTERVAL 1 HOUR AS paid_at, amount FROM orders\n',
      );
      expect((await run('plan')).stderr).toMatch(/the query behind `order_placed` is not the one/);
      expect((await run('plan', '--evidence', 'orders')).stdout).toMatch(
        /3 events .*\n {2}occurred_at would change for 3 of 3 events, median −1 h 0 min/,
      );
    });

    it('of carts can be compared, too: when they were left, and what is told of them', async () => {
      await shop.database.execute(
        'CREATE TABLE carts (cart_id INT PRIMARY KEY, customer_id INT, updated_at DATETIME, ordered_at DATETIME, total DECIMAL(10,2))',
        'INSERT INTO carts VALUES (1, 1, UTC_TIMESTAMP() - INTERVAL 2 HOUR, NULL, 10), (2, 2, UTC_TIMESTAMP() - INTERVAL 3 HOUR, NULL, 20)',
      );
      await shop.project.write(
        'models/carts.yml',
        `kind: abandonment
event: cart_abandoned
cart: cart_id
last_activity_at: updated_at
converted_at: ordered_at
after: 1h
not_after: 24h
person: { id: customer_id }
properties:
  total: { type: decimal, unit: EUR }
`,
      );
      await shop.project.write(
        'models/carts.sql',
        'SELECT cart_id, customer_id, updated_at, ordered_at, total FROM carts\n',
      );
      await run('sync');
      // Published with the first event: a cart that is left behind after the model's start.
      await shop.database.execute(
        'UPDATE carts SET updated_at = UTC_TIMESTAMP() - INTERVAL 1 HOUR WHERE cart_id = 1',
      );
      await run('sync');
      await shop.project.write(
        'models/carts.sql',
        'SELECT cart_id, customer_id, updated_at - INTERVAL 30 MINUTE AS updated_at, ordered_at, total * 1.19 AS total FROM carts WHERE cart_id <> 2\n',
      );
      expect((await run('plan', '--evidence', 'carts')).stdout).toMatch(
        /1 cart compared .*\n {2}last_activity_at would change for 1 of 1 carts, median −30 min 0 s\n {2}total would change for 1 of 1 carts, median \+1\.90 EUR\n {2}only the published query returns 1 more/,
      );
    });
  },
  { flavours: ['mariadb'] },
);
