import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TrackDestination } from '../../src/adapters/customerio/track-destination.ts';
import { ItemBatch } from '../../src/core/operation/item-batch.ts';
import { type RunningSandbox, startSandbox } from '../../src/sandbox/start-sandbox.ts';
import { batchRequests } from '../support/batches.ts';
import { customerioSettings as settings } from '../support/customerio-settings.ts';

function batchOf(items: readonly unknown[]): ItemBatch {
  const texts = items.map((item) => Buffer.from(JSON.stringify(item)));
  const offsets = [0];
  for (const text of texts) offsets.push((offsets.at(-1) ?? 0) + text.length + 1);
  const bytes = Buffer.from(texts.map((text) => text.toString()).join(','));
  return new ItemBatch(bytes, Uint32Array.from(offsets));
}

const person = (id: string, attributes: Record<string, unknown> = { plan: 'pro' }) => ({
  type: 'person',
  action: 'identify',
  identifiers: { id },
  attributes,
});

const people = (count: number) => batchOf(Array.from({ length: count }, (_, index) => person(`p${index}`)));

describe('TrackDestination against the sandbox', () => {
  let sandbox: RunningSandbox;
  let destination: TrackDestination;

  beforeEach(async () => {
    sandbox = await startSandbox({ environmentId: 71 });
    destination = new TrackDestination(settings(sandbox.url));
  });
  afterEach(async () => {
    await destination.close();
    await sandbox.close();
  });

  it('knows the workspace, and that it is a sandbox', async () => {
    expect(await destination.workspace()).toEqual({ region: 'us', environmentId: 71, isSandbox: true });
  });

  it('delivers a batch with one request', async () => {
    expect(await destination.deliver(people(500))).toEqual({ refused: new Map(), requests: 1 });
    expect(sandbox.admin.people()).toHaveLength(500);
  });

  it.each([207, 200] as const)('reads the refusal of single items from a %i', async (status) => {
    sandbox.admin.setFaults({
      match: { people: ['p3', 'p7'] },
      action: { kind: 'reject-items', status, reason: 'invalid', field: 'plan', message: 'no such plan' },
    });
    const { refused } = await destination.deliver(people(10));
    expect([...refused.keys()]).toEqual([3, 7]);
    expect(refused.get(3)).toEqual({ status, reason: 'invalid', field: 'plan', message: 'no such plan' });
    expect(sandbox.admin.people()).toHaveLength(8);
  });

  it('finds the item that makes a whole batch fail, and delivers the others', async () => {
    sandbox.admin.setFaults({
      match: { people: ['p13'] },
      action: { kind: 'status', status: 400, body: '{"errors":[{"reason":"invalid","message":"poison"}]}' },
    });
    const { refused } = await destination.deliver(people(40));
    expect([...refused]).toEqual([
      [13, { status: 400, reason: 'invalid', field: undefined, message: 'poison' }],
    ]);
    expect(sandbox.admin.people()).toHaveLength(39);
  });

  it('divides a batch that is too large for the other side', async () => {
    sandbox.admin.setSwitches({ batchBytesMax: 5000, oversizeStatus: 413 });
    const { refused, requests } = await destination.deliver(people(200));
    expect(refused.size).toBe(0);
    expect(requests).toBeGreaterThan(4);
    expect(sandbox.admin.people()).toHaveLength(200);
  });

  it.each([
    ['429 without a header', { kind: 'status', status: 429 }],
    ['429 with Retry-After', { kind: 'status', status: 429, headers: { 'retry-after': '1' } }],
    ['500', { kind: 'status', status: 500, body: 'oops' }],
    [
      '502 with HTML',
      {
        kind: 'status',
        status: 502,
        headers: { 'content-type': 'text/html' },
        body: '<html>Bad gateway</html>',
      },
    ],
    ['a cut connection', { kind: 'drop-before' }],
    ['a lost answer', { kind: 'drop-after-commit' }],
    ['no answer at all', { kind: 'hang' }],
  ] as const)(
    'tries again after %s',
    async (_, action) => {
      sandbox.admin.setFaults({ match: { path: '/api/v2/batch', firstN: 2 }, action });
      const { refused, requests } = await destination.deliver(people(5));
      expect(refused.size).toBe(0);
      expect(requests).toBe(3);
      expect(sandbox.admin.people()).toHaveLength(5);
    },
    30_000,
  );

  it('sends an event once, also when its answer was lost', async () => {
    sandbox.admin.setFaults({ match: { firstN: 1 }, action: { kind: 'drop-after-commit' } });
    const event = {
      type: 'person',
      action: 'event',
      identifiers: { id: 'p1' },
      id: '01DXF6DT00EHKHQQN49EQ165BD',
      name: 'order_placed',
      timestamp: 1_795_428_000,
      attributes: {},
    };
    await destination.deliver(batchOf([person('p1'), event]));
    expect(sandbox.admin.events()).toHaveLength(1);
    expect(batchRequests(sandbox)).toBe(2);
  });

  it('gives up after a bounded number of attempts, saying what it met', async () => {
    const waits: number[] = [];
    const hasty = new TrackDestination(settings(sandbox.url), {
      sleep: async (durationMs) => void waits.push(durationMs),
      chance: () => 1,
    });
    sandbox.admin.setFaults({ action: { kind: 'status', status: 503, headers: { 'retry-after': '0' } } });
    await expect(hasty.deliver(people(1))).rejects.toMatchObject({
      code: 'destination_unreachable',
      message: expect.stringMatching(/503 after 8 attempts/),
      exitCode: 4,
    });
    expect(batchRequests(sandbox)).toBe(8);
    expect(waits).toEqual([250, 500, 1000, 2000, 4000, 8000, 16_000]);
    await hasty.close();
  });

  it('does not wait longer than its budget, whatever the server asks for', async () => {
    sandbox.admin.setFaults({ action: { kind: 'status', status: 429, headers: { 'retry-after': '86400' } } });
    await expect(destination.deliver(people(1))).rejects.toMatchObject({ code: 'destination_unreachable' });
    expect(batchRequests(sandbox)).toBe(1);
  });

  it('stops at once when the credentials are refused', async () => {
    const stranger = new TrackDestination(settings(sandbox.url, { apiKey: 'wrong' }));
    await expect(stranger.workspace()).rejects.toMatchObject({
      code: 'destination_unauthorised',
      exitCode: 4,
    });
    await expect(stranger.deliver(people(3))).rejects.toMatchObject({ code: 'destination_unauthorised' });
    expect(batchRequests(sandbox)).toBe(1);
    expect(await stranger.deliver(people(3)).catch((error: Error) => error.message)).not.toMatch(/wrong/);
    await stranger.close();
  });

  it('stops waiting for its turn when the run is asked to stop', async () => {
    sandbox.admin.setFaults({ action: { kind: 'status', status: 503 } });
    const controller = new AbortController();
    const delivery = destination.deliver(people(1), controller.signal);
    setTimeout(() => controller.abort(), 100);
    await expect(delivery).rejects.toMatchObject({ code: 'interrupted' });
  });

  it('keeps to its pace', async () => {
    const slow = new TrackDestination(settings(sandbox.url, { requestsPerSecond: 20 }));
    const begunAt = performance.now();
    await Promise.all(Array.from({ length: 11 }, (_, index) => slow.deliver(batchOf([person(`p${index}`)]))));
    expect(performance.now() - begunAt).toBeGreaterThan(480);
    await slow.close();
  });
});

describe('TrackDestination against something else', () => {
  let server: Server;
  let answer: RequestListener;
  let destination: TrackDestination;

  beforeEach(async () => {
    server = createServer((request, response) => answer(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    destination = new TrackDestination(
      settings(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
    );
  });
  afterEach(async () => {
    await destination.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  const json =
    (status: number, body: unknown): RequestListener =>
    (_, response) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };

  it('refuses a workspace in another region, before anything is sent', async () => {
    answer = json(200, { url: 'https://track-eu.customer.io', region: 'eu', environment_id: 3 });
    await expect(destination.workspace()).rejects.toMatchObject({
      code: 'destination_wrong_region',
      message: expect.stringMatching(/not in region us but in eu/),
    });
  });

  it('never follows a redirect with customers in its hands', async () => {
    const asked: string[] = [];
    answer = (request, response) => {
      asked.push(request.url ?? '');
      response.writeHead(307, { location: 'https://track-eu.customer.io/api/v2/batch' }).end();
    };
    await expect(destination.deliver(people(1))).rejects.toMatchObject({ code: 'destination_wrong_region' });
    expect(asked).toEqual(['/api/v2/batch']);
  });

  it.each([
    ['a login page', 200, '<html>Log in</html>'],
    ['a page that is not found', 404, '<html>404</html>'],
    ['a list', 200, '[]'],
  ])('does not take %s for an acceptance', async (_, status, body) => {
    answer = (_request, response) => response.writeHead(status).end(body);
    await expect(destination.deliver(people(1))).rejects.toMatchObject({ code: 'destination_unexpected' });
    await expect(destination.workspace()).rejects.toMatchObject({ code: 'destination_unexpected' });
  });

  it.each([
    [200, ''],
    [204, ''],
    [200, '{}\n'],
  ])('takes %i %j for an acceptance', async (status, body) => {
    answer = (_request, response) => response.writeHead(status).end(body);
    expect((await destination.deliver(people(2))).refused.size).toBe(0);
  });

  it('asks again in smaller batches when an error names no item', async () => {
    let requests = 0;
    answer = (request, response) => {
      let body = '';
      request.on('data', (chunk) => {
        body += chunk;
      });
      request.on('end', () => {
        requests += 1;
        const isBad = body.includes('"p2"');
        response.writeHead(isBad ? 207 : 200).end(isBad ? '{"errors":[{"reason":"strange"}]}' : '{}');
      });
    };
    const { refused } = await destination.deliver(people(4));
    expect([...refused.keys()]).toEqual([2]);
    expect(requests).toBe(5);
  });

  it('says so when nobody is there', async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    const begunAt = performance.now();
    await expect(destination.workspace()).rejects.toMatchObject({
      code: 'destination_unreachable',
      message: expect.stringMatching(/ECONNREFUSED/),
    });
    expect(performance.now() - begunAt).toBeLessThan(10_000);
    server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  }, 15_000);
});
