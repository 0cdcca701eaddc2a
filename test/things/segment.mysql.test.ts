import { afterEach, beforeEach, expect, it } from 'vitest';
import { describeOnServers } from '../servers/servers.ts';
import { openThingShop, type ThingShop } from './thing-shop.ts';

const VIPS_YML = `kind: segment
segment_id: 7
person: { id: customer_id }
`;

const SEGMENTS = [
  { id: 7, name: 'VIPs', type: 'manual' },
  { id: 8, name: 'Many points', when: { attribute: 'points', gt: 5 } },
] as const;

describeOnServers('members of a manual segment', (server) => {
  let shop: ThingShop;

  beforeEach(async () => {
    shop = await openThingShop(server);
    shop.sandbox.admin.define({ segments: SEGMENTS });
    await shop.database.execute("INSERT INTO staff VALUES ('1', NULL, 'x', NULL), ('2', NULL, 'y', NULL)");
    await shop.model('vips', VIPS_YML, 'SELECT customer_id FROM staff');
  });
  afterEach(() => shop.close());

  const members = () =>
    shop.sandbox.admin
      .members(7)
      .map(({ id }) => id)
      .toSorted();

  it('come and go with their rows; whoever stands there twice is in it once', async () => {
    await shop.database.execute("INSERT INTO staff VALUES ('1', NULL, 'z', NULL), ('99', NULL, 'z', NULL)");
    expect(await shop.sync('vips')).toMatchObject({
      rows: 4,
      accepted: 2,
      unchanged: 1,
      held: 1,
      requests: 1,
    });
    expect(members()).toEqual(['1', '2']);
    shop.sent();
    expect(await shop.sync('vips')).toMatchObject({ operations: 0 });
    await shop.database.execute(
      "DELETE FROM staff WHERE customer_id IN ('1', '99')",
      "INSERT INTO staff VALUES ('3', NULL, '', NULL)",
    );
    expect(await shop.sync('vips')).toMatchObject({ rows: 2, removals: 1, accepted: 2 });
    expect(shop.sent().toSorted()).toEqual(['7 add_customers 3', '7 remove_customers 1']);
    expect(members()).toEqual(['2', '3']);
    await shop.database.execute('DELETE FROM staff');
    expect(await shop.sync('vips')).toMatchObject({ rows: 0, removals: 2, accepted: 2 });
    expect(members()).toEqual([]);
  });

  it('may be many: a thousand a request', async () => {
    await shop.database.execute(
      'CREATE TABLE digits (n INT)',
      'INSERT INTO digits VALUES (0),(1),(2),(3),(4),(5),(6),(7),(8),(9)',
      'INSERT INTO customers (id) SELECT 10000 + a.n * 1000 + b.n * 100 + c.n * 10 + d.n FROM digits a, digits b, digits c, digits d',
      'INSERT INTO customers (id) SELECT id + 10000 FROM customers WHERE id >= 10000',
      'INSERT INTO customers (id) SELECT id + 20000 FROM customers WHERE id BETWEEN 10000 AND 14999',
    );
    await shop.model('vips', VIPS_YML, 'SELECT id AS customer_id FROM customers WHERE id >= 10000');
    expect(await shop.sync('vips')).toMatchObject({ rows: 25_000, accepted: 25_000 });
    expect(members()).toHaveLength(25_000);
    const calls = shop.sandbox.admin.requests().filter(({ path }) => path.includes('add_customers'));
    expect(calls.length).toBeLessThanOrEqual(30);
    await shop.database.execute('DELETE FROM customers WHERE id >= 12500');
    await expect(shop.run()).rejects.toMatchObject({
      code: 'removals_over_limit',
      message: 'vips: 22500 of 25000 delivered members would be removed; `max_removals` is 10 % and 10',
    });
  });

  it('a segment that is not there, or data-driven, is told before anything is sent', async () => {
    for (const [id, message] of [
      ['8', /models\/vips.yml:2:13.*segment 8 is data-driven/],
      ['9', /segment 9 does not exist/],
    ] as const) {
      await shop.model('vips', VIPS_YML.replace('7', id), 'SELECT customer_id FROM staff');
      const error = await shop.run().catch((reason: unknown) => reason);
      expect(error).toMatchObject({ code: 'segment_unusable', exitCode: 2 });
      const [problem] = (
        error as { problems: { file: string; line: number; column: number; message: string }[] }
      ).problems;
      expect(`${problem?.file}:${problem?.line}:${problem?.column}: ${problem?.message}`).toMatch(message);
      expect(shop.sent()).toEqual([]);
    }
  });
});

describeOnServers('members of a segment, without an App API key', (server) => {
  let shop: ThingShop;
  afterEach(() => shop.close());

  it('are refused with what Customer.io says, and tried again', async () => {
    shop = await openThingShop(server, { hasAppKey: false });
    await shop.database.execute("INSERT INTO staff VALUES ('1', NULL, 'x', NULL), ('2', NULL, 'y', NULL)");
    await shop.model('vips', VIPS_YML, 'SELECT customer_id FROM staff');
    expect(await shop.sync('vips')).toMatchObject({ rejected: 2, accepted: 0 });
    shop.sandbox.admin.define({ segments: SEGMENTS });
    expect(await shop.sync('vips')).toMatchObject({ rejected: 0, accepted: 2 });
  });
});

const DEVICES_YML = `kind: devices
person: { id: customer_id }
token: company_id
platform: job
removed: remove
last_used: used_at
attributes:
  model: { type: string, when_null: clear }
`;

describeOnServers('devices', (server) => {
  let shop: ThingShop;
  afterEach(() => shop.close());

  it('are added, changed and removed with their rows, whatever is in the token', async () => {
    shop = await openThingShop(server);
    const { database } = shop;
    await database.execute(
      `INSERT INTO staff VALUES ('1', NULL, 'a"b\\\\c:😀', 'ios'), ('2', NULL, 'tok2', 'android'), ('3', NULL, 'tok3', 'windows')`,
    );
    await shop.model(
      'devices',
      DEVICES_YML,
      "SELECT customer_id, company_id, job, CAST('2026-01-01' AS DATETIME) AS used_at, NULLIF(email, '') AS model FROM staff",
    );
    expect(await shop.sync('devices')).toMatchObject({ rows: 3, accepted: 2, faults: 1 });
    const devices = async (id: string) => {
      const answer = await fetch(`${shop.sandbox.url}/v1/customers/${id}/attributes`, {
        headers: { authorization: `Bearer ${shop.sandbox.credentials.appKey}` },
      });
      return ((await answer.json()) as { customer: { devices: unknown[] } }).customer.devices;
    };
    expect(await devices('1')).toMatchObject([
      { id: 'a"b\\c:😀', platform: 'ios', last_used: 1_767_225_600 },
    ]);
    await database.execute(
      "UPDATE staff SET email = 'Pixel' WHERE customer_id = '2'",
      "DELETE FROM staff WHERE customer_id = '1'",
    );
    shop.sent();
    expect(await shop.sync('devices')).toMatchObject({ removals: 1, accepted: 2 });
    expect(shop.sent().toSorted()).toEqual(['add_device 2', 'delete_device 1']);
    expect(await devices('1')).toEqual([]);
    expect(await devices('2')).toMatchObject([{ id: 'tok2', platform: 'android' }]);
    expect(await shop.sync('devices')).toMatchObject({ operations: 0 });
  });
});
