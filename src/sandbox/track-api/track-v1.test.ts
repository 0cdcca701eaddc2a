import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { caseName } from '../cases/case-name.ts';
import { type RunningSandbox, startSandbox } from '../start-sandbox.ts';
import { keepDescription } from '../testing/keep-description.ts';
import { connectTo, type Reply, type SandboxClient } from '../testing/sandbox-client.ts';

let sandbox: RunningSandbox;
let client: SandboxClient;

beforeAll(async () => {
  sandbox = await startSandbox({
    requestLog: 'bodies',
    clock: { startAtMs: Date.UTC(2026, 10, 23, 12), rate: 0 },
  });
  client = connectTo(sandbox);
});
beforeEach(() => sandbox.admin.reset());
keepDescription(() => sandbox);
afterAll(async () => {
  await client.close();
  await sandbox.close();
});

const identify = (path: string, body: unknown) => client.track('PUT', `/api/v1/customers/${path}`, body);
const event = (path: string, body: unknown) => client.track('POST', `/api/v1/customers/${path}/events`, body);
const post = (path: string, body?: unknown) => client.track('POST', `/api/v1/customers/${path}`, body);

function expectSuccess(reply: Reply): void {
  expect(reply.status).toBe(200);
  expect(reply.text).toBe('{}\n');
}

function messagesOf(reply: Reply): readonly string[] {
  return (reply.json as { meta: { errors: string[] } }).meta.errors;
}

function types(): readonly string[] {
  return sandbox.admin.activities().map((activity) => activity.type);
}

function failedAttributes(): readonly string[] {
  return sandbox.admin
    .activities('failed_attribute_change')
    .flatMap((activity) => Object.keys(activity.data));
}

describe('authentication and region', () => {
  const calls = [
    ['PUT', '/api/v1/customers/42'],
    ['POST', '/api/v1/customers/42/events'],
    ['POST', '/api/v2/batch'],
    ['POST', '/api/v2/entity'],
    ['GET', '/api/v1/accounts/region'],
  ] as const;

  test.each(calls)(caseName(1, '%s %s without a key is 401 and changes nothing'), async (method, path) => {
    expect((await client.track(method, path, method === 'GET' ? undefined : '{}', {})).status).toBe(401);
    expect(sandbox.admin.info().people).toBe(0);
  });

  test(caseName(2, 'a wrong key is 401'), async () => {
    const wrong = { authorization: `Basic ${Buffer.from('sandbox-site:wrong').toString('base64')}` };
    expect((await client.track('PUT', '/api/v1/customers/42', '{}', wrong)).status).toBe(401);
    expect(sandbox.admin.info().people).toBe(0);
  });

  test(caseName(3, 'the App key is no Track key'), async () => {
    const bearer = { authorization: 'Bearer sandbox-app' };
    const basic = { authorization: `Basic ${Buffer.from('sandbox-app:').toString('base64')}` };
    expect((await client.track('PUT', '/api/v1/customers/42', '{}', bearer)).status).toBe(401);
    expect((await client.track('PUT', '/api/v1/customers/42', '{}', basic)).status).toBe(401);
  });

  test(caseName(4, 'the region names this sandbox and its environment'), async () => {
    const reply = await client.track('GET', '/api/v1/accounts/region');
    expect(reply.json).toEqual({
      url: sandbox.url,
      region: 'us',
      environment_id: sandbox.admin.info().environment_id,
    });
  });
});

describe('identify', () => {
  test(caseName(7, 'an unknown person is created'), async () => {
    const reply = await identify('42', { email: 'a@x.com', plan: 'pro' });
    expectSuccess(reply);
    expect(reply.headers['content-type']).toBe('application/json; charset=utf-8');
    expect(reply.headers['content-length']).toBe('3');
    expect(sandbox.admin.person({ id: '42' })).toMatchObject({
      id: '42',
      email: 'a@x.com',
      attributes: { plan: 'pro' },
    });
    expect(sandbox.admin.person({ id: '42' })?.cio_id).toMatch(/^[0-9a-f]{10}$/);
    expect(types()).toEqual(['attribute_change', 'profile_create']);
    expect(sandbox.admin.activities('attribute_change')[0]?.data).toEqual({
      id: { from: '', to: '42' },
      email: { from: '', to: 'a@x.com' },
      plan: { from: '', to: 'pro' },
    });
  });

  test(caseName(9, 'a path that holds an address is an e-mail address'), async () => {
    await identify('a%40x.com', { id: '42' });
    expect(sandbox.admin.person({ id: '42' })?.email).toBe('a@x.com');
  });

  test(caseName(10, 'e-mail addresses are compared without regard to case, ids with'), async () => {
    await identify('a%40x.com', { n: 1 });
    await identify('A%40X.COM', { n: 2 });
    await identify('abc', {});
    await identify('ABC', {});
    expect(sandbox.admin.person({ email: 'a@X.com' })).toMatchObject({
      email: 'a@x.com',
      attributes: { n: 2 },
    });
    expect(sandbox.admin.info().people).toBe(3);
  });

  test(caseName(13, 'a new id with the e-mail of a person without id gives that person the id'), async () => {
    await identify('a%40x.com', { plan: 'free' });
    await identify('42', { email: 'A@x.com', plan: 'pro' });
    expect(sandbox.admin.people()).toHaveLength(1);
    expect(sandbox.admin.person({ id: '42' })).toMatchObject({
      email: 'a@x.com',
      attributes: { plan: 'pro' },
    });
  });

  test(
    caseName(13, 'a new e-mail with the id of a person without e-mail gives that person the e-mail'),
    async () => {
      await identify('42', {});
      await identify('a%40x.com', { id: '42' });
      expect(sandbox.admin.people()).toHaveLength(1);
      expect(sandbox.admin.person({ id: '42' })?.email).toBe('a@x.com');
    },
  );

  test(
    caseName(13, 'a new id with the e-mail of a person who has another id updates that person; the id fails'),
    async () => {
      await identify('1', { email: 'a@x.com' });
      expectSuccess(await identify('2', { email: 'a@x.com', plan: 'pro' }));
      expect(sandbox.admin.people()).toHaveLength(1);
      expect(sandbox.admin.person({ id: '1' })?.attributes).toEqual({ plan: 'pro' });
      expect(failedAttributes()).toEqual(['id']);
    },
  );

  test(
    caseName(13, 'the same with newIdTakenEmail create_person makes a second person without e-mail'),
    async () => {
      sandbox.admin.setSwitches({ newIdTakenEmail: 'create_person' });
      await identify('1', { email: 'a@x.com' });
      await identify('2', { email: 'a@x.com' });
      expect(sandbox.admin.person({ id: '2' })?.email).toBeNull();
      expect(failedAttributes()).toEqual(['email']);
    },
  );

  test(
    caseName(14, 'id and e-mail of two whole people: neither changes, the failure is logged'),
    async () => {
      await identify('1', { email: 'a@x.com' });
      await identify('2', { email: 'b@x.com' });
      expectSuccess(await identify('1', { email: 'b@x.com', plan: 'pro' }));
      expect(sandbox.admin.person({ id: '1' })).toMatchObject({
        email: 'a@x.com',
        attributes: { plan: 'pro' },
      });
      expect(sandbox.admin.person({ id: '2' })).toMatchObject({ email: 'b@x.com', attributes: {} });
      expect(sandbox.admin.activities('failed_attribute_change')[0]).toMatchObject({
        customer_id: '1',
        data: {
          email: {
            reason: 'The identifier is already associated with a different profile.',
            value: 'b@x.com',
          },
        },
      });
    },
  );

  test(caseName(14, 'with identifierConflict nothing_applies the other attributes fail too'), async () => {
    sandbox.admin.setSwitches({ identifierConflict: 'nothing_applies' });
    await identify('1', { email: 'a@x.com' });
    await identify('1', { email: 'b@x.com', plan: 'pro' });
    expect(sandbox.admin.person({ id: '1' })?.attributes).toEqual({});
    expect(failedAttributes()).toEqual(['email', 'plan']);
  });

  test(caseName(15, 'two halves of a person are merged, the older stays'), async () => {
    await identify('b%40x.com', { plan: 'old', city: 'Bonn' });
    const older = sandbox.admin.person({ email: 'b@x.com' });
    await identify('1', { plan: 'new' });
    await identify('1', { email: 'b@x.com', tier: 'gold' });
    expect(sandbox.admin.people()).toHaveLength(1);
    expect(sandbox.admin.person({ id: '1' })).toMatchObject({
      cio_id: older?.cio_id,
      email: 'b@x.com',
      attributes: { plan: 'old', city: 'Bonn', tier: 'gold' },
    });
    expect(types()).toContain('profile_merge');
    expect(failedAttributes()).toEqual([]);
  });

  test(caseName(16, 'without autoMerge they stay two and the e-mail fails'), async () => {
    sandbox.admin.setSwitches({ autoMerge: false });
    await identify('b%40x.com', {});
    await identify('1', {});
    await identify('1', { email: 'b@x.com' });
    expect(sandbox.admin.people()).toHaveLength(2);
    expect(sandbox.admin.person({ id: '1' })?.email).toBeNull();
    expect(failedAttributes()).toEqual(['email']);
  });

  test(caseName(17, 'an e-mail that is set does not change under the id'), async () => {
    await identify('42', { email: 'old@x.com' });
    expectSuccess(await identify('42', { email: 'new@x.com', plan: 'pro' }));
    expect(sandbox.admin.person({ id: '42' })).toMatchObject({
      email: 'old@x.com',
      attributes: { plan: 'pro' },
    });
    expect(failedAttributes()).toEqual(['email']);
  });

  test(
    caseName(18, 'with allowEmailUpdateWithId it does, unless somebody else has the address'),
    async () => {
      sandbox.admin.setSwitches({ allowEmailUpdateWithId: true });
      await identify('42', { email: 'old@x.com' });
      await identify('43', { email: 'taken@x.com' });
      await identify('42', { email: 'new@x.com' });
      expect(sandbox.admin.person({ id: '42' })?.email).toBe('new@x.com');
      expect(sandbox.admin.person({ email: 'old@x.com' })).toBeUndefined();
      await identify('42', { email: 'taken@x.com' });
      expect(sandbox.admin.person({ id: '42' })?.email).toBe('new@x.com');
      expect(failedAttributes()).toEqual(['email']);
    },
  );

  test(caseName(18, 'an identifier that is set never changes without cio_id, and does with it'), async () => {
    await identify('42', { email: 'old@x.com' });
    await identify('old%40x.com', { id: '43' });
    expect(failedAttributes()).toEqual(['id']);
    const cioId = sandbox.admin.person({ id: '42' })?.cio_id;
    await identify(`cio_${cioId}`, { id: '43', email: 'new@x.com' });
    expect(sandbox.admin.people()).toMatchObject([{ id: '43', email: 'new@x.com', cio_id: cioId }]);
  });

  test('an address that is no address fails after the 200, and the rest applies', async () => {
    expectSuccess(await identify('42', { email: 'nobody', plan: 'pro' }));
    expect(sandbox.admin.person({ id: '42' })).toMatchObject({ email: null, attributes: { plan: 'pro' } });
    expect(failedAttributes()).toEqual(['email']);
  });

  test(caseName(20, 'an unknown cio_id is dropped'), async () => {
    expectSuccess(await identify('cio_doesnotexist', { plan: 'pro' }));
    expect(sandbox.admin.info().people).toBe(0);
    expect(sandbox.admin.activities()).toEqual([]);
    expect(sandbox.admin.counters().inside).toEqual({ dropped_for_unknown_cio_id: 1 });
  });

  test(caseName(21, '_update creates nobody and leaves a failure'), async () => {
    expectSuccess(await identify('42', { _update: true, plan: 'x' }));
    expect(sandbox.admin.info().people).toBe(0);
    expect(sandbox.admin.activities('failed_attribute_change')).toMatchObject([
      { customer_id: '42', data: { plan: { value: 'x' } } },
    ]);
    await identify('42', {});
    await identify('42', { _update: true, plan: 'x' });
    expect(sandbox.admin.person({ id: '42' })?.attributes).toEqual({ plan: 'x' });
  });

  test(caseName(22, '300 attributes are taken, 301 are not'), async () => {
    const attributes = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, at) => [`a${at}`, at]));
    expectSuccess(await identify('1', attributes(300)));
    const reply = await identify('2', attributes(301));
    expect(reply.status).toBe(400);
    expect(messagesOf(reply)).toEqual(['cannot identify more than 300 attributes in one request']);
    expect(sandbox.admin.people()).toHaveLength(1);
  });

  test(caseName(22, 'a person’s 301st attribute fails, the others of the call apply'), async () => {
    await identify('1', Object.fromEntries(Array.from({ length: 299 }, (_, at) => [`a${at}`, at])));
    expectSuccess(await identify('1', { a0: 'changed', b: 1, c: 1 }));
    expect(sandbox.admin.person({ id: '1' })?.attributes).toMatchObject({ a0: 'changed', b: 1 });
    expect(failedAttributes()).toEqual(['c']);
  });

  test(caseName(23, 'names are limited to 150 bytes, not characters'), async () => {
    expectSuccess(await identify('1', { ['ü'.repeat(75)]: 1 }));
    const reply = await identify('1', { [`${'ü'.repeat(75)}x`]: 1 });
    expect(reply.status).toBe(400);
    expect(messagesOf(reply)).toEqual(['attribute name cannot be longer than 150 bytes']);
  });

  test(caseName(24, 'one value over 1,000 bytes refuses the whole person'), async () => {
    expectSuccess(await identify('1', { token: 'x'.repeat(1000), emoji: '😀'.repeat(250) }));
    for (const token of ['x'.repeat(1001), '😀'.repeat(251), { nested: 'x'.repeat(990) }]) {
      const reply = await identify('2', { token, plan: 'pro' });
      expect(reply.status).toBe(400);
      expect(messagesOf(reply)).toEqual(["value for attribute 'token' cannot be longer than 1000 bytes"]);
    }
    expect(sandbox.admin.people()).toHaveLength(1);
  });

  test(caseName(26, 'all violations are listed together, indented'), async () => {
    const reply = await identify('1', { a: 'x'.repeat(1001), b: 'x'.repeat(1001) });
    expect(messagesOf(reply)).toHaveLength(2);
    expect(reply.text).toContain('{\n  "meta": {\n');
  });

  test(caseName(27, 'an id of 150 bytes is taken, one of 151 is not'), async () => {
    expectSuccess(await identify('x'.repeat(150), {}));
    expect((await identify('x'.repeat(151), {})).status).toBe(400);
  });

  test.each([
    [caseName(28, 'a number as id'), { id: 7 }, 'id attribute must be a string value'],
    [caseName(29, 'an empty id'), { id: '' }, 'id attribute cannot be an empty string'],
  ])('%s is refused', async (_case, body, message) => {
    const reply = await identify('1', body);
    expect(reply.status).toBe(400);
    expect(messagesOf(reply)).toEqual([message]);
  });

  test(caseName(30, 'where id is the only identifier, another id in the body is refused'), async () => {
    sandbox.admin.setSwitches({ identifiers: 'id_only' });
    const reply = await identify('1', { id: '2', token: 'x'.repeat(1001) });
    expect(messagesOf(reply)).toEqual([
      'id attribute and identifier are not the same value',
      "value for attribute 'token' cannot be longer than 1000 bytes",
    ]);
    expectSuccess(await identify('1', { id: '1' }));
  });

  test.each([[''], [null]])(caseName(31, '%j removes an attribute'), async (nothing) => {
    await identify('1', { plan: 'pro', city: 'Bonn' });
    await identify('1', { plan: nothing });
    expect(sandbox.admin.person({ id: '1' })?.attributes).toEqual({ city: 'Bonn' });
    expect(sandbox.admin.activities('attribute_change')[0]?.data).toEqual({ plan: { from: 'pro', to: '' } });
  });

  test(caseName(31, 'with emptyAttribute is_stored it stays as an empty text'), async () => {
    sandbox.admin.setSwitches({ emptyAttribute: 'is_stored' });
    await identify('1', { plan: '', city: null });
    expect(sandbox.admin.person({ id: '1' })?.attributes).toEqual({ plan: '', city: '' });
  });

  test(caseName(32, 'an update older than the newest edit is skipped'), async () => {
    await identify('1', { _timestamp: 2000, x: 1 });
    expectSuccess(await identify('1', { _timestamp: 1000, x: 0, y: 0 }));
    expect(sandbox.admin.person({ id: '1' })?.attributes).toEqual({ x: 1 });
    expect(sandbox.admin.activities('skipped_update')).toMatchObject([
      { customer_id: '1', data: { x: {}, y: {} } },
    ]);
    await identify('1', { _timestamp: 2000, x: 2 });
    expect(sandbox.admin.person({ id: '1' })?.attributes).toEqual({ x: 2 });
  });

  test(caseName(32, 'with skip_attributes only those set later keep their values'), async () => {
    sandbox.admin.setSwitches({ olderUpdate: 'skip_attributes' });
    await identify('1', { _timestamp: 2000, x: 1 });
    await identify('1', { _timestamp: 1000, x: 0, y: 0 });
    expect(sandbox.admin.person({ id: '1' })?.attributes).toEqual({ x: 1, y: 0 });
    expect(sandbox.admin.activities('skipped_update')).toMatchObject([{ data: { x: { value: '0' } } }]);
  });

  test(caseName(32, 'any two updates with timestamps end the same in either order'), async () => {
    sandbox.admin.setSwitches({ olderUpdate: 'skip_attributes' });
    await identify('1', { _timestamp: 1000, x: 1, y: 1 });
    await identify('1', { _timestamp: 2000, y: 2, z: 2 });
    await identify('2', { _timestamp: 2000, y: 2, z: 2 });
    await identify('2', { _timestamp: 1000, x: 1, y: 1 });
    expect(sandbox.admin.person({ id: '2' })?.attributes).toEqual(
      sandbox.admin.person({ id: '1' })?.attributes,
    );
  });

  test(caseName(35, 'a relationship creates its object'), async () => {
    const relationships = [{ identifiers: { object_type_id: '1', object_id: 'acme' } }];
    const body = (action: string) => ({ cio_relationships: { action, relationships } });
    expectSuccess(await identify('1', body('add_relationships')));
    expect(sandbox.admin.info().objects).toBe(1);
    expect(types()).toContain('add_relationship');
    expectSuccess(await identify('1', body('delete_relationships')));
    expect(types()).toContain('delete_relationship');
    expect((await identify('1', body('other'))).status).toBe(400);
  });

  test.each(['{"plan":', '', '[]', '"x"', '{"a":1}x', '\ufeff{}'])(
    caseName(36, '%j is refused'),
    async (body) => {
      const reply = await identify('1', body);
      expect(reply.status).toBe(400);
      expect(messagesOf(reply)).toHaveLength(1);
      expect(sandbox.admin.info().people).toBe(0);
    },
  );

  test('one topic is changed by its dotted name, all by the whole object', async () => {
    await identify('1', { cio_subscription_preferences: { topics: { topic_1: true, topic_2: true } } });
    await identify('1', { 'cio_subscription_preferences.topics.topic_2': false });
    expect(sandbox.admin.person({ id: '1' })?.attributes).toEqual({
      cio_subscription_preferences: { topics: { topic_1: true, topic_2: false } },
    });
    await identify('1', { 'cio_subscription_preferences.topics.topic_2': null });
    expect(sandbox.admin.person({ id: '1' })?.attributes).toEqual({
      cio_subscription_preferences: { topics: { topic_1: true } },
    });
    await identify('1', { cio_subscription_preferences: { topics: { topic_3: true } } });
    expect(sandbox.admin.person({ id: '1' })?.attributes).toEqual({
      cio_subscription_preferences: { topics: { topic_3: true } },
    });
  });

  test('cio_id and the time of creation are immutable', async () => {
    await identify('1', { cio_id: 'x', _created_in_customerio_at: 1, plan: 'pro' });
    expect(sandbox.admin.person({ id: '1' })?.attributes).toEqual({ plan: 'pro' });
    expect(failedAttributes()).toEqual(['cio_id', '_created_in_customerio_at']);
  });

  test('an identify that changes nothing is counted and leaves no activity', async () => {
    await identify('1', { email: 'a@x.com', plan: 'pro' });
    const before = sandbox.admin.activities().length;
    await identify('1', { email: 'a@x.com', plan: 'pro' });
    expect(sandbox.admin.activities()).toHaveLength(before);
    expect(sandbox.admin.counters().inside).toEqual({ repeated_identical_identifies: 1 });
  });

  test('in an id_only workspace e-mail is an attribute that people share and change', async () => {
    sandbox.admin.setSwitches({ identifiers: 'id_only' });
    await identify('1', { email: 'a@x.com' });
    await identify('2', { email: 'a@x.com' });
    await identify('1', { email: 'b@x.com' });
    await identify('a%40x.com', {});
    expect(sandbox.admin.people()).toMatchObject([
      { id: '1', email: 'b@x.com' },
      { id: '2', email: 'a@x.com' },
      { id: 'a@x.com', email: null },
    ]);
    expect(failedAttributes()).toEqual([]);
  });

  test('in an email_only workspace the path must be an address, and id is an attribute', async () => {
    sandbox.admin.setSwitches({ identifiers: 'email_only' });
    expect((await identify('1', {})).status).toBe(400);
    expectSuccess(await identify('a%40x.com', { id: '7' }));
    expect(sandbox.admin.people()).toMatchObject([{ id: null, email: 'a@x.com', attributes: { id: '7' } }]);
  });
});

describe('numbers', () => {
  test.each(['18446744073709551615', '12345678901234567890.123456789', '129.90', '-0.000000100'])(
    caseName(99, '%s is stored with exactly these digits'),
    async (number) => {
      expectSuccess(await identify('1', `{"n":${number},"list":[${number}]}`));
      expect(sandbox.admin.person({ id: '1' })?.literals).toEqual({ n: number, list: `[${number}]` });
      const line = await client.admin('GET', '/_sandbox/people');
      expect(line.text).toContain(`"attributes":{"n":${number},"list":[${number}]}`);
    },
  );

  test('digits of event properties are kept as well', async () => {
    await event('1', '{"name":"order_placed","data":{"total":18446744073709551615,"net":[10.10]}}');
    const line = await client.admin('GET', '/_sandbox/events');
    expect(line.text).toContain('"attributes":{"total":18446744073709551615,"net":[10.10]}');
  });
});

describe('delete, suppress, unsuppress', () => {
  test(caseName(37, 'a deleted person is gone and can be created anew'), async () => {
    await identify('42', { plan: 'pro' });
    const before = sandbox.admin.person({ id: '42' });
    expectSuccess(await client.track('DELETE', '/api/v1/customers/42'));
    expect(sandbox.admin.people()).toEqual([]);
    expect(types()[0]).toBe('profile_delete');
    await event('42', { name: 'order_placed' });
    expect(sandbox.admin.person({ id: '42' })).toMatchObject({ attributes: {} });
    expect(sandbox.admin.person({ id: '42' })?.cio_id).not.toBe(before?.cio_id);
    expectSuccess(await client.track('DELETE', '/api/v1/customers/nobody'));
  });

  test(caseName(39, 'suppressing deletes the person and blocks both identifiers'), async () => {
    await identify('42', { email: 'a@x.com' });
    expectSuccess(await post('42/suppress'));
    expect(sandbox.admin.people()).toEqual([]);
    expect(sandbox.admin.info().suppressed).toBe(1);
    await identify('42', {});
    await identify('A%40x.com', {});
    await identify('43', { email: 'a@x.com' });
    expect(sandbox.admin.people()).toEqual([]);
  });

  test(caseName(39, 'the activities of a suppressed person are redacted'), async () => {
    await identify('42', { email: 'a@x.com', secret: 'x' });
    await event('42', { name: 'order_placed', data: { secret: 'y' } });
    await post('42/suppress');
    const activities = sandbox.admin.activities();
    expect(activities.map(({ type }) => type)).toEqual([
      'profile_delete',
      'event',
      'attribute_change',
      'profile_create',
    ]);
    for (const { customer_id, customer_identifiers, data } of activities) {
      expect([customer_id, customer_identifiers.email, data]).toEqual([null, null, {}]);
    }
  });

  test(caseName(40, 'events for a suppressed identifier are ignored'), async () => {
    await post('42/suppress');
    expectSuccess(await event('42', { name: 'order_placed' }));
    expect(sandbox.admin.info()).toMatchObject({ people: 0, events: 0 });
    expect(sandbox.admin.counters().inside).toEqual({ ignored_for_suppressed_people: 1 });
  });

  test(caseName(41, 'unsuppressing one identifier frees both and restores nothing'), async () => {
    await identify('42', { email: 'a@x.com', plan: 'pro' });
    await post('42/suppress');
    expectSuccess(await post('a%40x.com/unsuppress'));
    await identify('42', {});
    expect(sandbox.admin.people()).toMatchObject([{ id: '42', email: null, attributes: {} }]);
  });

  test(caseName(41, 'it does not matter which of the two'), async () => {
    await identify('42', { email: 'a@x.com' });
    await post('a%40x.com/suppress');
    await post('42/unsuppress');
    await identify('a%40x.com', {});
    expect(sandbox.admin.people()).toMatchObject([{ id: null, email: 'a@x.com' }]);
  });
});

describe('events', () => {
  const ULID = '01DXF6DT00EHKHQQN49EQ165BD';

  test(caseName(42, 'an event is stored with the time of receipt'), async () => {
    expectSuccess(await event('42', { name: ' order_placed ', data: { total: 9.5 } }));
    expect(sandbox.admin.events()).toMatchObject([
      {
        id: null,
        name: 'order_placed',
        person: { id: '42' },
        timestamp: sandbox.admin.nowMs() / 1000,
        received_at: sandbox.admin.nowMs() / 1000,
        attributes: { total: 9.5 },
      },
    ]);
  });

  test.each([
    [caseName(43, 'no name'), {}, 'event name must not be blank'],
    [caseName(43, 'an empty name'), { name: '' }, 'event name must not be blank'],
    [caseName(43, 'a blank name'), { name: '  ' }, 'event name must not be blank'],
    [caseName(43, 'a number as name'), { name: 7 }, 'event name must be a string'],
    [
      caseName(44, 'a name of 101 bytes'),
      { name: 'x'.repeat(101) },
      'event name cannot be longer than 100 bytes',
    ],
    [
      caseName(44, 'a name of 51 characters and 102 bytes'),
      { name: 'ü'.repeat(51) },
      'event name cannot be longer than 100 bytes',
    ],
    [caseName(45, 'text as data'), { name: 'a', data: '' }, 'event data must be a hash'],
    [caseName(45, 'a list as data'), { name: 'a', data: [] }, 'event data must be a hash'],
    [
      caseName(46, 'data of 100,001 bytes'),
      { name: 'a', data: { x: 'y'.repeat(99_993) } },
      'event data cannot be longer than 100000 bytes',
    ],
  ])('%s is refused', async (_case, body, message) => {
    const reply = await event('42', body);
    expect(reply.status).toBe(400);
    expect(messagesOf(reply)).toEqual([message]);
    expect(sandbox.admin.info().events).toBe(0);
  });

  test(caseName(46, 'data of exactly 100,000 bytes is taken'), async () => {
    expectSuccess(await event('42', { name: 'a', data: { x: 'y'.repeat(99_992) } }));
  });

  test(caseName(48, 'types other than page and screen become event'), async () => {
    for (const type of ['page', 'screen', 'other', undefined]) await event('42', { name: 'n', type });
    expect(sandbox.admin.events().map((stored) => stored.type)).toEqual(['page', 'screen', 'event', 'event']);
  });

  test(caseName(49, 'the same ULID counts once, at any distance and for any person'), async () => {
    expectSuccess(await event('42', { name: 'order_placed', id: ULID }));
    sandbox.admin.setClock({ advanceMs: 400 * 86_400_000 });
    expectSuccess(await event('42', { name: 'order_placed', id: ULID }));
    expectSuccess(await event('43', { name: 'other', id: ULID.toLowerCase() }));
    expect(sandbox.admin.events()).toHaveLength(1);
    expect(sandbox.admin.counters().inside).toMatchObject({ duplicate_event_ids_ignored: 2 });
  });

  test(caseName(49, 'the window and the scope of the memory are switches'), async () => {
    sandbox.admin.setSwitches({ eventDedupeWindowSeconds: 60, eventDedupeScope: 'person' });
    await event('42', { name: 'a', id: ULID });
    await event('43', { name: 'a', id: ULID });
    sandbox.admin.setClock({ advanceMs: 60_000 });
    await event('42', { name: 'a', id: ULID });
    expect(sandbox.admin.events()).toHaveLength(2);
    sandbox.admin.setClock({ advanceMs: 1000 });
    await event('42', { name: 'a', id: ULID });
    expect(sandbox.admin.events()).toHaveLength(3);
  });

  test.each(['order_123', '81DXF6DT00EHKHQQN49EQ165BD', '01DXF6DT00EHKHQQN49EQ165BI', 7])(
    caseName(51, 'the id %j is no ULID and refused'),
    async (id) => {
      expect((await event('42', { name: 'a', id })).status).toBe(400);
    },
  );

  test(caseName(51, 'with nonUlidEventId accept, any text is a key'), async () => {
    sandbox.admin.setSwitches({ nonUlidEventId: 'accept' });
    await event('42', { name: 'a', id: 'customer-42' });
    expectSuccess(await event('42', { name: 'b', id: 'customer-42' }));
    expect(sandbox.admin.events()).toHaveLength(1);
  });

  test(caseName(52, 'without an id the same payload counts twice'), async () => {
    await event('42', { name: 'a', data: { n: 1 } });
    await event('42', { name: 'a', data: { n: 1 } });
    expect(sandbox.admin.events()).toHaveLength(2);
  });

  test(caseName(57, 'milliseconds are taken for a date far ahead, and counted'), async () => {
    await event('42', { name: 'a', timestamp: 1_772_013_598_000 });
    expect(sandbox.admin.events()[0]?.timestamp).toBe(1_772_013_598_000);
    expect(sandbox.admin.counters().inside).toMatchObject({ events_with_millisecond_timestamp: 1 });
  });

  test('a timestamp that is no number is refused, or ignored by switch', async () => {
    expect((await event('42', { name: 'a', timestamp: '2026-01-01' })).status).toBe(400);
    expect((await event('42', '{"name":"a","timestamp":1e999}')).status).toBe(400);
    sandbox.admin.setSwitches({ unreadableTimestamp: 'receipt_time' });
    expectSuccess(await event('42', { name: 'a', timestamp: '2026-01-01' }));
    expect(sandbox.admin.events()[0]?.timestamp).toBe(sandbox.admin.nowMs() / 1000);
  });

  test(caseName(58, 'an event for an id nobody has makes a person with only that id'), async () => {
    await event('42', { name: 'a' });
    expect(sandbox.admin.people()).toMatchObject([{ id: '42', email: null, attributes: {} }]);
    expect(types()).toEqual(['event', 'profile_create']);
  });

  test(caseName(58, 'with unknownPersonEvent drop it is lost, and a failure is logged'), async () => {
    sandbox.admin.setSwitches({ unknownPersonEvent: 'drop' });
    expectSuccess(await event('42', { name: 'a' }));
    expect(sandbox.admin.info()).toMatchObject({ people: 0, events: 0 });
    expect(sandbox.admin.activities()).toMatchObject([
      { type: 'failed_event', name: 'a', customer_id: '42' },
    ]);
  });

  test(
    caseName(59, 'properties that override a campaign’s settings are kept, and the event counted'),
    async () => {
      const data = { from_address: 'shop@x.com', reply_to: 'help@x.com', recipient: 'b@x.com' };
      expectSuccess(await event('42', { name: 'order_placed', data }));
      await event('42', { name: 'order_placed', data: { order: { recipient: 'Anna' } } });
      expect(sandbox.admin.events()[0]?.attributes).toEqual(data);
      expect(sandbox.admin.counters().inside).toMatchObject({ events_overriding_campaign_settings: 1 });
    },
  );

  test(caseName(60, 'an anonymous event is held and makes nobody'), async () => {
    expectSuccess(await client.track('POST', '/api/v1/events', { anonymous_id: 'a1', name: 'cart_updated' }));
    expect(sandbox.admin.info()).toMatchObject({ people: 0, events: 0, anonymous_events: 1 });
  });

  test(
    caseName(61, 'it joins the person identified with its anonymous_id, once, within thirty days'),
    async () => {
      const anonymous = (name: string) =>
        client.track('POST', '/api/v1/events', { anonymous_id: 'a1', name });
      await anonymous('too_old');
      sandbox.admin.setClock({ advanceMs: 31 * 86_400_000 });
      await anonymous('cart_updated');
      sandbox.admin.setClock({ advanceMs: 10 * 3_600_000 });
      await identify('42', { anonymous_id: 'a1' });
      await identify('43', { anonymous_id: 'a1' });
      const sentAt = sandbox.admin.nowMs() / 1000 - 10 * 3600;
      expect(sandbox.admin.events()).toMatchObject([
        { name: 'cart_updated', person: { id: '42' }, timestamp: sentAt },
      ]);
      expect(sandbox.admin.activities('anon_merge')).toHaveLength(1);
    },
  );
});

describe('devices and merges', () => {
  test('a device is added, updated and removed', async () => {
    await identify('42', {});
    const put = (device: unknown) => client.track('PUT', '/api/v1/customers/42/devices', { device });
    expectSuccess(await put({ id: 'd1', platform: 'ios' }));
    expectSuccess(await put({ id: 'd1', platform: 'android', last_used: 5 }));
    const read = async () => {
      const reply = await client.app('GET', '/v1/customers/42/attributes');
      return (reply.json as { customer: { devices: unknown } }).customer.devices;
    };
    expect(await read()).toEqual([{ id: 'd1', platform: 'android', last_used: 5 }]);
    expectSuccess(await client.track('DELETE', '/api/v1/customers/42/devices/d1'));
    expect(await read()).toEqual([]);
    expect((await put({ platform: 'ios' })).status).toBe(400);
    expect((await put({ id: 'd1', platform: 'nokia' })).status).toBe(400);
  });

  test(
    caseName(63, 'a merge fills the blanks of the primary, moves events and removes the secondary'),
    async () => {
      await identify('1', { plan: 'pro' });
      await identify('b%40x.com', { plan: 'free', city: 'Bonn' });
      await event('b%40x.com', { name: 'order_placed' });
      const body = { primary: { id: '1' }, secondary: { email: 'b@x.com' } };
      expectSuccess(await client.track('POST', '/api/v1/merge_customers', body));
      expect(sandbox.admin.people()).toMatchObject([
        { id: '1', email: 'b@x.com', attributes: { plan: 'pro', city: 'Bonn' } },
      ]);
      expect(sandbox.admin.events()).toMatchObject([{ name: 'order_placed', person: { id: '1' } }]);
      expect(types()).toContain('profile_merge');
    },
  );

  test(caseName(63, 'devices and relationships move, too'), async () => {
    const acme = {
      identifiers: { object_type_id: '1', object_id: 'acme' },
      relationship_attributes: { role: 'boss' },
    };
    await identify('1', {});
    await identify('2', { cio_relationships: { action: 'add_relationships', relationships: [acme] } });
    await client.track('PUT', '/api/v1/customers/2/devices', { device: { id: 'd1', platform: 'ios' } });
    const body = { primary: { id: '1' }, secondary: { id: '2' } };
    await client.track('POST', '/api/v1/merge_customers', body);
    expect(sandbox.admin.objects()).toMatchObject([
      { object_id: 'acme', people: [{ id: '1', attributes: { role: 'boss' } }] },
    ]);
    const reply = await client.app('GET', '/v1/customers/1/attributes');
    expect(reply.json).toMatchObject({ customer: { devices: [{ id: 'd1' }] } });
  });

  test(caseName(63, 'a merge into nobody, of nobody or with oneself does nothing'), async () => {
    await identify('1', {});
    const merge = (primary: string, secondary: string) =>
      client.track('POST', '/api/v1/merge_customers', {
        primary: { id: primary },
        secondary: { id: secondary },
      });
    expectSuccess(await merge('nobody', '1'));
    expectSuccess(await merge('1', 'nobody'));
    expectSuccess(await merge('1', '1'));
    expect(sandbox.admin.people()).toHaveLength(1);
    expect(sandbox.admin.counters().inside).toEqual({ merges_without_effect: 3 });
  });

  test(caseName(65, 'two keys in primary are refused with a single error'), async () => {
    const body = { primary: { id: '1', email: 'a@x.com' }, secondary: { id: '2' } };
    const reply = await client.track('POST', '/api/v1/merge_customers', body);
    expect(reply.status).toBe(400);
    expect(reply.json).toEqual({ meta: { error: expect.stringContaining('exactly one identifier') } });
  });
});

describe('rate', () => {
  test(caseName(91, 'above the limit 429 without Retry-After, or a silent drop'), async () => {
    sandbox.admin.setSwitches({ trackRequestsPerSecondMax: 1 });
    expectSuccess(await identify('1', {}));
    const refused = await identify('2', {});
    expect(refused.status).toBe(429);
    expect(refused.headers['retry-after']).toBeUndefined();
    sandbox.admin.setSwitches({ trackOverLimit: 'silent_drop' });
    expectSuccess(await identify('3', {}));
    expect(sandbox.admin.people()).toHaveLength(1);
  });
});
