import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { caseName } from '../cases/case-name.ts';
import { type RunningSandbox, startSandbox } from '../start-sandbox.ts';
import {
  connectTo,
  eventById,
  identifyById,
  type Reply,
  type SandboxClient,
} from '../testing/sandbox-client.ts';

const DAY_MS = 86_400_000;

let sandbox: RunningSandbox;
let client: SandboxClient;

beforeAll(async () => {
  sandbox = await startSandbox({
    clock: { startAtMs: Date.UTC(2026, 10, 23, 12), rate: 0 },
    switches: { appRequestsPerSecondMax: 0 },
    campaigns: [
      {
        id: 1,
        name: 'Replenish',
        state: 'running',
        eventName: 'order_placed',
        firstStartedAt: 1_700_000_000,
      },
      { id: 2, name: 'Winback', state: 'draft', triggerSegmentIds: [7] },
    ],
    segments: [{ id: 7, name: 'Lapsed', type: 'dynamic' }],
  });
  client = connectTo(sandbox);
});
beforeEach(() => sandbox.admin.reset());
afterAll(async () => {
  await client.close();
  await sandbox.close();
});

const get = (path: string) => client.app('GET', path);

interface Page {
  readonly activities: readonly { readonly id: string; readonly type: string; readonly name?: string }[];
  readonly next: string;
}

const page = async (query: string) => (await get(`/v1/activities?${query}`)).json as Page;

function customerOf(reply: Reply) {
  return (reply.json as { customer: Record<string, unknown> }).customer;
}

describe('authentication and rate', () => {
  test.each([
    {},
    { authorization: 'Bearer wrong' },
    { authorization: 'Basic c2FuZGJveC1zaXRlOnNhbmRib3gta2V5' },
  ])(caseName(95, '%j is unauthorized'), async (headers) => {
    const reply = await client.app('GET', '/v1/campaigns', undefined, headers);
    expect(reply.status).toBe(401);
    expect(reply.json).toEqual({ errors: [{ detail: 'unauthorized', status: 401 }] });
  });

  test(caseName(115, 'the eleventh request within a second is 429 with an empty body'), async () => {
    sandbox.admin.setSwitches({ appRequestsPerSecondMax: 10 });
    const replies = await Promise.all(Array.from({ length: 12 }, () => get('/v1/segments')));
    const statuses = replies.map((reply) => reply.status).toSorted();
    expect(statuses).toEqual([...Array.from({ length: 10 }, () => 200), 429, 429]);
    const refused = replies.find((reply) => reply.status === 429);
    expect(refused?.text).toBe('');
    expect(refused?.headers['retry-after']).toBeUndefined();
  });
});

describe('people', () => {
  test(caseName(98, 'people by e-mail; duplicates are visible where e-mail is no identifier'), async () => {
    sandbox.admin.setSwitches({ identifiers: 'id_only' });
    await client.batch(identifyById('1', { email: 'a+b@x.com' }), identifyById('2', { email: 'A+B@X.com' }));
    expect((await get('/v1/customers?email=A%2Bb%40x.com')).json).toEqual({
      results: [
        { email: 'a+b@x.com', id: '1', cio_id: sandbox.admin.person({ id: '1' })?.cio_id },
        { email: 'A+B@X.com', id: '2', cio_id: sandbox.admin.person({ id: '2' })?.cio_id },
      ],
    });
    expect((await get('/v1/customers?email=a+b%40x.com')).json).toEqual({ results: [] });
    expect((await get('/v1/customers')).status).toBe(400);
  });

  test(caseName(99, 'every attribute comes back as a string, with its times'), async () => {
    const attributes = {
      email: 'a@x.com',
      ratio: 29.5,
      yes: true,
      at: 1_772_013_598,
      tags: ['a', 1],
      preferences: { topics: { topic_1: false } },
      text: 'ü "q"',
    };
    await client.entity(identifyById('42', attributes, { timestamp: 1_700_000_000 }));
    const customer = customerOf(await get('/v1/customers/42/attributes'));
    const createdAt = sandbox.admin.nowMs() / 1000;
    const cioId = sandbox.admin.person({ id: '42' })?.cio_id;
    expect(customer).toEqual({
      id: '42',
      identifiers: { email: 'a@x.com', id: '42', cio_id: cioId },
      attributes: {
        id: '42',
        email: 'a@x.com',
        cio_id: cioId,
        _created_in_customerio_at: String(createdAt),
        ratio: '29.5',
        yes: 'true',
        at: '1772013598',
        tags: '["a",1]',
        preferences: '{"topics":{"topic_1":false}}',
        text: 'ü "q"',
      },
      timestamps: expect.objectContaining({ cio_id: createdAt, ratio: 1_700_000_000 }),
      unsubscribed: false,
      devices: [],
    });
  });

  test(caseName(99, 'numbers come back with all their digits'), async () => {
    const body = '{"big":18446744073709551615,"exact":12345678901234567890.123456789,"price":129.90}';
    await client.track('PUT', '/api/v1/customers/42', body);
    expect(customerOf(await get('/v1/customers/42/attributes'))['attributes']).toMatchObject({
      big: '18446744073709551615',
      exact: '12345678901234567890.123456789',
      price: '129.90',
    });
  });

  test(caseName(99, 'an attribute called __proto__ or constructor is an attribute'), async () => {
    await client.track('PUT', '/api/v1/customers/42', '{"__proto__":"x","constructor":1}');
    const reply = await get('/v1/customers/42/attributes');
    expect(reply.text).toContain('"__proto__":"x","constructor":"1"');
  });

  test.each([
    ['"TRUE"', true],
    ['"true"', true],
    ['true', true],
    ['1', true],
    ['"1"', true],
    ['false', false],
    ['"yes"', false],
    ['0', false],
    ['"10"', false],
    ['null', false],
  ])(caseName(34, 'unsubscribed %s reads %s'), async (literal, expected) => {
    await client.track('PUT', '/api/v1/customers/42', `{"unsubscribed":${literal}}`);
    expect(customerOf(await get('/v1/customers/42/attributes'))['unsubscribed']).toBe(expected);
  });

  test(caseName(100, 'an id_type that the workspace has not is 400'), async () => {
    sandbox.admin.setSwitches({ identifiers: 'id_only' });
    expect((await get('/v1/customers/a%40x.com/attributes?id_type=email')).status).toBe(400);
    expect((await get('/v1/customers/1/attributes?id_type=phone')).status).toBe(400);
    expect((await client.app('POST', '/v1/customers/attributes?id_type=email', { ids: ['a'] })).status).toBe(
      400,
    );
  });

  test(caseName(101, 'a stranger is 404, also under the wrong id_type'), async () => {
    await client.entity(identifyById('42', { email: 'a@x.com' }));
    expect((await get('/v1/customers/43/attributes')).status).toBe(404);
    expect((await get('/v1/customers/a%40x.com/attributes')).status).toBe(404);
    expect((await get('/v1/customers/A%40x.com/attributes?id_type=email')).status).toBe(200);
  });

  test(caseName(102, 'a cio_id carries its prefix'), async () => {
    await client.entity(identifyById('42'));
    const cioId = sandbox.admin.person({ id: '42' })?.cio_id;
    expect((await get(`/v1/customers/cio_${cioId}/attributes?id_type=cio_id`)).status).toBe(200);
    expect((await get(`/v1/customers/${cioId}/attributes?id_type=cio_id`)).status).toBe(404);
  });

  test('many people at once: up to a hundred, unknown ones left out', async () => {
    await client.batch(identifyById('1', { n: 1 }), identifyById('2', { email: 'b@x.com' }));
    const read = (body: unknown, query = '') => client.app('POST', `/v1/customers/attributes${query}`, body);
    const reply = await read({ ids: ['2', 'nobody', '1'] });
    const customers = (reply.json as { customers: { customer: { id: string } }[] }).customers;
    expect(customers.map(({ customer }) => customer.id)).toEqual(['2', '1']);
    expect(
      ((await read({ ids: ['B@x.com'] }, '?id_type=email')).json as { customers: unknown[] }).customers,
    ).toHaveLength(1);
    expect((await read({ ids: Array.from({ length: 100 }, String) })).status).toBe(200);
    for (const ids of [Array.from({ length: 101 }, String), [], [1], 'x', undefined]) {
      expect((await read({ ids })).status).toBe(400);
    }
    expect((await read('{')).status).toBe(400);
  });
});

describe('activities', () => {
  test(caseName(107, 'events of one name, the newest first, in pages'), async () => {
    await client.batch(
      ...Array.from({ length: 25 }, (_, at) => eventById('42', 'order_placed', { attributes: { at } })),
    );
    await client.entity(eventById('42', 'other'));
    const first = await page('type=event&name=order_placed');
    expect(first.activities).toHaveLength(10);
    expect(first.activities[0]).toEqual({
      id: expect.stringMatching(/^[0-9A-HJKMNP-TV-Z]{26}$/),
      type: 'event',
      timestamp: sandbox.admin.nowMs() / 1000,
      name: 'order_placed',
      customer_id: '42',
      customer_identifiers: { id: '42', email: null, cio_id: sandbox.admin.person({ id: '42' })?.cio_id },
      data: { at: 24 },
    });
    const second = await page(`type=event&name=order_placed&limit=100&start=${first.next}`);
    expect(second.activities).toHaveLength(15);
    expect(second.next).toBe('');
    const ids = [...first.activities, ...second.activities].map((activity) => activity.id);
    expect(new Set(ids).size).toBe(25);
    expect(ids).toEqual(ids.toSorted().toReversed());
  });

  test(caseName(107, 'a page stays in place while new activities arrive'), async () => {
    await client.batch(...Array.from({ length: 4 }, (_, at) => eventById('42', `e${at}`)));
    const first = await page('type=event&limit=2');
    await client.entity(eventById('42', 'later'));
    const second = await page(`type=event&limit=2&start=${first.next}`);
    expect(second.activities.map((activity) => activity.name)).toEqual(['e1', 'e0']);
    expect(second.next).toBe('');
  });

  test(caseName(107, 'nothing older than thirty days is shown, by the event’s own time'), async () => {
    const now = sandbox.admin.nowMs() / 1000;
    await client.batch(
      eventById('42', 'old', { timestamp: now - 31 * 86_400 }),
      eventById('42', 'young', { timestamp: now - 29 * 86_400 }),
    );
    expect((await page('type=event')).activities.map((activity) => activity.name)).toEqual(['young']);
    expect(sandbox.admin.events()).toHaveLength(2);
    sandbox.admin.setClock({ advanceMs: 31 * DAY_MS });
    expect((await page('')).activities).toEqual([]);
  });

  test('activities of one person, by any id_type', async () => {
    await client.batch(identifyById('1', { email: 'a@x.com' }), identifyById('2'), eventById('1', 'e'));
    const ofOne = ['event', 'attribute_change', 'profile_create'];
    for (const path of [
      '/v1/customers/1/activities?',
      '/v1/customers/A%40x.com/activities?id_type=email',
      '/v1/activities?customer_id=1',
    ]) {
      const { activities } = (await get(path)).json as Page;
      expect(activities.map((activity) => activity.type)).toEqual(ofOne);
    }
    expect((await get('/v1/customers/nobody/activities')).status).toBe(404);
  });

  test('attribute changes are found by the attribute’s name', async () => {
    await client.batch(identifyById('1', { plan: 'pro' }), identifyById('1', { city: 'Bonn' }));
    const { activities } = await page('type=attribute_change&name=city');
    expect(activities).toMatchObject([{ data: { city: { from: '', to: 'Bonn' } } }]);
    expect((await page('name=id')).activities).toHaveLength(1);
  });

  test('activities of deleted people are shown on demand, their deletion always', async () => {
    await client.batch(identifyById('1'), eventById('1', 'e'), {
      type: 'person',
      action: 'delete',
      identifiers: { id: '1' },
    });
    expect((await page('')).activities.map((activity) => activity.type)).toEqual(['profile_delete']);
    const deleted = await page('deleted=true');
    expect(deleted.activities.map((activity) => activity.type)).toEqual([
      'event',
      'attribute_change',
      'profile_create',
    ]);
  });

  test.each([
    'limit=101',
    'limit=0',
    'limit=x',
    'type=nonsense',
    'start=nonsense',
    'customer_id=1&id_type=phone',
  ])('the query %s is refused', async (query) => {
    expect((await get(`/v1/activities?${query}`)).status).toBe(400);
  });

  test('a type that the sandbox never produces is an empty list', async () => {
    expect((await get('/v1/activities?type=sent_email')).text).toBe('{"activities":[],"next":""}');
  });
});

describe('inventories', () => {
  test(caseName(112, 'the trigger of a campaign is told by the field that is present'), async () => {
    const { campaigns } = (await get('/v1/campaigns')).json as { campaigns: Record<string, unknown>[] };
    expect(campaigns[0]).toMatchObject({
      id: 1,
      active: true,
      state: 'running',
      event_name: 'order_placed',
    });
    expect(campaigns[0]).not.toHaveProperty('trigger_segment_ids');
    expect(campaigns[1]).toMatchObject({
      active: false,
      state: 'draft',
      trigger_segment_ids: [7],
    });
    expect(campaigns[1]).not.toHaveProperty('event_name');
  });

  test(caseName(113, 'the deprecated type of a campaign is the documented word'), async () => {
    const { campaigns } = (await get('/v1/campaigns')).json as { campaigns: { type: string }[] };
    expect(campaigns.map((campaign) => campaign.type)).toEqual(['event', 'segment']);
  });

  test('segments and workspaces are listed', async () => {
    await client.entity(identifyById('1'));
    expect((await get('/v1/segments')).json).toEqual({
      segments: [
        {
          id: 7,
          deduplicate_id: '7:0',
          name: 'Lapsed',
          description: '',
          state: 'finished',
          progress: null,
          type: 'dynamic',
          tags: null,
          created_at: 0,
          updated_at: 0,
        },
      ],
    });
    expect((await get('/v1/workspaces')).json).toMatchObject({
      workspaces: [{ id: sandbox.admin.info().environment_id, people: 1, objects: 0 }],
    });
  });
});

describe('freshness', () => {
  test(caseName(119, 'accepted is not yet applied; the change shows after the delay'), async () => {
    sandbox.admin.setSwitches({ applyDelayMs: 5000 });
    const { people } = sandbox.admin.info();
    expect((await client.entity(identifyById('42', { plan: 'pro' }))).status).toBe(200);
    expect(people).toBe(0);
    expect((await get('/v1/customers/42/attributes')).status).toBe(404);
    expect(sandbox.admin.info()).toMatchObject({ people: 0, pending: 1 });
    sandbox.admin.setClock({ advanceMs: 4999 });
    expect((await get('/v1/customers/42/attributes')).status).toBe(404);
    sandbox.admin.setClock({ advanceMs: 1 });
    expect((await get('/v1/customers/42/attributes')).status).toBe(200);
    expect(sandbox.admin.info()).toMatchObject({ people: 1, pending: 0 });
    expect(sandbox.admin.activities('profile_create')[0]?.timestamp).toBe(sandbox.admin.nowMs() / 1000);
  });

  test(
    caseName(119, 'what was accepted under a delay keeps its place when the delay is taken away'),
    async () => {
      sandbox.admin.setSwitches({ applyDelayMs: 5000 });
      await client.entity(identifyById('42', { n: 1 }));
      sandbox.admin.setSwitches({ applyDelayMs: 0 });
      await client.entity(identifyById('42', { n: 2 }));
      expect(sandbox.admin.person({ id: '42' })?.attributes).toEqual({ n: 2 });
      sandbox.admin.setClock({ advanceMs: 5000 });
      expect(sandbox.admin.person({ id: '42' })?.attributes).toEqual({ n: 1 });
    },
  );
});
