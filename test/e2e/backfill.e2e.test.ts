import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeOnServers } from '../servers/servers.ts';
import { finished } from '../support/test-project.ts';
import { openSmallShop, type SmallShop } from './shop-project.ts';

const DAY_MS = 86_400_000;
const day = (daysAgo: number) => new Date(Date.now() - daysAgo * DAY_MS).toISOString().slice(0, 10);
const FROM = day(400);
const TO = day(-1);
const PERIOD = ['--from', FROM, '--to', TO];

const CONFIRMATION = { id: 3, name: 'Order confirmation', trigger: { event: 'order_placed' } };
const OTHER = { id: 5, name: 'Other', trigger: { event: 'refund_issued' } };

const batches = (shop: SmallShop) =>
  shop.sandbox.admin.requests().filter(({ path }) => path === '/api/v2/batch').length;
const delivered = (shop: SmallShop) => shop.sandbox.admin.events('order_placed');

/** Old orders of three people, one every four hours from 200 days ago on; the last three are young. */
async function fillOrders(shop: SmallShop, old: number, young: number): Promise<void> {
  const numbers = Array.from({ length: old }, (_, index) => index);
  await shop.database.execute(
    `INSERT INTO orders VALUES ${numbers.map((n) => `('old-${n}', ${(n % 3) + 1}, UTC_TIMESTAMP() - INTERVAL ${200 * 24 - n * 4} HOUR, 10)`).join(',')}`,
  );
  for (let n = 0; n < young; n += 1) {
    await shop.database.execute(
      `INSERT INTO orders VALUES ('young-${n}', 1, UTC_TIMESTAMP() - INTERVAL ${50 - n} HOUR, 10)`,
    );
  }
}

describeOnServers('a backfill', (server) => {
  let shop: SmallShop;

  beforeAll(async () => {
    shop = await openSmallShop(server);
    await fillOrders(shop, 997, 3);
    expect((await shop.project.json(['sync'])).exitCode).toBe(0);
    shop.sandbox.admin.define({ campaigns: [CONFIRMATION, OTHER] });
  });

  afterAll(() => shop.close());

  it('is refused with the young rows named, and nothing is sent', async () => {
    const before = batches(shop);
    const { exitCode, stdout, stderr } = await shop.project.run([
      'backfill',
      'order_placed',
      ...PERIOD,
      '--apply',
    ]);
    expect(exitCode).toBe(3);
    expect(stdout).toMatch(/1,000 rows: 1,000 to send/);
    expect(stdout).toMatch(/3 younger than 73 hours/);
    for (const key of ['young-0', 'young-1', 'young-2']) expect(stdout).toContain(key);
    expect(stdout).toMatch(/3 +Order confirmation +listens to order_placed +0 journeys/);
    expect(stdout).toMatch(/5 +Other +not concerned/);
    expect(stderr).toMatch(/error\[backfill_refused\]: 3 of 1000 events .*Order confirmation \(3\)/);
    expect(batches(shop)).toBe(before);
    expect(delivered(shop)).toEqual([]);
  });

  it('sends exactly the old ones with the end that the refusal tells, and starts nothing', async () => {
    const refused = await shop.project.json(['backfill', 'order_placed', ...PERIOD]);
    expect(refused).toMatchObject({ exitCode: 3, error: { code: 'backfill_refused' } });
    const to = /--to (\S+Z)/.exec(refused.error.hint)?.[1] ?? '';
    const { exitCode, run } = await shop.project.json([
      'backfill',
      'order_placed',
      '--from',
      FROM,
      '--to',
      to,
      '--apply',
    ]);
    expect(exitCode).toBe(0);
    expect(run.models).toMatchObject([
      {
        model: 'orders',
        accepted: 997,
        backfill: { journeys: { started: [{ campaign: 3, name: 'Order confirmation', started: 0 }] } },
      },
    ]);
    const events = delivered(shop);
    expect(events).toHaveLength(997);
    expect(events.every(({ attributes }) => attributes['backfilled'] === true)).toBe(true);
    const times = events.map(({ timestamp }) => timestamp);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(shop.sandbox.admin.journeys()).toEqual([]);
    const { stdout } = await shop.project.run(['history', run.runId]);
    expect(stdout).toMatch(/millrace backfill order_placed --from/);
    expect(stdout).toMatch(/Journeys started by these events: 0/);
  });

  it('sends nothing twice, and the normal run calls nothing changed', async () => {
    const again = await shop.project.json(['backfill', 'order_placed', ...PERIOD]);
    expect(again.plan.models).toMatchObject([{ unchanged: 997, operations: 3 }]);
    const { run } = await shop.project.json(['sync', '--select', 'orders']);
    expect(run.models).toMatchObject([{ model: 'orders', accepted: 0, changedAfterDelivery: 0 }]);
    expect(delivered(shop)).toHaveLength(997);
  });

  it('is not understood without a period, and names what is wrong with it', async () => {
    const wrong = await shop.project.run(['backfill', 'order_placed', '--from', TO, '--to', FROM]);
    expect(wrong).toMatchObject({ exitCode: 2, stderr: expect.stringMatching(/must lie before/) });
    const zoneless = await shop.project.run([
      'backfill',
      'orders',
      '--from',
      FROM,
      '--to',
      '2026-01-01 10:00',
    ]);
    expect(zoneless).toMatchObject({ exitCode: 2, stderr: expect.stringMatching(/2025-01-31T08:00:00Z/) });
  });
});

describeOnServers('a backfill that is killed', (server) => {
  let shop: SmallShop;

  beforeAll(async () => {
    shop = await openSmallShop(server);
    await fillOrders(shop, 997, 0);
    expect((await shop.project.json(['sync'])).exitCode).toBe(0);
  });

  afterAll(() => shop.close());

  it('goes on with the same command, and sends nothing twice', async () => {
    const command = ['backfill', 'order_placed', ...PERIOD, '--apply'];
    const child = shop.project.start([...command, '--rate', '100']);
    const ended = finished(child);
    await expect.poll(() => delivered(shop).length, { timeout: 60_000 }).toBeGreaterThan(100);
    child.kill('SIGKILL');
    await ended;
    const before = delivered(shop).length;
    expect(before).toBeLessThan(997);
    const { exitCode, run } = await shop.project.json(command);
    expect(exitCode).toBe(0);
    // What was in flight when it died is sent again, and Customer.io knows its ids.
    expect(run.models[0].unchanged).toBeGreaterThan(0);
    expect(run.models[0].accepted + run.models[0].unchanged).toBe(997);
    const orders = delivered(shop).map(({ attributes }) => attributes['order_id']);
    expect(orders).toHaveLength(997);
    expect(new Set(orders).size).toBe(997);
  });
});
