import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openAppApi } from '../../src/adapters/customerio/open-app-api.ts';
import type { AppApiSettings } from '../../src/core/contract/connection-settings.ts';
import type { Activity } from '../../src/core/customerio/activity.ts';
import type { AppApi } from '../../src/ports/app-api.ts';
import { type RunningSandbox, startSandbox } from '../../src/sandbox/start-sandbox.ts';
import {
  connectTo,
  eventById,
  identifyById,
  type SandboxClient,
} from '../../src/sandbox/testing/sandbox-client.ts';

const settings = (url: string, more: Partial<AppApiSettings> = {}): AppApiSettings => ({
  region: 'us',
  url,
  key: 'sandbox-app',
  requestsPerSecond: 100,
  timeoutSeconds: 2,
  ...more,
});

/** Waits that are asked for are counted, not spent. */
function quickTiming() {
  const waits: number[] = [];
  return {
    waits,
    timing: {
      sleep: async (durationMs: number) => void waits.push(durationMs),
      chance: () => 1,
    },
  };
}

async function all<T>(items: AsyncIterable<T>): Promise<readonly T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

describe('the App API, read from the sandbox', () => {
  let sandbox: RunningSandbox;
  let client: SandboxClient;
  let app: AppApi;

  beforeEach(async () => {
    sandbox = await startSandbox({
      environmentId: 71,
      switches: { appRequestsPerSecondMax: 0 },
      clock: { startAtMs: Date.UTC(2026, 10, 23, 12), rate: 0 },
      campaigns: [
        {
          id: 1,
          name: 'Replenish',
          state: 'running',
          eventName: 'order_placed',
          firstStartedAt: 1_700_000_000,
        },
        { id: 2, name: 'Winback', state: 'draft', triggerSegmentIds: [7], tags: ['q4'] },
      ],
      segments: [{ id: 7, name: 'Lapsed', type: 'dynamic' }],
    });
    client = connectTo(sandbox);
    app = openAppApi(settings(sandbox.url));
  });
  afterEach(async () => {
    await client.close();
    await app.close();
    await sandbox.close();
  });

  const appRequests = () => sandbox.admin.requests().filter(({ path }) => path.startsWith('/v1/'));
  const now = () => sandbox.admin.nowMs() / 1000;

  it('reads many people, a hundred a request, and leaves out strangers', async () => {
    await client.batch(...Array.from({ length: 250 }, (_, at) => identifyById(`p${at}`, { at })));
    const people = [...Array.from({ length: 250 }, (_, at) => `p${at}`), 'nobody', 'p0', ''];
    const profiles = await app.profiles.profiles(people, 'id');
    expect(profiles).toHaveLength(250);
    expect(new Set(profiles.map(({ identifiers }) => identifiers.id)).size).toBe(250);
    expect(appRequests()).toHaveLength(3);
    expect(await app.profiles.profiles([], 'id')).toEqual([]);
    expect(appRequests()).toHaveLength(3);
  });

  it('lists everybody who has an identifier, a thousand a request', async () => {
    await client.batch(...Array.from({ length: 1001 }, (_, at) => identifyById(`p${at}`, { at })));
    await client.batch(identifyById('named', { email: 'A@x.com' }));
    const pages = [];
    for await (const page of app.profiles.everybody()) pages.push(page);
    expect(pages.map(({ length }) => length)).toEqual([1000, 2]);
    expect(pages.flat()).toContainEqual({ id: 'named', email: 'A@x.com', cioId: expect.any(String) });
  });

  it('gives attributes as texts, with the time that each was set', async () => {
    const attributes = {
      email: 'a@x.com',
      paid: 29.5,
      yes: true,
      topics: { topic_1: false },
      unsubscribed: true,
    };
    await client.entity(identifyById('42', attributes, { timestamp: 1_700_000_000 }));
    await client.track('PUT', '/api/v1/customers/42', '{"__proto__":"x","_timestamp":1700000001}');
    const profile = await app.profiles.profile('42', 'id');
    expect(profile?.identifiers).toMatchObject({ id: '42', email: 'a@x.com' });
    expect(Object.fromEntries(profile?.attributes ?? [])).toMatchObject({
      paid: '29.5',
      yes: 'true',
      topics: '{"topic_1":false}',
    });
    expect(profile?.attributes.get('__proto__')).toBe('x');
    expect(profile?.setAt.get('paid')).toBe(1_700_000_000);
    expect(profile?.isUnsubscribed).toBe(true);
  });

  it.each(['a/b', '../x', '.', 'ü %2F?&#+', 'x'.repeat(150), '"quoted"'])(
    'finds the person %j',
    async (id) => {
      await client.entity(identifyById(id, { email: 'a+b@x.com' }));
      expect((await app.profiles.profile(id, 'id'))?.identifiers.id).toBe(id);
      expect(await all(app.profiles.activities({ person: { by: 'id', value: id }, since: 0 }))).toHaveLength(
        2,
      );
      expect((await app.profiles.findByEmail('A+B@x.com')).map((found) => found.id)).toEqual([id]);
    },
  );

  it('finds people by e-mail and by cio_id, with and without its prefix', async () => {
    await client.entity(identifyById('42', { email: 'a@x.com' }));
    const cioId = sandbox.admin.person({ id: '42' })?.cio_id ?? '';
    const identifiers = { id: '42', email: 'a@x.com', cioId };
    expect((await app.profiles.profile('A@X.com', 'email'))?.identifiers).toEqual(identifiers);
    expect((await app.profiles.profile(cioId, 'cio_id'))?.identifiers).toEqual(identifiers);
    expect((await app.profiles.profile(`cio_${cioId}`, 'cio_id'))?.identifiers).toEqual(identifiers);
    expect(await app.profiles.profile('nobody', 'id')).toBeUndefined();
    expect(await app.profiles.findByEmail('nobody@x.com')).toEqual([]);
  });

  it('says so when the workspace does not know people by that identifier', async () => {
    sandbox.admin.setSwitches({ identifiers: 'id_only' });
    await expect(app.profiles.profiles(['a@x.com'], 'email')).rejects.toMatchObject({
      code: 'app_api_refused',
      message: expect.stringMatching(/refused to read people by e-mail \(400\)/),
      exitCode: 4,
    });
    const error = await app.profiles.profiles(['a@x.com'], 'email').catch((reason: Error) => reason);
    expect(String(error)).not.toContain('a@x.com');
  });

  it('reads activities page by page, back to the time asked for and no further', async () => {
    const events = (count: number) =>
      Array.from({ length: count }, (_, at) => eventById('42', 'order_placed', { attributes: { at } }));
    await client.batch(...events(150));
    sandbox.admin.setClock({ advanceMs: 3_600_000 });
    await client.batch(...events(120), eventById('43', 'other'));
    const query = { type: 'event', name: 'order_placed' };
    const young = await all(app.profiles.activities({ ...query, since: now() - 60 }));
    expect(young).toHaveLength(120);
    expect(young[0]).toMatchObject({ name: 'order_placed', person: { id: '42' }, detail: { at: 119 } });
    expect(await all(app.profiles.activities({ ...query, since: 0 }))).toHaveLength(270);
    const seen: Activity[] = [];
    const before = appRequests().length;
    for await (const activity of app.profiles.activities({ ...query, since: 0 })) {
      seen.push(activity);
      if (seen.length === 3) break;
    }
    expect(appRequests().length - before).toBe(1);
  });

  it('also finds events that arrived since then but carry an older time', async () => {
    const old = Array.from({ length: 130 }, () =>
      eventById('42', 'order_placed', { timestamp: now() - 86_400 }),
    );
    await client.batch(eventById('42', 'order_placed'), ...old);
    const found = await all(app.profiles.activities({ type: 'event', since: now() - 60 }));
    expect(found).toHaveLength(131);
    expect(found.at(-1)?.timestamp).toBe(now());
    expect(found[0]).toMatchObject({ timestamp: now() - 86_400, recordedAt: now() });
  });

  it('gives no activities of a stranger', async () => {
    expect(await all(app.profiles.activities({ person: { by: 'id', value: 'x' }, since: 0 }))).toEqual([]);
  });

  it('tells campaigns, segments and workspaces', async () => {
    expect(await app.journeys.campaigns()).toEqual([
      {
        id: 1,
        name: 'Replenish',
        isActive: true,
        state: 'running',
        eventName: 'order_placed',
        triggerSegmentIds: [],
        filterSegmentIds: [],
        objectTypeId: undefined,
        firstStartedAt: 1_700_000_000,
        tags: [],
      },
      {
        id: 2,
        name: 'Winback',
        isActive: false,
        state: 'draft',
        eventName: undefined,
        triggerSegmentIds: [7],
        filterSegmentIds: [],
        objectTypeId: undefined,
        firstStartedAt: undefined,
        tags: ['q4'],
      },
    ]);
    expect(await app.journeys.segments()).toEqual([
      { id: 7, name: 'Lapsed', description: '', kind: 'dynamic', isBuilt: true, tags: [] },
    ]);
    expect(await app.journeys.workspaces()).toMatchObject([{ id: 71 }]);
  });

  it('keeps below the ten requests a second that Customer.io allows', async () => {
    sandbox.admin.setSwitches({ appRequestsPerSecondMax: 10 });
    await client.batch(...Array.from({ length: 1200 }, (_, at) => identifyById(`p${at}`, { at })));
    const paced = openAppApi(settings(sandbox.url, { requestsPerSecond: 8 }));
    const ids = Array.from({ length: 1200 }, (_, at) => `p${at}`);
    expect(await paced.profiles.profiles(ids, 'id')).toHaveLength(1200);
    expect(appRequests().map(({ status }) => status)).toEqual(Array.from({ length: 12 }, () => 200));
    await paced.close();
  });

  it.each([
    ['429 without a body', { kind: 'status', status: 429, body: '' }],
    ['500', { kind: 'status', status: 500, body: 'oops' }],
    ['502 with HTML', { kind: 'status', status: 502, body: '<html>Bad gateway</html>' }],
    ['a cut connection', { kind: 'drop-before' }],
    ['no answer at all', { kind: 'hang' }],
  ] as const)(
    'asks again after %s',
    async (_, action) => {
      await client.entity(identifyById('42', { plan: 'pro' }));
      sandbox.admin.setFaults({ match: { path: '/v1/customers/attributes', firstN: 2 }, action });
      expect((await app.profiles.profile('42', 'id'))?.attributes.get('plan')).toBe('pro');
    },
    30_000,
  );

  it('ends with a cure when Customer.io does not recover', async () => {
    const { waits, timing } = quickTiming();
    const patient = openAppApi(settings(sandbox.url), timing);
    sandbox.admin.setFaults({ action: { kind: 'status', status: 503, body: '' } });
    const unreachable = { code: 'destination_unreachable', retry: true };
    await expect(patient.journeys.campaigns()).rejects.toMatchObject(unreachable);
    expect(waits).toEqual([250, 500, 1000, 2000, 4000, 8000, 16_000]);
    sandbox.admin.setFaults({ action: { kind: 'status', status: 429, headers: { 'retry-after': '86400' } } });
    await expect(patient.journeys.campaigns()).rejects.toMatchObject({
      ...unreachable,
      message: expect.stringMatching(/429, too many requests/),
    });
    await patient.close();
  });

  it('stops at once when the key is refused, and does not tell it', async () => {
    const stranger = openAppApi(settings(sandbox.url, { key: 'a-wrong-key' }));
    const error: unknown = await stranger.journeys.campaigns().catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      code: 'app_key_refused',
      exitCode: 4,
      hint: expect.stringMatching(/region/),
    });
    expect(String(error)).not.toContain('a-wrong-key');
    expect(appRequests()).toHaveLength(1);
    await stranger.close();
  });

  it('stops waiting for its turn when the run is asked to stop', async () => {
    sandbox.admin.setFaults({ action: { kind: 'status', status: 503 } });
    const controller = new AbortController();
    const answer = app.profiles.profile('42', 'id', controller.signal);
    setTimeout(() => controller.abort(), 100);
    await expect(answer).rejects.toMatchObject({ code: 'interrupted' });
  });
});

/** Answers are those of the official description, as far as the sandbox does not give them itself. */
describe('the App API, read from something else', () => {
  let server: Server;
  let answer: RequestListener;
  let app: AppApi;

  beforeEach(async () => {
    server = createServer((request, response) => answer(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    app = openAppApi(settings(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
  });
  afterEach(async () => {
    await app.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  const json =
    (status: number, body: unknown): RequestListener =>
    (_, response) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };

  it('counts journeys by hour', async () => {
    const asked: string[] = [];
    answer = (request, response) => {
      asked.push(request.url ?? '');
      json(200, { journey_metric: { started: [0, 3, 0], activated: [0, 2, 0], later: [1] } })(
        request,
        response,
      );
    };
    const metrics = await app.journeys.journeyMetrics(3, { start: 10, end: 20, resolution: 'hours' });
    expect(metrics).toMatchObject({ started: [0, 3, 0], activated: [0, 2, 0], finished: [] });
    expect(asked).toEqual(['/v1/campaigns/3/journey_metrics?start=10&end=20&resolution=hours']);
  });

  it('reads campaigns to the last page, should there be several, and calls those without a name by their number', async () => {
    const asked: string[] = [];
    answer = (request, response) => {
      asked.push(request.url ?? '');
      const isFirst = asked.length === 1;
      const campaign = {
        id: isFirst ? 1 : 2,
        name: isFirst ? ' ' : 'Winback',
        active: true,
        state: 'running',
      };
      json(200, { campaigns: [campaign], next: isFirst ? 'b' : null })(request, response);
    };
    expect((await app.journeys.campaigns()).map(({ name }) => name)).toEqual(['campaign 1', 'Winback']);
    expect(asked).toEqual(['/v1/campaigns', '/v1/campaigns?start=b']);
  });

  it('reads the members of a segment to the last page', async () => {
    const asked: string[] = [];
    answer = (request, response) => {
      asked.push(request.url ?? '');
      const isFirst = asked.length === 1;
      const identifiers = [{ id: isFirst ? '1' : '2', email: null, cio_id: 'c' }];
      json(200, { segment_id: 7, ids: [], identifiers, next: isFirst ? 'a+b' : '' })(request, response);
    };
    expect((await all(app.journeys.segmentMembers(7))).map(({ id }) => id)).toEqual(['1', '2']);
    expect(asked).toEqual([
      '/v1/segments/7/membership?limit=30000',
      '/v1/segments/7/membership?start=a%2Bb&limit=30000',
    ]);
  });

  it('counts a segment and tells what uses it', async () => {
    answer = json(200, { segment_id: 7, count: 12 });
    expect(await app.journeys.segmentCount(7)).toBe(12);
    answer = json(200, {
      segment_id: 7,
      used_by: { campaigns: [1, 2], sent_newsletters: null, draft_newsletters: [9] },
    });
    expect(await app.journeys.segmentUse(7)).toEqual({
      campaignIds: [1, 2],
      sentNewsletterIds: [],
      draftNewsletterIds: [9],
    });
  });

  it('takes a 404 of the App API for "there is none", and a 404 of a web server for a wrong address', async () => {
    answer = json(404, { errors: [{ detail: 'not found', status: 404 }] });
    expect(await app.journeys.segmentCount(99)).toBeUndefined();
    expect(await app.journeys.segmentUse(99)).toBeUndefined();
    expect(await all(app.journeys.segmentMembers(99))).toEqual([]);
    answer = (_, response) => response.writeHead(404).end('<html>404</html>');
    await expect(app.journeys.segmentCount(99)).rejects.toMatchObject({ code: 'destination_unexpected' });
  });

  it.each([
    ['a login page', 200, '<html>Log in</html>'],
    ['a list', 200, '[]'],
    ['half an answer', 200, '{"campaigns":[{"id":1}]}'],
    ['nothing', 204, ''],
  ])('does not take %s for an answer', async (_, status, body) => {
    answer = (_request, response) => response.writeHead(status).end(body);
    await expect(app.journeys.campaigns()).rejects.toMatchObject({
      code: 'destination_unexpected',
      hint: expect.stringMatching(/app_url/),
    });
  });

  it('follows no redirect with a key in its hands', async () => {
    const asked: string[] = [];
    answer = (request, response) => {
      asked.push(request.url ?? '');
      response.writeHead(301, { location: 'https://api-eu.customer.io/v1/campaigns' }).end();
    };
    await expect(app.journeys.campaigns()).rejects.toMatchObject({ code: 'destination_wrong_region' });
    expect(asked).toEqual(['/v1/campaigns']);
  });

  it('reads null where the App API writes it for an empty list', async () => {
    answer = json(200, { campaigns: null, segments: null, results: null, customers: null, activities: null });
    expect(await app.journeys.campaigns()).toEqual([]);
    expect(await app.journeys.segments()).toEqual([]);
    expect(await app.profiles.findByEmail('a@x.com')).toEqual([]);
    expect(await app.profiles.profiles(['1'], 'id')).toEqual([]);
    expect(await all(app.profiles.activities({ since: 0 }))).toEqual([]);
  });

  it('ends with the first failure when many people are read at once', async () => {
    let requests = 0;
    answer = (request, response) => {
      requests += 1;
      json(requests < 3 ? 200 : 401, { customers: [] })(request, response);
    };
    const ids = Array.from({ length: 5000 }, (_, at) => `p${at}`);
    await expect(app.profiles.profiles(ids, 'id')).rejects.toMatchObject({ code: 'app_key_refused' });
    expect(requests).toBeLessThan(10);
  });
});
