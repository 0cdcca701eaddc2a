import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { seededRandom } from '../../src/demo/seeded-random.ts';
import { type RunningSandbox, startSandbox } from '../../src/sandbox/start-sandbox.ts';
import { createDatabase, describeOnServers, type TestDatabase } from '../servers/servers.ts';
import { makeBigShop, writeBigShopProject } from '../support/big-shop.ts';
import { emptyProject, finished, type TestProject } from '../support/test-project.ts';

const PEOPLE = 20_000;
const EVENTS = 20_000;
const KILLS = Number(process.env['MILLRACE_TEST_KILLS'] ?? 10);
const SEED = Number(process.env['MILLRACE_TEST_SEED'] ?? 20_261_123);

/** Longer than a run takes to its first request on a busy machine. */
const PATIENCE_MS = 30_000;

/** Requests in flight at once (the default), and about how many of these items fit into one. */
const IN_FLIGHT = 4;
const ITEMS_PER_BATCH_MAX = 3500;

describeOnServers('a sync that is killed', (server) => {
  let database: TestDatabase;
  let sandbox: RunningSandbox;
  let project: TestProject;

  beforeAll(async () => {
    database = await createDatabase(server);
    await makeBigShop(database, PEOPLE, EVENTS);
    sandbox = await startSandbox();
    // Slow enough that a kill meets requests under way.
    sandbox.admin.setFaults({ match: { path: '/api/v2/batch' }, action: { kind: 'delay', delayMs: 250 } });
    project = emptyProject({ mysqlUrl: database.url, trackUrl: sandbox.url });
    await writeBigShopProject(project);
  });

  afterAll(async () => {
    project.remove();
    await sandbox.close();
  });

  it(`ends in the same state as one that was not, after ${KILLS} kills at random moments (seed ${SEED})`, async () => {
    const random = seededRandom(SEED);
    let killsWhileSending = 0;
    for (let kill = 0; kill < KILLS; kill += 1) {
      const child = project.start(['sync', '--history-from', '2020-01-01']);
      const ended = finished(child);
      // Every other run is met at work, however long it took to get there; the others anywhere.
      if (kill % 2 === 0) await sleep(random.between(700, 2800));
      else await atWork(sandbox, random.between(0, 600));
      child.kill('SIGKILL');
      await ended;
      if (isPartlySent(sandbox)) killsWhileSending += 1;
    }
    expect(killsWhileSending).toBeGreaterThan(0);
    const { exitCode, run } = await project.json(['sync', '--history-from', '2020-01-01']);
    expect(exitCode).toBe(0);
    expect(run.models.map((model: { notSent: number }) => model.notSent)).toEqual([0, 0]);
    await expectEqualToMysql(database, sandbox);
    expectFewSentAgain(sandbox);
  });

  it('has nothing left to send afterwards', async () => {
    const { run } = await project.json(['sync']);
    expect(run.models).toMatchObject([
      { model: 'people', unchanged: PEOPLE, operations: 0 },
      { model: 'order_placed', unchanged: EVENTS, operations: 0 },
    ]);
  });
});

/** Waits until a request has come, and a moment more. */
async function atWork({ admin }: RunningSandbox, momentMs: number): Promise<void> {
  const batches = (): number => admin.requests().filter(({ path }) => path === '/api/v2/batch').length;
  const before = batches();
  for (let waitedMs = 0; waitedMs < PATIENCE_MS && batches() === before; waitedMs += 20) await sleep(20);
  await sleep(momentMs);
}

function isPartlySent(sandbox: RunningSandbox): boolean {
  const { people, events } = sandbox.admin.info();
  return people > 0 && people + events < PEOPLE + EVENTS;
}

async function expectEqualToMysql(database: TestDatabase, sandbox: RunningSandbox): Promise<void> {
  const rows = await database.execute(
    'SELECT id, email, total_orders, lifetime_value + 0 AS value, UNIX_TIMESTAMP(last_order_at) AS at, vip_tier FROM people ORDER BY id',
  );
  const held = new Map(sandbox.admin.people().map((person) => [person.id, person]));
  expect(held.size).toBe(PEOPLE);
  for (const row of rows) {
    const person = held.get(String(row['id']));
    const expected = {
      email: row['email'],
      total_orders: Number(row['total_orders']),
      lifetime_value: Number(row['value']),
      vip_tier: row['vip_tier'] ?? undefined,
    };
    const { total_orders, lifetime_value, vip_tier } = person?.attributes ?? {};
    if (
      JSON.stringify({ email: person?.email, total_orders, lifetime_value, vip_tier }) ===
      JSON.stringify(expected)
    )
      continue;
    expect({ email: person?.email, total_orders, lifetime_value, vip_tier }).toEqual(expected);
  }
  const events = sandbox.admin.events();
  expect(events).toHaveLength(EVENTS);
  expect(new Set(events.map(({ attributes }) => attributes['order_id'])).size).toBe(EVENTS);
  expect(sandbox.admin.activities('failed_attribute_change')).toEqual([]);
}

/** Deduplication must not hide that things are sent again: only what was in flight at a kill may be. */
function expectFewSentAgain(sandbox: RunningSandbox): void {
  const batches = sandbox.admin.requests().filter(({ path }) => path === '/api/v2/batch');
  const received = batches.reduce((sum, { items }) => sum + items, 0);
  const sentAgain = received - PEOPLE - EVENTS;
  expect(sentAgain).toBeGreaterThanOrEqual(0);
  expect(sentAgain).toBeLessThanOrEqual(KILLS * IN_FLIGHT * ITEMS_PER_BATCH_MAX);
}
