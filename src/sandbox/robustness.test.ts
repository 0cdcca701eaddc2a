import { once } from 'node:events';
import { connect } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RunningSandbox, startSandbox } from './start-sandbox.ts';
import { connectTo, identifyById, type SandboxClient } from './testing/sandbox-client.ts';

/** Generous for one request on a busy machine; an endless loop or a backtracking pattern takes far longer. */
const ANSWER_MS_MAX = 5000;

let sandbox: RunningSandbox;
let client: SandboxClient;

beforeAll(async () => {
  sandbox = await startSandbox({ switches: { appRequestsPerSecondMax: 0 } });
  client = connectTo(sandbox);
});
afterAll(async () => {
  await client.close();
  await sandbox.close();
});

const ROUTES = [
  ['POST', '/api/v2/batch'],
  ['POST', '/api/v2/entity'],
  ['PUT', '/api/v1/customers/1'],
  ['POST', '/api/v1/customers/1/events'],
  ['POST', '/api/v1/events'],
  ['POST', '/api/v1/merge_customers'],
  ['PUT', '/api/v1/customers/1/devices'],
  ['POST', '/api/v1/forms/f/submit'],
  ['POST', '/api/v1/metrics'],
  ['POST', '/api/v1/push/events'],
  ['POST', '/unsubscribe/abc'],
  ['POST', '/api/v1/segments/1/add_customers'],
  ['POST', '/v1/customers'],
  ['POST', '/v1/customers/attributes'],
  ['POST', '/v1/data_index/attributes'],
  ['POST', '/v1/data_index/events'],
  ['POST', '/v1/imports'],
  ['POST', '/v1/exports/customers'],
  ['POST', '/v1/segments'],
  ['POST', '/v1/identify'],
  ['POST', '/v1/track'],
  ['POST', '/v1/page'],
  ['POST', '/v1/screen'],
  ['POST', '/v1/group'],
  ['POST', '/v1/alias'],
  ['POST', '/v1/batch'],
  ['POST', '/_sandbox/faults'],
  ['POST', '/_sandbox/clock'],
  ['POST', '/_sandbox/workspace'],
] as const;

/** A call with both keys, so that every route looks at the body. */
async function send(method: string, path: string, body: string | Buffer | undefined): Promise<number> {
  const startedAt = performance.now();
  const reply = await callerOf(path)(method, path, body);
  expect(performance.now() - startedAt).toBeLessThan(ANSWER_MS_MAX);
  expect(reply.text).not.toContain('sandbox_bug');
  return reply.status;
}

const PIPELINES_PATH = /^\/v1\/(identify|track|page|screen|group|alias|batch)$/;

function callerOf(path: string): SandboxClient['track'] {
  if (PIPELINES_PATH.test(path))
    return (_method, _path, body) => client.pipelines(path.slice('/v1/'.length), body, STRICT);
  if (path.startsWith('/v1')) return client.app;
  return path.startsWith('/_') ? client.admin : client.track;
}

const STRICT = { 'x-strict-mode': '1' };

/** Values that look like items, with every field possibly of the wrong type. */
const oddValue = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom<unknown>(
    'identify',
    'event',
    'merge',
    'person',
    'object',
    '1',
    'a@x.com',
    '__proto__',
    '',
    1e308,
  ),
);
const keyed = fc.oneof(
  fc.dictionary(
    fc.constantFrom('id', 'email', 'cio_id', 'object_id', 'object_type_id', '__proto__'),
    oddValue,
  ),
  oddValue,
);
const oddItem = fc.record(
  {
    type: fc.oneof(fc.constantFrom('person', 'object', 'delivery'), oddValue),
    action: fc.oneof(
      fc.constantFrom(
        'identify',
        'event',
        'page',
        'merge',
        'delete',
        'suppress',
        'add_device',
        'add_relationships',
      ),
      oddValue,
    ),
    identifiers: keyed,
    primary: keyed,
    secondary: keyed,
    name: oddValue,
    id: oddValue,
    timestamp: fc.oneof(fc.double(), oddValue),
    attributes: fc.oneof(fc.dictionary(fc.string(), oddValue), oddValue),
    device: fc.oneof(fc.record({ token: oddValue, platform: fc.constantFrom('ios', 'android') }), oddValue),
    cio_relationships: fc.oneof(
      fc.array(fc.record({ identifiers: keyed, relationship_attributes: oddValue })),
      oddValue,
    ),
  },
  { requiredKeys: [] },
);

const ACCEPTABLE: ReadonlySet<number> = new Set([200, 204, 207, 400, 422]);

describe('odd input gets a sane answer', () => {
  test('items with fields of any type are taken or refused, never a fault of the sandbox', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(oddItem, { minLength: 1, maxLength: 5 }), async (items) => {
        expect(ACCEPTABLE).toContain(await send('POST', '/api/v2/batch', JSON.stringify({ batch: items })));
        expect(ACCEPTABLE).toContain(await send('POST', '/api/v2/entity', JSON.stringify(items[0])));
        expect(ACCEPTABLE).toContain(await send('PUT', '/api/v1/customers/1', JSON.stringify(items[0])));
      }),
      { numRuns: 150 },
    );
    expect((await client.admin('GET', '/_sandbox/people')).status).toBe(200);
    expect((await client.admin('GET', '/_sandbox/activities')).status).toBe(200);
    expect((await client.app('GET', '/v1/activities?limit=100')).status).toBe(200);
  });

  test('calls of the Pipelines API with fields of any type', async () => {
    const odd = fc.record(
      {
        type: fc.oneof(fc.constantFrom('identify', 'track', 'page', 'screen', 'group', 'alias'), oddValue),
        userId: oddValue,
        anonymousId: oddValue,
        previousId: oddValue,
        groupId: oddValue,
        event: fc.oneof(fc.constantFrom('User Deleted', 'Object Deleted', 'Device Deleted', 'a'), oddValue),
        timestamp: fc.oneof(fc.constant('2026-01-01T00:00:00Z'), oddValue),
        traits: fc.oneof(fc.dictionary(fc.string(), oddValue), oddValue),
        properties: fc.oneof(fc.record({ objectId: oddValue, objectTypeId: oddValue }), oddValue),
        context: fc.oneof(fc.record({ device: oddValue }), oddValue),
        integrations: oddValue,
      },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('identify', 'track', 'page', 'screen', 'group', 'alias'),
        fc.array(odd, { minLength: 1, maxLength: 3 }),
        async (kind, calls) => {
          expect(ACCEPTABLE).toContain(await send('POST', `/v1/${kind}`, JSON.stringify(calls[0])));
          expect(ACCEPTABLE).toContain(await send('POST', '/v1/batch', JSON.stringify({ batch: calls })));
        },
      ),
      { numRuns: 100 },
    );
    expect((await client.admin('GET', '/_sandbox/people')).status).toBe(200);
    expect((await client.admin('GET', '/_sandbox/objects')).status).toBe(200);
  });

  test('filters of any shape', async () => {
    const { filter } = fc.letrec((tie) => ({
      filter: fc.oneof(
        { depthSize: 'small' },
        fc.record({ attribute: fc.record({ field: oddValue, operator: oddValue, value: oddValue }) }),
        fc.record({ segment: keyed }),
        fc.record({ and: fc.oneof(fc.array(tie('filter'), { maxLength: 3 }), oddValue) }),
        fc.record({ or: fc.array(tie('filter'), { maxLength: 3 }) }),
        fc.record({ not: tie('filter') }),
        oddValue,
      ),
    }));
    await fc.assert(
      fc.asyncProperty(filter, async (given) => {
        expect(ACCEPTABLE).toContain(await send('POST', '/v1/customers', JSON.stringify({ filter: given })));
      }),
      { numRuns: 100 },
    );
  });

  test('a query of any shape', async () => {
    const value = fc.oneof(
      fc.constantFrom('', '1', '-1', '1e9', 'true', 'phone', '_o:1:create'),
      fc.string(),
    );
    const query = fc.dictionary(
      fc.constantFrom('start', 'limit', 'type', 'name', 'id_type', 'customer_id', 'deleted', 'email'),
      value,
    );
    const path = fc.constantFrom(
      '/v1/activities',
      '/v1/customers',
      '/v1/customers/1/relationships',
      '/v1/exports/1',
    );
    await fc.assert(
      fc.asyncProperty(path, query, async (target, parameters) => {
        const status = await send('GET', `${target}?${new URLSearchParams(parameters)}`, undefined);
        expect([200, 400, 404]).toContain(status);
      }),
      { numRuns: 150 },
    );
  });

  test('any bytes as a body', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...ROUTES),
        fc.oneof(fc.uint8Array({ maxLength: 200 }).map(Buffer.from), fc.json().map(Buffer.from)),
        async ([method, path], body) => {
          expect(ACCEPTABLE).toContain(await send(method, path, body));
        },
      ),
      { numRuns: 300 },
    );
  });

  test('any path and query', async () => {
    const piece = fc.oneof(
      fc.constantFrom(
        'api',
        'v1',
        'v2',
        'customers',
        '..',
        '%2e%2e',
        '%',
        '%zz',
        '%00',
        '',
        'a%40x.com',
        '_sandbox',
      ),
      fc.stringMatching(/^[a-z0-9%._~!$&'()*+,;=:@-]{0,20}$/),
    );
    const target = fc.array(piece, { maxLength: 6 }).map((pieces) => `/${pieces.join('/')}`);
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('GET', 'PUT', 'POST', 'DELETE', 'PATCH', 'OPTIONS'),
        target,
        async (method, path) => {
          expect(await send(method, path, undefined)).toBeLessThan(500);
        },
      ),
      { numRuns: 300 },
    );
  });

  test.each([
    ['/nowhere', 404],
    ['/nowhere', 404],
    ['/v1/nowhere', 404],
    ['/api/v1/customers/', 404],
    ['/api/v1/customers/%zz', 400],
    ['//api//v2//batch', 404],
  ])('GET %s is %i', async (path, status) => {
    expect(await send('GET', path, undefined)).toBe(status);
  });

  test('the wrong method names the right one', async () => {
    const reply = await client.track('GET', '/api/v2/batch');
    expect([reply.status, reply.headers['allow']]).toEqual([405, 'POST']);
  });

  test('deep nesting is refused, as deep as a body can be', async () => {
    const deep = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;
    for (const depth of [300, 100_000, 249_000]) {
      expect(await send('POST', '/api/v2/batch', `{"batch":[${deep(depth)}]}`)).toBe(400);
      expect(await send('PUT', '/api/v1/customers/1', `{"x":${'{"x":'.repeat(depth / 4)}1`)).toBe(400);
    }
  });

  test('a huge body is counted, not kept', async () => {
    const huge = Buffer.alloc(30_000_000, 0x20);
    expect(await send('POST', '/api/v2/batch', huge)).toBe(400);
    expect(await send('PUT', '/api/v1/customers/1', huge)).toBe(400);
    expect(sandbox.admin.requests().at(-1)?.bytes).toBe(30_000_000);
  });

  test('a compressed body is explained', async () => {
    const reply = await client.track('POST', '/api/v2/batch', '{}', {
      'content-encoding': 'gzip',
      authorization: `Basic ${Buffer.from('sandbox-site:sandbox-key').toString('base64')}`,
    });
    expect(reply.status).toBe(400);
    expect(reply.text).toContain('gzip');
  });

  test('patterns that could backtrack do not', async () => {
    const address = `${'@'.repeat(100_000)}`;
    await send(
      'PUT',
      '/api/v1/customers/1',
      JSON.stringify({ email: 'x'.repeat(900), name: address.slice(0, 900) }),
    );
    await send('POST', '/api/v2/batch', `{"batch":["${'\\'.repeat(200_000)}"]}`);
    await send('POST', '/api/v2/batch', `{"batch":[${'9'.repeat(400_000)}]}`);
    await send('POST', '/api/v2/batch', `{"batch":[${'-'.repeat(400_000)}]}`);
  });
});

describe('what is not HTTP, or stops half-way', () => {
  async function rawSend(text: string): Promise<string> {
    const socket = connect(sandbox.port, '127.0.0.1');
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk.toString('latin1');
    });
    socket.on('error', () => undefined);
    socket.end(text);
    await once(socket, 'close');
    return answer;
  }

  test('garbage is answered with 400', async () => {
    expect(await rawSend('hello\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /);
    expect(await rawSend('\u0000\u0001\u0002')).toMatch(/^HTTP\/1\.1 400 /);
  });

  test('a body that stops half-way is applied by nobody', async () => {
    const before = sandbox.admin.info().people;
    const authorization = `Basic ${Buffer.from('sandbox-site:sandbox-key').toString('base64')}`;
    const body = JSON.stringify({ batch: [identifyById('half')] });
    await rawSend(
      `POST /api/v2/batch HTTP/1.1\r\nhost: x\r\nauthorization: ${authorization}\r\ncontent-length: ${body.length + 1}\r\n\r\n${body}`,
    );
    expect(sandbox.admin.info().people).toBe(before);
  });

  test('an absolute target is understood', async () => {
    const answer = await rawSend(
      `GET ${sandbox.url}/_sandbox HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
  });

  test('a reader who leaves a stream early hurts nobody', async () => {
    await client.batch(
      ...Array.from({ length: 1500 }, (_, at) => identifyById(`s${at}`, { x: 'y'.repeat(200) })),
    );
    const socket = connect(sandbox.port, '127.0.0.1');
    socket.write('GET /_sandbox/people HTTP/1.1\r\nhost: x\r\n\r\n');
    await once(socket, 'data');
    socket.destroy();
    expect((await client.admin('GET', '/_sandbox')).status).toBe(200);
  });
});
