import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { describeWithShared } from '../../test/support/shared-data.ts';
import { type RunningSandbox, startSandbox } from './start-sandbox.ts';
import { readDescription } from './testing/official-description.ts';
import { connectTo, type Reply, type SandboxClient } from './testing/sandbox-client.ts';
import { bodiesOf, requiredNames } from './testing/schema-arbitrary.ts';
import { TRACK_V1_DELIVERY_ROUTES } from './track-api/track-v1-delivery-routes.ts';
import { TRACK_V1_ROUTES } from './track-api/track-v1-routes.ts';
import { TRACK_V2_ROUTES } from './track-api/track-v2-routes.ts';

const SEGMENT_ID = 7;
const RUNS = 40;

describeWithShared('customerio/track-openapi.json', 'the official description', (path) => {
  const description = readDescription(path);
  const schemas = description.components['schemas'] ?? {};
  const withBody = description.operations.flatMap((operation) =>
    operation.bodySchema === undefined ? [] : [{ ...operation, bodySchema: operation.bodySchema }],
  );

  let sandbox: RunningSandbox;
  let client: SandboxClient;

  beforeAll(async () => {
    sandbox = await startSandbox({
      requestLog: 'bodies',
      segments: [{ id: SEGMENT_ID, name: 'By hand', type: 'manual' }],
    });
    client = connectTo(sandbox);
  });
  beforeEach(() => sandbox.admin.reset());
  afterAll(async () => {
    await client.close();
    await sandbox.close();
  });

  /** Sends a body to an operation, and holds the exchange against the description. */
  async function send(pattern: string, method: string, body: unknown): Promise<Reply> {
    const target = pattern
      .replace(':segment_id', String(SEGMENT_ID))
      .replace(':identifier', 'somebody')
      .replace(/:\w+/, 'RPILAgUBcRhIBqSfeiIwdIYJKxTY');
    sandbox.admin.setRequestLog({ clear: true });
    const reply = await client.track(method, target, body);
    const exchange = sandbox.admin.requests()[0];
    expect(exchange && description.violationsOf(exchange), JSON.stringify(body)).toEqual([]);
    return reply;
  }

  test('has the operations that are served, no more and no fewer', () => {
    const served = [...TRACK_V1_ROUTES, ...TRACK_V1_DELIVERY_ROUTES, ...TRACK_V2_ROUTES].map(
      ({ method, pattern }) => `${method} ${pattern}`,
    );
    const described = description.operations.map(({ method, pattern }) => `${method} ${pattern}`);
    expect(served.toSorted()).toEqual(described.toSorted());
    expect(described).toHaveLength(18);
  });

  test.each(description.operations.filter(({ bodySchema }) => bodySchema === undefined))(
    'describes the answer of $id',
    async ({ pattern, method }) => {
      expect((await send(pattern, method, undefined)).status).toBe(200);
    },
  );

  test.each(withBody)('allows no body at $id that is refused', async ({ pattern, method, bodySchema }) => {
    await fc.assert(
      fc.asyncProperty(bodiesOf(bodySchema, schemas), async (body) => {
        expect([200, 204], JSON.stringify(body)).toContain((await send(pattern, method, body)).status);
      }),
      { numRuns: RUNS },
    );
  });

  test.each(withBody)(
    'is kept by the answers to odd bodies at $id',
    async ({ pattern, method, bodySchema }) => {
      const odd = fc.tuple(bodiesOf(bodySchema, schemas), fc.nat(), fc.jsonValue({ maxDepth: 1 }));
      await fc.assert(
        fc.asyncProperty(odd, async ([body, at, value]) => {
          await send(pattern, method, withOneReplaced(body as object, at, value));
        }),
        { numRuns: RUNS },
      );
    },
  );

  describe('names what items of v2 need', () => {
    const kinds = Object.keys(schemas).filter((name) => /^(identify_person|person_|object_)/.test(name));
    const items = [...kinds, 'delivery_operations'].filter((name) => 'title' in (schemas[name] ?? {}));
    const needs = items.flatMap((name) =>
      requiredNames(schemas[name] ?? {}, schemas).map((field) => [name, field] as const),
    );

    test('of every kind', () => {
      expect(new Set(needs.map(([name]) => name)).size).toBeGreaterThanOrEqual(18);
    });

    test.each(needs)('%s without %s is refused', async (name, field) => {
      const [item] = fc.sample(bodiesOf(schemas[name] ?? {}, schemas), 1);
      const { [field]: _left, ...rest } = item as Record<string, unknown>;
      expect((await send('/api/v2/entity', 'POST', rest)).status).toBe(400);
    });
  });
});

/** The body with one of its members of another value. */
function withOneReplaced(body: object, at: number, value: unknown): object {
  const names = Object.keys(body);
  const name = names[at % Math.max(1, names.length)];
  return name === undefined ? body : { ...body, [name]: value };
}
