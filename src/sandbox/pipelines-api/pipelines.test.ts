import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { caseName } from '../cases/case-name.ts';
import { type RunningSandbox, startSandbox } from '../start-sandbox.ts';
import { connectTo, identifyById, type Reply, type SandboxClient } from '../testing/sandbox-client.ts';

const STRICT = { 'x-strict-mode': '1' };
const WRONG_KEY = { authorization: `Basic ${Buffer.from('wrong:').toString('base64')}` };

let sandbox: RunningSandbox;
let client: SandboxClient;

beforeAll(async () => {
  sandbox = await startSandbox({ clock: { startAtMs: Date.UTC(2026, 10, 23, 12), rate: 0 } });
  client = connectTo(sandbox);
});
beforeEach(() => sandbox.admin.reset());
afterAll(async () => {
  await client.close();
  await sandbox.close();
});

function expectSuccess(reply: Reply): void {
  expect([reply.status, reply.text]).toEqual([200, '{}\n']);
}

const messagesOf = (reply: Reply) => (reply.json as { meta: { errors: string[] } }).meta.errors;

describe('tracking', () => {
  test(caseName(123, 'userId is the person, timestamp the time in ISO 8601'), async () => {
    const call = {
      userId: '42',
      event: 'order_placed',
      properties: { total: 9.5, paid_at: '2026-11-20T10:00:00.000Z', note: '2026-11-20' },
      timestamp: '2026-11-20T11:00:00+01:00',
      messageId: 'a',
      context: { ip: '8.8.8.8' },
    };
    expectSuccess(await client.pipelines('track', call));
    expectSuccess(await client.pipelines('track', call));
    const at = Date.UTC(2026, 10, 20, 10) / 1000;
    expect(sandbox.admin.events()).toMatchObject([
      {
        id: null,
        type: 'event',
        name: 'order_placed',
        person: { id: '42' },
        timestamp: at,
        attributes: { total: 9.5, paid_at: at, note: '2026-11-20' },
      },
      { name: 'order_placed' },
    ]);
  });

  test('an event without a time counts from its receipt', async () => {
    await client.pipelines('track', { userId: '42', event: 'a' });
    expect(sandbox.admin.events()[0]?.timestamp).toBe(sandbox.admin.nowMs() / 1000);
  });

  test('an anonymous event waits for somebody with its anonymousId', async () => {
    await client.pipelines('track', { anonymousId: 'a1', event: 'cart_updated', properties: { n: 1 } });
    expect(sandbox.admin.info()).toMatchObject({ people: 0, anonymous_events: 1 });
    await client.pipelines('identify', { userId: '42', anonymousId: 'a1' });
    expect(sandbox.admin.events()).toMatchObject([{ name: 'cart_updated', person: { id: '42' } }]);
  });

  test('views are views; one without a name is known by its address', async () => {
    await client.pipelines('page', { userId: '1', name: 'Home', properties: { url: 'https://x.example/' } });
    await client.pipelines('page', { userId: '1', properties: { url: 'https://x.example/a', path: '/a' } });
    await client.pipelines('screen', { userId: '1', name: 'Cart' });
    expect(sandbox.admin.events().map(({ type, name }) => [type, name])).toEqual([
      ['page', 'Home'],
      ['page', 'https://x.example/a'],
      ['screen', 'Cart'],
    ]);
  });
});

describe('identifying', () => {
  test('traits become attributes, moments unix seconds', async () => {
    await client.pipelines('identify', {
      userId: '42',
      traits: {
        email: 'a@x.com',
        createdAt: '2026-11-01T00:00:00Z',
        address: { since: '2026-11-01T00:00Z' },
      },
    });
    const at = Date.UTC(2026, 10, 1) / 1000;
    expect(sandbox.admin.people()).toMatchObject([
      { id: '42', email: 'a@x.com', attributes: { created_at: at, address: { since: at } } },
    ]);
  });

  test('with pipelinesConvertTimes off they stay as they are', async () => {
    sandbox.admin.setSwitches({ pipelinesConvertTimes: false });
    await client.pipelines('identify', { userId: '42', traits: { at: '2026-11-01T00:00:00Z' } });
    expect(sandbox.admin.people()).toMatchObject([{ attributes: { at: '2026-11-01T00:00:00Z' } }]);
  });

  test('an e-mail address names the person where userId is empty, and is one as userId', async () => {
    await client.pipelines('identify', { userId: '', anonymousId: 'a1', traits: { email: 'a@x.com', n: 1 } });
    await client.pipelines('identify', { userId: 'A@x.com', traits: { n: 2 } });
    expect(sandbox.admin.people()).toMatchObject([{ id: null, email: 'a@x.com', attributes: { n: 2 } }]);
  });

  test('somebody anonymous is nobody yet', async () => {
    expectSuccess(await client.pipelines('identify', { anonymousId: 'a1', traits: { n: 1 } }, STRICT));
    expect(sandbox.admin.info().people).toBe(0);
  });

  test('the rules of the workspace hold here as well', async () => {
    await client.batch(identifyById('1', { email: 'a@x.com' }), identifyById('2', { email: 'b@x.com' }));
    await client.pipelines('identify', { userId: '1', traits: { email: 'b@x.com' } }, STRICT);
    expect(sandbox.admin.activities('failed_attribute_change')).toHaveLength(1);
  });
});

describe('groups and aliases', () => {
  test('a group is an object, and the person is related to it', async () => {
    await client.pipelines('identify', { userId: '42' });
    await client.pipelines('group', {
      userId: '42',
      groupId: 'acme',
      traits: { name: 'Acme', relationshipAttributes: { role: 'boss' } },
    });
    await client.pipelines('group', { userId: '42', groupId: 'x', objectTypeId: '2', traits: { name: 'X' } });
    expect(sandbox.admin.objects()).toMatchObject([
      {
        object_type_id: '1',
        object_id: 'acme',
        attributes: { name: 'Acme' },
        people: [{ id: '42', attributes: { role: 'boss' } }],
      },
      { object_type_id: '2', object_id: 'x', attributes: { name: 'X' } },
    ]);
  });

  test('an alias merges the previous id into the new one', async () => {
    await client.batch(identifyById('old', { n: 1 }), identifyById('new', { m: 1 }));
    await client.pipelines('alias', { userId: 'new', previousId: 'old' });
    expect(sandbox.admin.people()).toMatchObject([{ id: 'new', attributes: { n: 1, m: 1 } }]);
  });
});

describe('strictness', () => {
  const kinds = ['identify', 'track', 'page', 'screen', 'group', 'alias', 'batch'];

  test.each(kinds)(caseName(124, 'a wrong key at /v1/%s is a 200, and nothing happens'), async (kind) => {
    const call = { userId: '1', event: 'a', groupId: 'g', previousId: '2', type: 'track' };
    expectSuccess(await client.pipelines(kind, kind === 'batch' ? { batch: [call] } : call, WRONG_KEY));
    expectSuccess(await client.pipelines(kind, '{', WRONG_KEY));
    expect(sandbox.admin.info()).toMatchObject({ people: 0, events: 0, objects: 0 });
  });

  test.each(kinds)(caseName(125, 'in strict mode a wrong key at /v1/%s is a 401'), async (kind) => {
    const call = { userId: '1', event: 'a' };
    expect((await client.pipelines(kind, call, { ...STRICT, ...WRONG_KEY })).status).toBe(401);
    const siteKey = `Basic ${Buffer.from('sandbox-site:sandbox-key').toString('base64')}`;
    expect((await client.pipelines(kind, call, { ...STRICT, authorization: siteKey })).status).toBe(401);
  });

  const longText = 'x'.repeat(900);
  const longTraits = Object.fromEntries(Array.from({ length: 40 }, (_, at) => [`t${at}`, longText]));
  const tooLong = { userId: 'long', traits: longTraits };
  const short = { userId: 'short' };
  const ofType = (type: string, call: object) => ({ type, ...call });
  const manyCalls = Array.from({ length: 600 }, () => ofType('identify', { ...short, traits: { longText } }));

  test.each([
    ['identify', tooLong],
    ['batch', { batch: manyCalls }],
  ])(caseName(126, 'too large a body at /v1/%s is a 200, and not processed'), async (kind, body) => {
    expectSuccess(await client.pipelines(kind, body));
    expect(sandbox.admin.info().people).toBe(0);
  });

  test(caseName(126, 'a call of a batch that is too large is left out'), async () => {
    const batch = [ofType('identify', tooLong), ofType('identify', short)];
    expectSuccess(await client.pipelines('batch', { batch }));
    expect(sandbox.admin.people().map(({ id }) => id)).toEqual(['short']);
  });

  test.each([
    ['identify', tooLong],
    ['batch', { batch: manyCalls }],
    ['batch', { batch: [ofType('identify', tooLong), ofType('identify', short)] }],
  ])(caseName(127, 'in strict mode too large a body at /v1/%s is a 400'), async (kind, body) => {
    const reply = await client.pipelines(kind, body, STRICT);
    expect(reply.status).toBe(400);
    expect(messagesOf(reply)).toEqual([expect.stringMatching(/cannot be larger than \d+ bytes/)]);
    expect(sandbox.admin.info().people).toBe(0);
  });

  test.each([
    ['identify', {}, 'userId or anonymousId is required'],
    ['identify', { userId: '1', traits: [] }, 'traits must be an object'],
    ['identify', { userId: '1', traits: { a: longText.repeat(2) } }, /cannot be longer than 1000 bytes/],
    ['track', { userId: '1' }, 'event must be the name of an event'],
    ['track', { userId: '1', event: 'x'.repeat(101) }, 'event name cannot be longer than 100 bytes'],
    ['track', { userId: '1', event: 'a', timestamp: 1700 }, 'timestamp must be an ISO 8601 date-time'],
    ['track', { userId: '1', event: 'a', timestamp: '2026-13-01T00:00:00Z' }, /ISO 8601/],
    ['track', { event: 'a' }, 'userId or anonymousId is required'],
    ['page', { name: 'a' }, 'userId or anonymousId is required'],
    ['group', { userId: '1' }, 'groupId is required'],
    ['alias', { userId: '1' }, 'previousId is required'],
    ['batch', {}, 'batch must be an array of calls'],
    ['batch', { batch: [{ userId: '1' }] }, /type must be one of/],
    ['batch', { batch: [7] }, 'call must be a JSON object'],
    ['identify', '[]', 'body must be a JSON object'],
    ['identify', '{', /malformed JSON/],
  ])('what is wrong with /v1/%s %j is told in strict mode alone', async (kind, body, message) => {
    const reply = await client.pipelines(kind, body, STRICT);
    expect(reply.status).toBe(400);
    expect(messagesOf(reply)).toEqual([
      typeof message === 'string' ? message : expect.stringMatching(message),
    ]);
    expectSuccess(await client.pipelines(kind, body));
    expect(sandbox.admin.info()).toMatchObject({ people: 0, events: 0 });
  });

  test('a batch holds all kinds; without strict mode the good calls of it apply', async () => {
    const batch = [
      ofType('identify', { userId: '1', traits: { n: 1 } }),
      ofType('track', { userId: '1' }),
      ofType('track', { userId: '1', event: 'a' }),
      ofType('page', { userId: '1', name: 'Home' }),
      ofType('group', { userId: '1', groupId: 'g' }),
    ];
    expect((await client.pipelines('batch', { batch }, STRICT)).status).toBe(400);
    expect(sandbox.admin.info().people).toBe(0);
    expectSuccess(await client.pipelines('batch', { batch }));
    expect(sandbox.admin.info()).toMatchObject({ people: 1, events: 2, objects: 1 });
  });

  test.each([
    [{ All: false }, 0],
    [{ All: false, 'Customer.io Journeys': true }, 1],
    [{ All: true, 'Customer.io': false }, 0],
    [{ Mixpanel: false }, 1],
  ])('with the integrations %j there are %i people', async (integrations, people) => {
    await client.pipelines('identify', { userId: '1', integrations });
    expect(sandbox.admin.info().people).toBe(people);
    await client.pipelines('batch', { batch: [ofType('identify', { userId: '1' })], integrations });
    expect(sandbox.admin.info().people).toBe(people);
  });
});

describe('events that are instructions', () => {
  const track = (event: string, more: object) => client.pipelines('track', { event, ...more }, STRICT);

  beforeEach(() =>
    client.batch(
      identifyById(
        '42',
        { email: 'a@x.com' },
        { cio_relationships: [{ identifiers: { object_type_id: '1', object_id: 'acme' } }] },
      ),
    ),
  );

  test(caseName(128, 'User Deleted'), async () => {
    expectSuccess(await track('User Deleted', { userId: '42' }));
    expect(sandbox.admin.info()).toMatchObject({ people: 0, events: 0 });
  });

  test(caseName(128, 'User Suppressed and User Unsuppressed'), async () => {
    expectSuccess(await track('User Suppressed', { userId: '42' }));
    await client.pipelines('identify', { userId: '42' });
    expect(sandbox.admin.info().people).toBe(0);
    expectSuccess(await track('User Unsuppressed', { userId: '42' }));
    await client.pipelines('identify', { userId: '42' });
    expect(sandbox.admin.info().people).toBe(1);
  });

  test(caseName(128, 'Relationship Deleted'), async () => {
    expectSuccess(await track('Relationship Deleted', { userId: '42', properties: { objectId: 'acme' } }));
    expect(sandbox.admin.objects()).toMatchObject([{ object_id: 'acme', people: [] }]);
  });

  test(caseName(128, 'Object Deleted'), async () => {
    const properties = { objectId: 'acme', objectTypeId: 1 };
    expectSuccess(await track('Object Deleted', { anonymousId: 'x', properties }));
    expect(sandbox.admin.info().objects).toBe(0);
  });

  test(caseName(128, 'Device Created or Updated and Device Deleted'), async () => {
    const context = { device: { token: 't', type: 'ios', version: '1' } };
    expectSuccess(await track('Device Created or Updated', { userId: '42', context }));
    const devices = async () =>
      (await client.app('GET', '/v1/customers/42/attributes')).json as { customer: { devices: object[] } };
    expect((await devices()).customer.devices).toMatchObject([{ id: 't', platform: 'ios' }]);
    expectSuccess(await track('Device Deleted', { userId: '42', context }));
    expect((await devices()).customer.devices).toEqual([]);
  });

  test(caseName(128, 'Report Delivery Event and Report Content Event'), async () => {
    const properties = { deliveryId: 'RPILAgUBcRhIBqSfeiIwdIYJKxTY', metric: 'clicked' };
    expectSuccess(await track('Report Delivery Event', { properties }));
    expectSuccess(await track('Report Content Event', { properties: {} }));
    expect(sandbox.admin.counters().items_accepted).toMatchObject({ delivery_metric: 1 });
    expect(sandbox.admin.info().events).toBe(0);
  });

  test.each([
    ['User Deleted', {}],
    ['User Deleted', { anonymousId: 'x' }],
    ['Device Created or Updated', { userId: '42' }],
    ['Device Created or Updated', { userId: '42', context: { device: { type: 'ios' } } }],
    ['Relationship Deleted', { userId: '42', properties: {} }],
    ['Object Deleted', { anonymousId: 'x' }],
    ['Report Delivery Event', { properties: { deliveryId: 'x', metric: 'read' } }],
  ])('%s with %j is refused in strict mode', async (event, more) => {
    expect((await track(event, more)).status).toBe(400);
    expect(sandbox.admin.info()).toMatchObject({ people: 1, events: 0, objects: 1 });
  });
});
