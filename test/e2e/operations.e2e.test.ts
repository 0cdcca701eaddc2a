import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { seededRandom } from '../../src/demo/seeded-random.ts';
import { describeOnServers } from '../servers/servers.ts';
import { finished } from '../support/test-project.ts';
import { openSmallShop, type SmallShop } from './shop-project.ts';

const KILLS = Number(process.env['MILLRACE_TEST_KILLS'] ?? 4);
const SEED = Number(process.env['MILLRACE_TEST_SEED'] ?? 20_261_124);

const MODELS: Readonly<Record<string, readonly [yaml: string, sql: string]>> = {
  companies: [
    'kind: objects\nobject_type_id: 1\nobject_id: company\nattributes:\n  name: { type: string, when_null: keep }\nremoved: delete\n',
    "SELECT company, CONCAT('Company ', company) AS name FROM companies",
  ],
  staff: [
    'kind: relationships\nobject_type_id: 1\nobject_id: company\nperson: { id: id }\nattributes:\n  job: { type: string, when_null: clear }\nremoved: remove\nmax_removals: { share: 100% }\n',
    "SELECT id, id % 10 AS company, CONCAT('job ', points) AS job FROM customers WHERE points > 0 AND id % 10 IN (SELECT company FROM companies)",
  ],
  vips: [
    'kind: segment\nsegment_id: 7\nperson: { id: id }\nmax_removals: { share: 100% }\n',
    'SELECT id FROM customers WHERE points > 0 AND id % 2 = 0',
  ],
  erased: [
    'kind: erasure\noperation: suppress\nperson: { id: customer_id }\nmax_per_run: 100\n',
    'SELECT customer_id FROM erased',
  ],
};

/** What is written down before and after an answer is the same on every server. */
const ONE_SERVER = { flavours: ['mariadb'] } as const;

describeOnServers(
  'other operations, by the command',
  (server) => {
    let shop: SmallShop;

    beforeAll(async () => {
      shop = await openSmallShop(server, { requestLog: 'bodies' });
      await shop.database.execute(
        'CREATE TABLE companies (company INT PRIMARY KEY)',
        'INSERT INTO companies VALUES (0),(1),(2),(3),(4),(5),(6),(7),(8),(9)',
        'CREATE TABLE erased (customer_id INT PRIMARY KEY)',
        'INSERT INTO customers SELECT 1000 + a.company * 1000 + b.company * 100 + c.company * 10 + d.company, NULL, NULL, 1 FROM companies a, companies b, companies c, companies d WHERE a.company < 2',
      );
      shop.sandbox.admin.define({ segments: [{ id: 7, name: 'VIPs', type: 'manual' }] });
      for (const [name, [yaml, sql]] of Object.entries(MODELS)) {
        await shop.project.write(`models/${name}.yml`, yaml);
        await shop.project.write(`models/${name}.sql`, `${sql}\n`);
      }
    });
    afterAll(() => shop.close());

    /** What Customer.io holds, in the words of the queries. */
    const held = () => {
      const { admin } = shop.sandbox;
      return {
        people: admin.people().length,
        companies: admin.objects().map(({ object_id }) => object_id),
        staff: admin
          .objects()
          .flatMap(({ object_id, people }) =>
            people.map(({ id, attributes }) => `${id} ${object_id} ${attributes['job']}`),
          )
          .toSorted(),
        vips: admin
          .members(7)
          .map(({ id }) => id)
          .toSorted(),
      };
    };
    const expected = async () => {
      const staff = await shop.database.execute(
        "SELECT CONCAT(id, ' ', id % 10, ' job ', points) AS text FROM customers WHERE points > 0 AND id % 10 IN (SELECT company FROM companies) AND id NOT IN (SELECT customer_id FROM erased)",
      );
      const vips = await shop.database.execute(
        'SELECT id FROM customers WHERE points > 0 AND id % 2 = 0 AND id NOT IN (SELECT customer_id FROM erased)',
      );
      const [row] = await shop.database.execute(
        'SELECT COUNT(*) AS people FROM customers WHERE id NOT IN (SELECT customer_id FROM erased)',
      );
      return {
        people: Number(row?.['people']),
        staff: staff.map(({ text }) => String(text)).toSorted(),
        vips: vips.map(({ id }) => String(id)).toSorted(),
      };
    };

    it('a plan tells of them, and applying it sends just that', async () => {
      await shop.database.execute('INSERT INTO erased VALUES (1), (999)');
      const { stdout } = await shop.project.run(['plan', '--samples', '1', '--out', 'plan.json']);
      expect(stdout).toMatch(/erased erasure {2}2 rows: 2 to suppress, 0 unchanged\n {4}- 1\n/);
      expect(stdout).toMatch(/companies objects {2}10 rows: 10 to add, 0 unchanged\n {4}name +for 10\n/);
      expect(stdout).toMatch(/vips segment .* to add/);
      expect(stdout).toMatch(/other operations/);
      expect((await shop.project.run(['apply', 'plan.json'])).exitCode).toBe(0);
      expect(held()).toMatchObject(await expected());
      expect(held().companies).toHaveLength(10);
      expect((await shop.project.json(['sync'])).run.models).toMatchObject(
        Array.from({ length: 6 }, () => ({ operations: 0 })),
      );
      expect((await shop.project.run(['history'])).stdout).toMatch(/apply/);
    });

    it(`killed ${KILLS} times at random moments they end as if never killed (seed ${SEED})`, async () => {
      const random = seededRandom(SEED);
      // Slow enough that a kill meets requests under way.
      shop.sandbox.admin.setFaults({ match: { path: '/api/' }, action: { kind: 'delay', delayMs: 150 } });
      await shop.database.execute(
        'UPDATE customers SET points = 2 WHERE id % 8 = 0',
        'UPDATE customers SET points = 0 WHERE id % 8 = 1',
        'INSERT INTO erased SELECT id FROM customers WHERE id BETWEEN 1100 AND 1130',
        'DELETE FROM companies WHERE company = 9',
        'INSERT INTO companies VALUES (10)',
      );
      for (let kill = 0; kill < KILLS; kill += 1) {
        const child = shop.project.start(['sync']);
        const ended = finished(child);
        // Each kill comes at another moment of the run.
        await sleep(random.between(500, 2500));
        child.kill('SIGKILL');
        await ended;
      }
      expect((await shop.project.run(['sync'])).exitCode).toBe(0);
      expect(held()).toMatchObject(await expected());
      const before = shop.sandbox.admin.requests().length;
      expect((await shop.project.run(['sync'])).exitCode).toBe(0);
      const posts = shop.sandbox.admin.requests().slice(before);
      expect(posts.filter(({ method, path }) => method === 'POST' && path.startsWith('/api/'))).toEqual([]);
    });

    it('more erasures than may be stop with exit code 3, nothing sent', async () => {
      await shop.database.execute(
        'INSERT INTO erased SELECT id FROM customers WHERE id BETWEEN 2000 AND 2100',
      );
      const before = shop.sandbox.admin.people().length;
      const { exitCode, stderr } = await shop.project.run(['sync']);
      expect(exitCode).toBe(3);
      expect(stderr).toMatch(/erased: 101 people would be suppressed; `max_per_run` is 100/);
      expect(shop.sandbox.admin.people()).toHaveLength(before);
    });
  },
  ONE_SERVER,
);
