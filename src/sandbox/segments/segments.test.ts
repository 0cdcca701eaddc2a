import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { caseName } from '../cases/case-name.ts';
import { type ConditionInput, type RunningSandbox, startSandbox } from '../start-sandbox.ts';
import {
  connectTo,
  eventById,
  identifyById,
  type Reply,
  type SandboxClient,
} from '../testing/sandbox-client.ts';

const NOW_S = Date.UTC(2026, 10, 23, 12) / 1000;
const DAY_S = 86_400;

let sandbox: RunningSandbox;
let client: SandboxClient;

beforeAll(async () => {
  sandbox = await startSandbox({
    clock: { startAtMs: NOW_S * 1000, rate: 0 },
    switches: { appRequestsPerSecondMax: 0 },
    workspace: {
      segments: [
        { id: 7, name: 'By hand', description: 'Chosen people', tags: ['vip'] },
        { id: 8, name: 'Pro', when: { attribute: 'plan', eq: 'pro' } },
      ],
    },
  });
  client = connectTo(sandbox);
});
beforeEach(() => sandbox.admin.reset());
afterAll(async () => {
  await client.close();
  await sandbox.close();
});

const get = async (path: string) => (await client.app('GET', path)).json as Record<string, unknown>;
const change = (verb: 'add' | 'remove', ids: unknown, query = '', segment: number | string = 7) =>
  client.track('POST', `/api/v1/segments/${segment}/${verb}_customers${query}`, { ids });
const membersOf = (segment: number | string) => sandbox.admin.members(segment).map(({ id }) => id);

describe('manual segments', () => {
  beforeEach(async () => {
    await client.batch(
      identifyById('1', { email: 'a@x.example' }),
      identifyById('2', { email: 'b@x.example' }),
      identifyById('3'),
    );
  });

  test(
    caseName(66, 'people are added by e-mail; values that are no e-mail, or nobody’s, are ignored'),
    async () => {
      const ids = ['A@x.example', '2', 7, null, 'nobody@x.example', ''];
      const reply = await change('add', ids, '?id_type=email');
      expect([reply.status, reply.text]).toEqual([200, '{}\n']);
      expect(membersOf(7)).toEqual(['1']);
    },
  );

  test(caseName(66, 'by id without an id_type, by cio_id with its prefix'), async () => {
    await change('add', ['1', 'a@x.example']);
    const cioId = sandbox.admin.person({ id: '3' })?.cio_id;
    await change('add', [`cio_${cioId}`], '?id_type=cio_id');
    await change('add', [cioId], '?id_type=cio_id');
    expect(membersOf(7)).toEqual(['1', '3']);
  });

  test(caseName(66, 'people are removed, and nobody is created'), async () => {
    await change('add', ['1', '2', 'stranger']);
    await change('remove', ['1', 'stranger']);
    expect(membersOf(7)).toEqual(['2']);
    expect(sandbox.admin.info().people).toBe(3);
  });

  test.each([
    [7, Array.from({ length: 1001 }, (_, at) => String(at + 1)), ''],
    [7, [], ''],
    [7, '1', ''],
    [7, undefined, ''],
    [7, ['1'], '?id_type=phone'],
    [8, ['1'], ''],
    [99, ['1'], ''],
    ['seven', ['1'], ''],
  ] as const)(
    `${caseName(68, 'a segment that is data-driven or unknown is refused, and so are too many ids')}: %s %j %s`,
    async (segment, ids, query) => {
      for (const verb of ['add', 'remove'] as const) {
        const reply = await change(verb, ids, query, segment);
        expect(reply.status).toBe(400);
        expect(reply.json).toMatchObject({ meta: { errors: [expect.any(String)] } });
      }
      expect(membersOf(7)).toEqual([]);
    },
  );

  test('a thousand ids are taken', async () => {
    expect(
      (
        await change(
          'add',
          Array.from({ length: 1000 }, (_, at) => String(at + 1)),
        )
      ).status,
    ).toBe(200);
    expect(membersOf(7)).toEqual(['1', '2', '3']);
  });

  test('a wrong key is refused, whatever the segment', async () => {
    const headers = { authorization: 'Basic eDp5' };
    const reply = await client.track('POST', '/api/v1/segments/7/add_customers', { ids: ['1'] }, headers);
    expect(reply.status).toBe(401);
  });

  test('members come and go after the apply delay, as all changes do', async () => {
    sandbox.admin.setSwitches({ applyDelayMs: 1000 });
    await change('add', ['1']);
    expect(membersOf(7)).toEqual([]);
    sandbox.admin.setClock({ advanceMs: 1000 });
    expect(membersOf(7)).toEqual(['1']);
  });

  test('a deleted person is in no segment, and the one created anew is not either', async () => {
    await change('add', ['1']);
    await client.batch({ type: 'person', action: 'delete', identifiers: { id: '1' } }, identifyById('1'));
    expect(membersOf(7)).toEqual([]);
  });
});

describe('what the App API tells', () => {
  const people = (count: number) =>
    Array.from({ length: count }, (_, at) =>
      identifyById(`p${at}`, { plan: at % 2 === 0 ? 'PRO' : 'free', email: `p${at}@x.example` }),
    );

  test(caseName(109, 'count and members, in pages'), async () => {
    await client.batch(...people(10));
    expect(await get('/v1/segments/8/customer_count')).toEqual({ segment_id: 8, count: 5 });
    const first = await get('/v1/segments/8/membership?limit=3');
    expect(first).toMatchObject({ segment_id: 8, ids: ['p0', 'p2', 'p4'] });
    expect((first['identifiers'] as object[])[1]).toEqual({
      email: 'p2@x.example',
      id: 'p2',
      cio_id: sandbox.admin.person({ id: 'p2' })?.cio_id,
    });
    const second = await get(`/v1/segments/8/membership?limit=3&start=${String(first['next'])}`);
    expect(second).toMatchObject({ ids: ['p6', 'p8'], next: '' });
  });

  test(
    caseName(109, 'up to 30,000 a page, 1,000 when nothing is said; in an id-only workspace without e-mails'),
    async () => {
      sandbox.admin.setSwitches({ identifiers: 'id_only' });
      await client.batch(...people(2002));
      const page = await get('/v1/segments/8/membership');
      expect(page['ids']).toHaveLength(1000);
      expect(page['next']).not.toBe('');
      expect((page['identifiers'] as object[])[0]).toEqual({
        id: 'p0',
        cio_id: sandbox.admin.person({ id: 'p0' })?.cio_id,
      });
      expect((await get('/v1/segments/8/membership?limit=30000'))['ids']).toHaveLength(1001);
      expect((await client.app('GET', '/v1/segments/8/membership?limit=30001')).status).toBe(400);
      expect((await client.app('GET', '/v1/segments/8/membership?start=nonsense')).status).toBe(400);
    },
  );

  test(
    caseName(110, 'a new segment is queued, then built, then finished; counts are final only then'),
    async () => {
      await client.batch(...people(200));
      sandbox.admin.define({ segments: [{ id: 9, name: 'Free', when: { attribute: 'plan', eq: 'free' } }] });
      const look = async () => {
        const { segment } = (await get('/v1/segments/9')) as {
          segment: { state: string; progress: unknown };
        };
        const { count } = await get('/v1/segments/9/customer_count');
        return [segment.state, segment.progress, count];
      };
      expect(await look()).toEqual(['build_queued', 0, 0]);
      sandbox.admin.setClock({ advanceMs: 625 });
      expect(await look()).toEqual(['build', 50, 50]);
      expect((await get('/v1/segments/9/membership'))['ids']).toHaveLength(50);
      sandbox.admin.setClock({ advanceMs: 375 });
      expect(await look()).toEqual(['finished', null, 100]);
    },
  );

  test(caseName(110, 'with segmentBuildMs 0 it is finished at once'), async () => {
    sandbox.admin.setSwitches({ segmentBuildMs: 0 });
    await client.batch(...people(4));
    sandbox.admin.define({ segments: [{ id: 9, name: 'Free', when: { attribute: 'plan', eq: 'free' } }] });
    expect(await get('/v1/segments/9')).toMatchObject({ segment: { state: 'finished', progress: null } });
    expect(await get('/v1/segments/9/customer_count')).toMatchObject({ count: 2 });
  });

  test('the list shows names, types and tags, and no conditions', async () => {
    const { segments } = (await get('/v1/segments')) as { segments: Record<string, unknown>[] };
    expect(segments).toEqual([
      {
        id: 7,
        deduplicate_id: `7:${NOW_S}`,
        name: 'By hand',
        description: 'Chosen people',
        state: 'finished',
        progress: null,
        type: 'manual',
        tags: ['vip'],
        created_at: NOW_S,
        updated_at: NOW_S,
      },
      expect.objectContaining({ id: 8, name: 'Pro', type: 'dynamic', tags: null }),
    ]);
    expect(segments[1]).not.toHaveProperty('when');
  });

  test('manual segments are created and deleted', async () => {
    const create = (segment: unknown) => client.app('POST', '/v1/segments', { segment });
    const created = (await create({ name: 'New ones', description: 'x' })).json as {
      segment: { id: number };
    };
    expect(created.segment).toMatchObject({ id: 9, name: 'New ones', type: 'manual', state: 'build_queued' });
    await client.batch(identifyById('1'));
    await change('add', ['1'], '', 9);
    expect(membersOf(9)).toEqual(['1']);
    const deleted = await client.app('DELETE', '/v1/segments/9');
    expect([deleted.status, deleted.text]).toEqual([204, '']);
    expect((await client.app('GET', '/v1/segments/9')).status).toBe(404);
    expect((await change('add', ['1'], '', 9)).status).toBe(400);
    for (const bad of [
      {},
      { name: '' },
      { name: 7 },
      { name: 'By HAND' },
      { name: 'x', description: 7 },
      'x',
    ]) {
      expect((await create(bad)).status).toBe(400);
    }
    expect((await client.app('POST', '/v1/segments', '{')).status).toBe(400);
  });

  test('a data-driven segment, and one that something needs, is not deleted', async () => {
    sandbox.admin.define({
      segments: [{ id: 9, name: 'Both', when: { and: [{ segment: 'By hand' }, { segment: 8 }] } }],
      campaigns: [{ id: 1, name: 'To both', trigger: { segment: 9 }, filter: { not: { segment: 7 } } }],
    });
    expect((await client.app('DELETE', '/v1/segments/8')).status).toBe(400);
    expect((await client.app('DELETE', '/v1/segments/7')).text).toContain('campaign 1, segment 9');
    expect(await get('/v1/segments/7/used_by')).toEqual({
      segment_id: 7,
      used_by: { campaigns: [1], sent_newsletters: [], draft_newsletters: [] },
    });
  });

  test.each([
    '/v1/segments/99',
    '/v1/segments/99/customer_count',
    '/v1/segments/x/membership',
    '/v1/segments/0/used_by',
  ])('%s is 404', async (path) => {
    expect((await client.app('GET', path)).status).toBe(404);
  });

  test('the segments of a person', async () => {
    await client.batch(identifyById('1', { plan: 'pro', email: 'a@x.example' }), identifyById('2'));
    await change('add', ['1', '2']);
    const expected = [
      { id: 7, name: 'By hand', description: 'Chosen people' },
      { id: 8, name: 'Pro', description: '' },
    ];
    expect(await get('/v1/customers/1/segments')).toEqual({ segments: expected });
    expect(await get('/v1/customers/a%40x.example/segments?id_type=email')).toEqual({ segments: expected });
    expect(await get('/v1/customers/2/segments')).toEqual({ segments: expected.slice(0, 1) });
    expect((await client.app('GET', '/v1/customers/3/segments')).status).toBe(404);
  });

  test('people are searched by segment', async () => {
    await client.batch(...people(4));
    const search = async (filter: object): Promise<Reply> => client.app('POST', '/v1/customers', { filter });
    expect((await search({ segment: { id: 8 } })).json).toMatchObject({ ids: ['p0', 'p2'] });
    expect((await search({ not: { segment: { id: 8 } } })).json).toMatchObject({ ids: ['p1', 'p3'] });
  });
});

describe('who is in a data-driven segment', () => {
  const define = (when: ConditionInput) =>
    sandbox.admin.define({ segments: [{ id: 50, name: 'Wanted', when }] });

  test('changes with attributes, events and time, without anybody looking in between', async () => {
    define({
      and: [
        { attribute: 'plan', eq: 'pro' },
        { event: 'order_placed', times: 2, within_past: '30d', where: [{ property: 'total', gt: 10 }] },
      ],
    });
    await client.batch(
      identifyById('1', { plan: 'pro' }),
      eventById('1', 'order_placed', { timestamp: NOW_S - 29 * DAY_S, attributes: { total: 50 } }),
      eventById('1', 'order_placed', { attributes: { total: 5 } }),
    );
    expect(membersOf(50)).toEqual([]);
    await client.batch(eventById('1', 'order_placed', { attributes: { total: 11 } }));
    expect(membersOf(50)).toEqual(['1']);
    sandbox.admin.setClock({ advance: '1d' });
    expect(membersOf(50)).toEqual([]);
    await client.batch(eventById('1', 'order_placed', { attributes: { total: 11 } }));
    expect(membersOf(50)).toEqual(['1']);
    await client.batch(identifyById('1', { plan: 'free' }));
    expect(membersOf(50)).toEqual([]);
  });

  test('"not performed" holds for those who never did it, until they do', async () => {
    define({ event: 'order_placed', performed: false });
    await client.batch(identifyById('1'), identifyById('2'));
    expect(membersOf(50)).toEqual(['1', '2']);
    await client.batch(eventById('2', 'order_placed'));
    expect(membersOf(50)).toEqual(['1']);
  });

  test('page and screen views are events of another type', async () => {
    define({ event: '/prices', type: 'page' });
    await client.batch(eventById('1', '/prices'), { ...eventById('2', '/prices'), action: 'page' });
    expect(membersOf(50)).toEqual(['2']);
  });

  test('identifiers, times of creation and JSON inside attributes can be asked for', async () => {
    await client.batch(
      identifyById('1', {
        email: 'a@shop.example',
        cio_subscription_preferences: { topics: { topic_1: true } },
      }),
      identifyById('2', {
        email: 'b@else.example',
        cio_subscription_preferences: { topics: { topic_1: false } },
      }),
    );
    define({ attribute: 'email', contains: '@shop.' });
    expect(membersOf(50)).toEqual(['1']);
    define({ attribute: 'id', eq: '2' });
    expect(membersOf(50)).toEqual(['2']);
    define({ attribute: '_created_in_customerio_at', within_past: '1d' });
    expect(membersOf(50)).toEqual(['1', '2']);
    define({ attribute: 'cio_subscription_preferences.topics.topic_1', eq: true });
    expect(membersOf(50)).toEqual(['1']);
    await client.batch(identifyById('2', { 'cio_subscription_preferences.topics.topic_1': true }));
    expect(membersOf(50)).toEqual(['1', '2']);
  });

  test('a change of the e-mail address counts as one', async () => {
    define({ attribute: 'email', exists: true });
    await client.batch(identifyById('1'));
    expect(membersOf(50)).toEqual([]);
    await client.batch(identifyById('1', { email: 'a@x.example' }));
    expect(membersOf(50)).toEqual(['1']);
  });

  test('with notEqualMatchesAbsent off, people without the attribute are not "not equal"', async () => {
    await client.batch(identifyById('1', { plan: 'free' }), identifyById('2'));
    define({ attribute: 'plan', ne: 'pro' });
    expect(membersOf(50)).toEqual(['1', '2']);
    sandbox.admin.setSwitches({ notEqualMatchesAbsent: false });
    expect(membersOf(50)).toEqual(['1']);
  });

  test('a clock that is turned back puts people where they were', async () => {
    define({ attribute: 'at', within_past: '7d' });
    await client.batch(identifyById('1', { at: NOW_S - 6 * DAY_S }));
    sandbox.admin.setClock({ advance: '2d' });
    expect(membersOf(50)).toEqual([]);
    sandbox.admin.setClock({ now: NOW_S * 1000 });
    expect(membersOf(50)).toEqual(['1']);
    sandbox.admin.setClock({ advance: '1d' });
    expect(membersOf(50)).toEqual([]);
  });
});
