import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { seededRandom } from '../../src/demo/seeded-random.ts';
import { describeOnServers } from '../servers/servers.ts';
import { finished } from '../support/test-project.ts';
import { type IdentityShop, openIdentityShop, ordersOf } from './identity-shop.ts';

const PEOPLE = 3000;
const GUESTS = 50;
/** Two people who came to share an address, for each of these. */
const PAIRS = 100;
const KILLS = Number(process.env['MILLRACE_TEST_KILLS'] ?? 4);
const SEED = Number(process.env['MILLRACE_TEST_SEED'] ?? 20_261_124);

/** Requests of all runs are many more than the kills, so that most kills meet a run at work. */
const REQUESTS_SEEN = 1;
const PATIENCE_MS = 60_000;

/** Every thirtieth person takes the address of the one before. */
const IN_CONFLICT = 'id % 30 IN (1, 2)';

describeOnServers(
  'identities of a run that is killed',
  (server) => {
    let shop: IdentityShop;
    const random = seededRandom(SEED);

    beforeAll(async () => {
      shop = await openIdentityShop(server, {
        identity: '{ canonical: id, guests: by_email }',
        hasAppKey: true,
        sandbox: { requestLog: 'on', switches: { appRequestsPerSecondMax: 0 } },
      });
      shop.project.edit(
        'millrace.yml',
        '  region:',
        '  app_requests_per_second: 100\n  requests_in_flight: 2\n  region:',
      );
      // Everybody changes at once here, which is what this test is about.
      shop.project.edit('millrace.yml', /$/, 'guardrails: { people: off, attributes: off }\n');
      await shop.database.execute(
        'ALTER TABLE customers MODIFY name VARCHAR(1000), MODIFY id INT',
        'CREATE TABLE numbers (n INT PRIMARY KEY)',
        `INSERT INTO numbers SELECT a.d + 10 * b.d + 100 * c.d + 1000 * e.d + 1
           FROM (${DIGITS}) a, (${DIGITS}) b, (${DIGITS}) c, (${DIGITS}) e WHERE e.d < ${PEOPLE / 1000}`,
        `INSERT INTO customers SELECT n, CONCAT('p', n, '@x.example'), REPEAT('n', 900), NULL, UTC_TIMESTAMP() FROM numbers`,
      );
      await shop.sync();
      await changeEverything(shop);
      // Slow enough that a kill meets requests under way.
      shop.sandbox.admin.setFaults({
        match: { path: '/api/v2/batch' },
        action: { kind: 'delay', delayMs: 150 },
      });
    });
    afterAll(() => shop.close());

    const requests = (): number =>
      shop.sandbox.admin.requests().filter(({ path }) => path === '/api/v2/batch').length;

    /** Starts a command, and ends it when it has made so many requests and a moment has passed. */
    async function kill(argv: readonly string[], requestsSeen: number, momentMs: number): Promise<boolean> {
      const before = requests();
      const child = shop.project.start(argv);
      const ended = finished(child);
      const isOver = ended.then(() => true);
      for (let waitedMs = 0; waitedMs < PATIENCE_MS && requests() - before < requestsSeen; waitedMs += 10) {
        if (await Promise.race([isOver, sleep(10, false)])) return false;
      }
      await sleep(momentMs);
      child.kill('SIGKILL');
      return (await ended).exitCode !== 0;
    }

    it(`end as if it had not been, after ${KILLS} kills at random moments (seed ${SEED})`, async () => {
      let killed = 0;
      for (let count = 0; count < KILLS; count += 1) {
        const wasKilled = await kill(['sync'], REQUESTS_SEEN, random.between(0, 200));
        killed += Number(wasKilled);
      }
      expect(killed).toBeGreaterThanOrEqual(KILLS / 2);
      await shop.sync();
      await expectPeople(shop, `NOT (${IN_CONFLICT})`);
      expect(shop.sandbox.admin.people()).toHaveLength(PEOPLE + GUESTS);
      const { report } = await shop.project.json(['identity', 'report']);
      expect(report.counts).toEqual([
        { code: 'email_on_two_people', detail: 'email', conflicts: PAIRS, people: 2 * PAIRS },
      ]);
    });

    it('also when merges are killed, and then nothing is left to do', async () => {
      const file = `${shop.project.folder}/merges.yml`;
      await shop.project.run(['identity', 'report', '--out', file]);
      for (const momentMs of [random.between(0, 140), random.between(150, 260)]) {
        await kill(['identity', 'merge', file], 1, momentMs);
      }
      const { merges } = await shop.project.json(['identity', 'merge', file]);
      expect(merges).toHaveLength(PAIRS);
      for (const { outcome } of merges) expect(['merged', 'joined']).toContain(outcome);
      await shop.sync();
      await expectPeople(shop, 'id % 30 <> 2');
      expect(shop.sandbox.admin.people()).toHaveLength(PEOPLE - PAIRS + GUESTS);
      await expectOrders(shop);
      expect(shop.sandbox.admin.activities('failed_attribute_change')).toEqual([]);
      const tallies = shop.sandbox.admin.counters().inside as Readonly<Record<string, number>>;
      expect(tallies['people_created_by_events'] ?? 0).toBe(0);
      expect((await shop.project.run(['sync'])).stdout).toContain('Nothing to send');
    });
  },
  { flavours: ['mariadb'] },
);

const DIGITS = Array.from({ length: 10 }, (_, digit) => `SELECT ${digit} AS d`).join(' UNION ALL ');

/** New addresses, shared ones, new names, keys of devices, orders by every kind of key, and guests. */
async function changeEverything({ database }: IdentityShop): Promise<void> {
  const order = (name: string, email: string, device: string, where: string): string =>
    `INSERT INTO orders SELECT CONCAT('${name}', id), NULL, ${email}, ${device}, NULL, UTC_TIMESTAMP(), 9.50
       FROM customers WHERE ${where}`;
  await database.execute(
    "UPDATE customers SET email = CONCAT('new', id, '@x.example') WHERE id % 3 = 0",
    "UPDATE customers SET email = CONCAT('p', id - 1, '@x.example') WHERE id % 30 = 2",
    "UPDATE customers SET name = CONCAT('m', name)",
    "INSERT INTO logins SELECT id, NULL, NULL, CONCAT('dev-', id) FROM customers WHERE id % 5 = 0",
    order('mail-', 'email', 'NULL', 'id % 7 = 0 OR id % 30 = 1'),
    order('device-', 'NULL', "CONCAT('dev-', id)", 'id % 5 = 0'),
    order('guest-', "CONCAT('guest', id, '@x.example')", 'NULL', `id <= ${GUESTS}`),
  );
}

/** These people stand at Customer.io as they do in MySQL. */
async function expectPeople({ database, sandbox }: IdentityShop, where: string): Promise<void> {
  const rows = await database.execute(
    `SELECT id, email, LEFT(name, 2) AS name FROM customers WHERE ${where}`,
  );
  const held = new Map(sandbox.admin.people().map((person) => [person.id, person]));
  const seen = rows.map(({ id }) => {
    const person = held.get(String(id));
    return { id, email: person?.email, name: String(person?.attributes['name']).slice(0, 2) };
  });
  expect(seen).toEqual(rows.map((row) => ({ ...row })));
}

/** Every order once, and whose it is. */
async function expectOrders({ database, sandbox }: IdentityShop): Promise<void> {
  const rows = await database.execute('SELECT order_id FROM orders');
  const expected = rows.map(({ order_id }) => {
    const [kind, id] = String(order_id).split('-');
    // Whoever shared an address was merged into the person before.
    const person = Number(id) % 30 === 2 ? Number(id) - 1 : id;
    return [String(order_id), kind === 'guest' ? `guest${id}@x.example` : String(person)];
  });
  expect(sandbox.admin.events()).toHaveLength(rows.length);
  expect(ordersOf(sandbox)).toEqual(Object.fromEntries(expected));
}
