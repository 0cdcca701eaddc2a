import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type RunningSandbox, startSandbox } from '../start-sandbox.ts';
import { DEFAULT_SWITCHES, SWITCH_DESCRIPTIONS } from '../switches.ts';
import { connectTo, eventById, identifyById, type SandboxClient } from '../testing/sandbox-client.ts';

let sandbox: RunningSandbox;
let client: SandboxClient;

beforeAll(async () => {
  sandbox = await startSandbox();
  client = connectTo(sandbox);
});
beforeEach(() => sandbox.admin.reset());
afterAll(async () => {
  await client.close();
  await sandbox.close();
});

const lines = (text: string) => text.split('\n').filter((line) => line !== '');

describe('what can be read', () => {
  test('the sandbox says that it is one', async () => {
    await client.batch(identifyById('1'), eventById('1', 'a'));
    expect((await client.admin('GET', '/_sandbox')).json).toMatchObject({
      sandbox: 'millrace',
      environment_id: sandbox.admin.info().environment_id,
      region: 'us',
      people: 1,
      events: 1,
    });
  });

  test('people are streamed, one a line, with their values as sent', async () => {
    const items = Array.from({ length: 1200 }, (_, at) =>
      identifyById(`p${at}`, { n: at, list: [1, 'ü'], 'q"uote': true }),
    );
    await client.batch(...items);
    const reply = await client.admin('GET', '/_sandbox/people');
    expect(reply.headers['content-type']).toBe('application/x-ndjson; charset=utf-8');
    const people = lines(reply.text).map((line) => JSON.parse(line));
    expect(people).toHaveLength(1200);
    expect(people[7]).toEqual({
      email: null,
      id: 'p7',
      cio_id: sandbox.admin.person({ id: 'p7' })?.cio_id,
      created_at: expect.any(Number),
      attributes: { n: 7, list: [1, 'ü'], 'q"uote': true },
    });
  });

  test('events are streamed in the order they were applied, all or of one name', async () => {
    await client.batch(eventById('1', 'a', { timestamp: 5 }), eventById('1', 'b'), {
      ...eventById('1', 'c'),
      action: 'page',
    });
    const all = lines((await client.admin('GET', '/_sandbox/events')).text).map((line) => JSON.parse(line));
    expect(all.map((event) => event.name)).toEqual(['a', 'b', 'c']);
    expect(all[0]).toMatchObject({
      id: null,
      type: 'event',
      timestamp: 5,
      person: { id: '1' },
      attributes: {},
    });
    expect(lines((await client.admin('GET', '/_sandbox/events?name=b')).text)).toHaveLength(1);
  });

  test('activities are streamed without the bounds of the App API', async () => {
    await client.batch(...Array.from({ length: 150 }, (_, at) => eventById('1', 'old', { timestamp: at })));
    expect(lines((await client.admin('GET', '/_sandbox/activities?type=event')).text)).toHaveLength(150);
    expect(lines((await client.admin('GET', '/_sandbox/activities')).text)).toHaveLength(151);
  });

  test('requests are logged, with bodies on demand', async () => {
    await client.batch(identifyById('1'), 7);
    await client.admin('POST', '/_sandbox/requests', { log: 'bodies' });
    await client.entity(identifyById('2'));
    const logged = lines((await client.admin('GET', '/_sandbox/requests')).text).map((line) =>
      JSON.parse(line),
    );
    expect(logged).toMatchObject([
      { method: 'POST', path: '/api/v2/batch', status: 207, items: 2, refused: 1 },
      {
        path: '/api/v2/entity',
        status: 200,
        items: 1,
        refused: 0,
        body: JSON.stringify(identifyById('2')),
        answer: '{}\n',
      },
    ]);
    expect(logged[0]).not.toHaveProperty('body');
    expect(logged[0].bytes).toBe(Buffer.byteLength(JSON.stringify({ batch: [identifyById('1'), 7] })));
    await client.admin('POST', '/_sandbox/requests', { log: 'off', clear: true });
    await client.entity(identifyById('3'));
    expect((await client.admin('GET', '/_sandbox/requests')).text).toBe('');
  });

  test('counters tell requests by route and status, items by kind, and what nobody was told', async () => {
    const id = '01DXF6DT00EHKHQQN49EQ165BD';
    await client.batch(
      identifyById('1'),
      eventById('1', 'a', { id }),
      eventById('1', 'a', { id }),
      identifyById('1'),
    );
    await client.batch(7);
    await client.track('PUT', '/api/v1/customers/1', {});
    await client.track('GET', '/nowhere');
    expect((await client.admin('GET', '/_sandbox/counters')).json).toEqual({
      requests: {
        'POST /api/v2/batch': { '200': 1, '207': 1 },
        'PUT /api/v1/customers/:identifier': { '200': 1 },
        unknown: { '404': 1 },
      },
      items_accepted: { event: 2, identify: 3 },
      items_refused: 1,
      items_silently_dropped: 0,
      inside: { duplicate_event_ids_ignored: 1, repeated_identical_identifies: 2 },
      faults: [],
    });
  });
});

describe('what can be changed', () => {
  test('faults are replaced, listed with their hits, and removed', async () => {
    const rule = { name: 'boom', match: { path: '/api' }, action: { kind: 'status', status: 500 } };
    expect((await client.admin('POST', '/_sandbox/faults', [rule])).status).toBe(200);
    expect((await client.batch(identifyById('1'))).status).toBe(500);
    expect((await client.admin('GET', '/_sandbox/faults')).json).toMatchObject([{ name: 'boom', hits: 1 }]);
    await client.admin('DELETE', '/_sandbox/faults');
    expect((await client.batch(identifyById('1'))).status).toBe(200);
  });

  test('the clock is set, moved, sped up and stopped', async () => {
    const at = Date.UTC(2026, 0, 1);
    const change = async (body: unknown) =>
      (await client.admin('POST', '/_sandbox/clock', body)).json as { nowMs: number };
    expect((await change({ now: at, rate: 0 })).nowMs).toBe(at);
    expect((await change({ advanceMs: 3_600_000 })).nowMs).toBe(at + 3_600_000);
    expect(sandbox.admin.nowMs()).toBe(at + 3_600_000);
    await change({ rate: 1_000_000 });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(sandbox.admin.nowMs()).toBeGreaterThan(at + 3_600_000 + 10_000_000);
  });

  test('the switches are read and changed, some at a time', async () => {
    await client.admin('POST', '/_sandbox/workspace', { autoMerge: false });
    await client.admin('POST', '/_sandbox/workspace', { applyDelayMs: 5 });
    expect((await client.admin('GET', '/_sandbox/workspace')).json).toEqual({
      ...DEFAULT_SWITCHES,
      autoMerge: false,
      applyDelayMs: 5,
    });
  });

  test('a reset is as good as a start: nobody there, another environment', async () => {
    const before = sandbox.admin.info().environment_id;
    await client.batch(identifyById('1'), eventById('1', 'a'));
    sandbox.admin.setSwitches({ autoMerge: false });
    sandbox.admin.setFaults({ action: { kind: 'drop-before' } });
    sandbox.admin.setClock({ now: 0, rate: 0 });
    const info = (await client.admin('POST', '/_sandbox/reset')).json as {
      environment_id: number;
      now_ms: number;
    };
    expect(info).toMatchObject({ people: 0, events: 0 });
    expect(info.environment_id).not.toBe(before);
    expect(info.now_ms).toBeGreaterThan(0);
    expect(sandbox.admin.switches()).toEqual(DEFAULT_SWITCHES);
    expect((await client.batch(identifyById('1'))).status).toBe(200);
    expect(
      (
        (await client.admin('POST', '/_sandbox/reset', { environmentId: 7 })).json as {
          environment_id: number;
        }
      ).environment_id,
    ).toBe(7);
  });

  test('a fixed environment id survives a reset', async () => {
    const fixed = await startSandbox({ environmentId: 4711, region: 'eu' });
    fixed.admin.reset();
    expect(fixed.admin.info()).toMatchObject({ environment_id: 4711, region: 'eu' });
    await fixed.close();
  });

  test('a snapshot is kept under a name, and restored as often as one likes', async () => {
    await client.batch(identifyById('1', { plan: 'pro' }), eventById('1', 'a'));
    const taken = (await client.admin('POST', '/_sandbox/snapshots', { name: 'seeded' })).json;
    expect(taken).toMatchObject([{ name: 'seeded', people: 1, events: 1 }]);
    for (let round = 0; round < 2; round += 1) {
      await client.batch(identifyById('1', { plan: 'free' }), identifyById('2'));
      sandbox.admin.setSwitches({ autoMerge: false });
      const restored = await client.admin('POST', '/_sandbox/restore', { name: 'seeded' });
      expect(restored.json).toMatchObject({ people: 1, events: 1 });
      expect(sandbox.admin.person({ id: '1' })?.attributes).toEqual({ plan: 'pro' });
      expect(sandbox.admin.switches().autoMerge).toBe(true);
    }
    await client.admin('POST', '/_sandbox/reset');
    expect((await client.admin('GET', '/_sandbox/snapshots')).json).toMatchObject([{ name: 'seeded' }]);
    const unknown = await client.admin('POST', '/_sandbox/restore', { name: 'seed' });
    expect([unknown.status, unknown.text]).toEqual([400, expect.stringContaining('there are: seeded')]);
  });

  test('snapshots in the same process are values, and bounded by name over HTTP', async () => {
    await client.batch(identifyById('1'));
    const snapshot = sandbox.admin.snapshot();
    expect(snapshot).toMatchObject({ people: 1, events: 0 });
    sandbox.admin.reset();
    sandbox.admin.restore(snapshot);
    expect(sandbox.admin.people()).toHaveLength(1);
    const statuses: number[] = [];
    for (let at = 0; at < 21; at += 1) {
      statuses.push((await client.admin('POST', '/_sandbox/snapshots', { name: `n${at}` })).status);
    }
    expect(statuses.filter((status) => status === 400).length).toBeGreaterThan(0);
    expect((await client.admin('POST', '/_sandbox/snapshots', { name: 'n0' })).status).toBe(200);
  });

  test.each([
    ['/_sandbox/snapshots', { name: '' }],
    ['/_sandbox/restore', { name: 7 }],
    ['/_sandbox/faults', [{ action: { kind: 'explode' } }]],
    ['/_sandbox/faults', { action: { kind: 'delay' } }],
    ['/_sandbox/clock', { now: 'tomorrow' }],
    ['/_sandbox/clock', { speed: 2 }],
    ['/_sandbox/workspace', { autoMerg: true }],
    ['/_sandbox/workspace', { identifiers: 'phone' }],
    ['/_sandbox/workspace', []],
    ['/_sandbox/reset', { environmentId: 'x' }],
    ['/_sandbox/requests', { log: 'loud' }],
    ['/_sandbox/clock', '{'],
  ])('%s refuses %j and says why', async (path, body) => {
    const reply = await client.admin('POST', path, body);
    expect(reply.status).toBe(400);
    expect((reply.json as { error: string }).error.length).toBeGreaterThan(10);
    expect(sandbox.admin.switches()).toEqual(DEFAULT_SWITCHES);
  });

  test('unknown admin calls name the known ones; wrong methods the right one', async () => {
    expect((await client.admin('GET', '/_sandbox/nothing')).text).toContain('/_sandbox/people');
    expect((await client.admin('DELETE', '/_sandbox/people')).status).toBe(405);
  });
});

describe('starting and closing', () => {
  test('a port that is taken is explained', async () => {
    await expect(startSandbox({ port: sandbox.port })).rejects.toThrow(/port is taken/);
  });

  test('switches that do not exist are refused at the start', async () => {
    const switches = { autoMerg: true } as object;
    await expect(startSandbox({ switches })).rejects.toThrow(/autoMerg/);
  });

  test('credentials can be chosen', async () => {
    const other = await startSandbox({ credentials: { apiKey: 'mine' } });
    const calls = connectTo(other);
    expect(other.credentials).toEqual({
      siteId: 'sandbox-site',
      apiKey: 'mine',
      appKey: 'sandbox-app',
      pipelinesKey: 'sandbox-pipelines',
    });
    expect((await calls.batch(identifyById('1'))).status).toBe(200);
    await calls.close();
    await other.close();
  });

  test('closing cuts idle connections and frees the port at once', async () => {
    const other = await startSandbox();
    const calls = connectTo(other);
    await calls.batch(identifyById('1'));
    const startedAt = performance.now();
    await other.close();
    expect(performance.now() - startedAt).toBeLessThan(1000);
    const again = await startSandbox({ port: other.port });
    expect(again.admin.people()).toEqual([]);
    await again.close();
    await calls.close();
  });
});

test('every switch is described, with the basis of its default', () => {
  expect(Object.keys(SWITCH_DESCRIPTIONS).toSorted()).toEqual(Object.keys(DEFAULT_SWITCHES).toSorted());
});
