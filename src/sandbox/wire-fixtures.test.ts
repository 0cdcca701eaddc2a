import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RunningSandbox, startSandbox } from './start-sandbox.ts';
import { connectTo, type SandboxClient } from './testing/sandbox-client.ts';

/** Real answers and the official description, which lie beside the repository and not in it. */
const CUSTOMERIO = path.resolve(import.meta.dirname, '../../../shared/customerio');
const FIXTURES = path.join(CUSTOMERIO, 'wire-fixtures');
const OPENAPI = path.join(CUSTOMERIO, 'track-openapi.json');

/** Headers of the recordings that speak of the way, not of the answer. */
const NOT_COMPARED: ReadonlySet<string> = new Set(['date', 'strict-transport-security', 'alt-svc']);

interface Fixture {
  readonly scenario: string;
  readonly kind: string;
  readonly sdkCall: { readonly args: readonly unknown[] };
  readonly mocks: readonly {
    readonly host: string;
    readonly path: string;
    readonly method: string;
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: unknown;
  }[];
}

function liveFixtures(): readonly Fixture[] {
  if (!existsSync(FIXTURES)) return [];
  return readdirSync(FIXTURES)
    .map((file) => JSON.parse(readFileSync(path.join(FIXTURES, file), 'utf8')) as Fixture)
    .filter((fixture) => fixture.kind === 'live');
}

/** What the SDK sends for the recorded calls. */
function bodyOf({ scenario, sdkCall: { args } }: Fixture): unknown {
  switch (scenario.replace('__success', '')) {
    case 'addDevice':
      return { device: { id: args[1], platform: args[2] } };
    case 'batch':
      return { batch: args[0] };
    case 'identify':
    case 'track':
      return args[1];
    case 'trackAnonymous':
      return { anonymous_id: args[0], ...(args[1] as object) };
    case 'trackPageView':
      return { type: 'page', name: args[1] };
    default:
      return undefined;
  }
}

let sandbox: RunningSandbox;
let client: SandboxClient;

beforeAll(async () => {
  sandbox = await startSandbox();
  client = connectTo(sandbox);
});
afterAll(async () => {
  await client.close();
  await sandbox.close();
});

describe.skipIf(!existsSync(FIXTURES))('recorded answers (../shared/customerio/wire-fixtures)', () => {
  test.each(liveFixtures())('the answer to $scenario equals the recording', async (fixture) => {
    for (const mock of fixture.mocks) {
      const call = mock.host.startsWith('track') ? client.track : client.app;
      const reply = await call(mock.method, mock.path, bodyOf(fixture));
      expect(reply.status).toBe(mock.status);
      expect(reply.json).toEqual(mock.body);
      const recorded = Object.entries(mock.headers).filter(([name]) => !NOT_COMPARED.has(name));
      expect(reply.headers).toMatchObject(Object.fromEntries(recorded));
    }
  });
});

interface Operation {
  readonly title?: string;
  readonly description?: string;
  readonly example?: unknown;
}

/** The examples that the official description gives for v2 operations. */
function v2Examples(): readonly { readonly name: string; readonly example: object }[] {
  if (!existsSync(OPENAPI)) return [];
  const description = JSON.parse(readFileSync(OPENAPI, 'utf8')) as {
    components: { schemas: Record<string, Operation> };
  };
  return Object.entries(description.components.schemas)
    .filter(([name]) => /^(identify_person|person_|object_|delivery_)/.test(name))
    .map(([name, schema]) => ({ name, example: schema.example }))
    .filter((entry): entry is { name: string; example: object } => isWholeItem(entry.example));
}

function isWholeItem(example: unknown): boolean {
  return typeof example === 'object' && example !== null && 'type' in example && 'action' in example;
}

describe.skipIf(!existsSync(OPENAPI))(
  'the official description (../shared/customerio/track-openapi.json)',
  () => {
    test('gives at least one example of each kind', () => {
      expect(v2Examples().length).toBeGreaterThan(12);
    });

    test.each(v2Examples())('its example of $name is accepted', async ({ example }) => {
      const reply = await client.entity(example);
      expect(reply.text).toBe('{}\n');
      expect(reply.status).toBe(200);
    });
  },
);
