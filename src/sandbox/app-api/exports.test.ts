import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { parseCsv } from '../csv/parse-csv.ts';
import { type RunningSandbox, startSandbox } from '../start-sandbox.ts';
import {
  connectTo,
  eventById,
  identifyById,
  type Reply,
  type SandboxClient,
} from '../testing/sandbox-client.ts';

let sandbox: RunningSandbox;
let client: SandboxClient;

beforeAll(async () => {
  const clock = { startAtMs: Date.UTC(2026, 10, 23, 12), rate: 0 };
  sandbox = await startSandbox({ clock, switches: { appRequestsPerSecondMax: 0 } });
  client = connectTo(sandbox);
});
beforeEach(() => sandbox.admin.reset());
afterAll(async () => {
  await client.close();
  await sandbox.close();
});

const get = (path: string) => client.app('GET', path);
const EVERYBODY = { attribute: { field: 'cio_id', operator: 'exists' } };
const exportPeople = (filters: unknown = EVERYBODY) =>
  client.app('POST', '/v1/exports/customers', { filters });
const downloadedRows = (reply: Reply) => [...parseCsv(reply.text)];

async function linkOf(exportId: number): Promise<string> {
  const { url } = (await get(`/v1/exports/${exportId}/download`)).json as { url: string };
  expect(url.startsWith(`${sandbox.url}/downloads/exports/${exportId}?`)).toBe(true);
  return url.slice(sandbox.url.length);
}

describe('an export of people', () => {
  test('is pending, then done, then downloaded without a key', async () => {
    await client.batch(
      identifyById('1', { email: 'a@x.com', note: 'says "hi", twice\nor thrice' }),
      identifyById('2', { n: 1.5, list: [1] }),
    );
    const createdAt = sandbox.admin.nowMs() / 1000;
    const [cioId1, cioId2] = sandbox.admin.people().map((person) => person.cio_id);
    expect((await exportPeople()).json).toEqual({
      export: {
        id: 1,
        deduplicate_id: `1:${createdAt}`,
        type: 'customers',
        failed: false,
        description: 'Customers',
        downloads: 0,
        created_at: createdAt,
        updated_at: createdAt,
        total: 0,
        user_id: 0,
        user_email: '',
        status: 'pending',
      },
    });
    expect((await get('/v1/exports/1/download')).status).toBe(404);
    sandbox.admin.setClock({ advanceMs: 1000 });
    await client.entity({ type: 'person', action: 'delete', identifiers: { id: '2' } });
    const reply = await client.app('GET', await linkOf(1), undefined, {});
    expect(reply.headers['content-type']).toBe('text/csv; charset=utf-8');
    expect(downloadedRows(reply)).toEqual([
      ['id', 'email', 'cio_id', '_created_in_customerio_at', 'note', 'n', 'list'],
      ['1', 'a@x.com', cioId1, String(createdAt), 'says "hi", twice\nor thrice', '', ''],
      ['2', '', cioId2, String(createdAt), '', '1.5', '[1]'],
    ]);
    expect((await get('/v1/exports/1')).json).toMatchObject({
      export: { total: 2, status: 'done', downloads: 1, updated_at: createdAt + 1 },
    });
    expect((await get('/v1/exports')).json).toMatchObject({ exports: [{ id: 1 }] });
  });

  test('holds those whom the filter fits', async () => {
    await client.batch(identifyById('1', { plan: 'pro' }), identifyById('2'));
    sandbox.admin.setSwitches({ exportReadyAfterMs: 0 });
    await exportPeople({ attribute: { field: 'plan', operator: 'eq', value: 'pro' } });
    expect(downloadedRows(await get(await linkOf(1)))).toHaveLength(2);
  });

  test('a link holds for fifteen minutes, for its export alone', async () => {
    sandbox.admin.setSwitches({ exportReadyAfterMs: 0 });
    await exportPeople();
    await exportPeople();
    const link = await linkOf(1);
    expect((await get(link.replace('/exports/1', '/exports/2'))).status).toBe(403);
    expect((await get(link.replace(/expires=\d+/, 'expires=9999999999'))).status).toBe(403);
    expect((await get('/downloads/exports/1')).status).toBe(403);
    expect((await get('/downloads/exports/9?expires=1&signature=x')).status).toBe(403);
    sandbox.admin.setClock({ advanceMs: 899_000 });
    expect((await get(link)).status).toBe(200);
    sandbox.admin.setClock({ advanceMs: 1000 });
    expect((await get(link)).status).toBe(403);
  });

  test.each([undefined, {}, 'x', { attribute: { field: 'plan', operator: 'eq' } }])(
    'the filter %j is refused',
    async (filters) => {
      expect((await client.app('POST', '/v1/exports/customers', { filters })).status).toBe(400);
      expect((await get('/v1/exports')).text).toBe('{"exports":null}');
    },
  );

  test.each(['/v1/exports/1', '/v1/exports/x', '/v1/exports/1/download'])('%s is unknown', async (path) => {
    expect((await get(path)).status).toBe(404);
  });
});

describe('an export of deliveries', () => {
  const start = {
    name: 'Welcome',
    trigger: { event: 'signed_up' },
    steps: [{ message: 'Hello', subject: 'Hi' }],
  };

  test('holds the messages that would have been sent', async () => {
    const shop = await startSandbox({
      switches: { appRequestsPerSecondMax: 0, exportReadyAfterMs: 0 },
      workspace: { campaigns: [{ id: 3, ...start }] },
    });
    const calls = connectTo(shop);
    await calls.batch(identifyById('1', { email: 'a@x.com' }), eventById('1', 'signed_up'));
    const made = await calls.app('POST', '/v1/exports/deliveries', { campaign_id: 3 });
    expect(made.json).toMatchObject({ export: { id: 1, type: 'deliveries', total: 1, status: 'done' } });
    await calls.app('POST', '/v1/exports/deliveries', { campaign_id: 4 });
    const { url } = (await calls.app('GET', '/v1/exports/1/download')).json as { url: string };
    const [columns, row] = downloadedRows(await calls.app('GET', url.slice(shop.url.length), undefined, {}));
    const cells = Object.fromEntries((columns ?? []).map((column, at) => [column, row?.[at]]));
    expect(cells).toMatchObject({ campaign_id: '3', customer_id: '1', email: 'a@x.com', subject: 'Hi' });
    expect((await calls.app('GET', '/v1/exports/2')).json).toMatchObject({ export: { total: 0 } });
    await calls.close();
    await shop.close();
  });

  test.each(['{', '[]', { campaign_id: 'x' }])('the filters %j are refused', async (filters) => {
    expect((await client.app('POST', '/v1/exports/deliveries', filters)).status).toBe(400);
  });
});
