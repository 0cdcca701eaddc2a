import { readdirSync, readFileSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { SandboxCore } from './sandbox-core.ts';
import { createSandboxServer } from './sandbox-server.ts';
import { setupOf } from './sandbox-setup.ts';
import type { WorkspaceInput } from './start-sandbox.ts';
import { SnapshotBuilder, snapshotLines } from './state-file/snapshot-lines.ts';
import { connectTo, eventById, identifyById, type SandboxClient } from './testing/sandbox-client.ts';

const START_MS = Date.UTC(2026, 10, 23, 10);
const ULID = '01DXF6DT00EHKHQQN49EQ165BD';

let core: SandboxCore;
let client: SandboxClient;
let server: Server;

beforeAll(async () => {
  server = createSandboxServer(() => core, new AbortController().signal);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  client = connectTo({ url, credentials: freshCore().setup.credentials });
});
beforeEach(() => {
  core = freshCore();
});
afterAll(async () => {
  await client.close();
  server.close();
});

function freshCore(): SandboxCore {
  const clock = { source: () => START_MS, rate: 0 };
  return new SandboxCore(setupOf({ clock, environmentId: 4711, requestLog: 'bodies', workspace: WORKSPACE }));
}

/** Something for every kind of thing that is due, and for every list of consequences. */
const WORKSPACE: WorkspaceInput = {
  segments: [
    { id: 1, name: 'Pro', when: { attribute: 'plan', eq: 'pro' } },
    { id: 2, name: 'Recent', when: { event: 'visited', type: 'page', within_past: '1m' } },
    { id: 3, name: 'Dated', when: { attribute: 'at', is_timestamp: true } },
    { id: 4, name: 'By hand' },
  ],
  campaigns: [
    {
      id: 1,
      name: 'Slow',
      trigger: { event: 'visited', type: 'page' },
      steps: [{ message: 'One' }, { wait: '1m' }, { message: 'Two' }],
      goal: { event: 'order_placed' },
    },
    { id: 2, name: 'Filtered', trigger: { event: 'lost' }, filter: { segment: 'Pro' } },
    { id: 3, name: 'Dated', trigger: { segment: 'Dated' }, frequency: { every: '1h' } },
    { id: 4, name: 'Both', trigger: { segments: ['Pro', 'By hand'] } },
  ],
  reporting_webhooks: [{ url: 'http://127.0.0.1:9/', signing_key: 'x' }],
};

/** Whole state as text; only how long requests took is left out. */
function textOf(of: SandboxCore): string {
  return [...snapshotLines(of.snapshot())].join('\n').replaceAll(/"duration_ms":[\d.]+/g, '');
}

/** Something for every store that there is. */
async function fillEverything(): Promise<void> {
  const shop = { identifiers: { object_type_id: '1', object_id: 'acme' } };
  await client.batch(
    identifyById('1', { email: 'a@x.example', plan: 'pro', $dollar: 1 }),
    identifyById('2', { email: 'b@x.example', plan: 'free' }),
    identifyById('3', { name: '\u2028Ünïcode😀' }),
    eventById('1', 'order_placed', { id: ULID, timestamp: 1_700_000_000, attributes: { total: 1.5 } }),
    eventById('4', 'visited', { action: 'page' }),
    { type: 'person', action: 'event', name: 'cart_updated', anonymous_id: 'anon-1', identifiers: {} },
    {
      type: 'person',
      action: 'add_device',
      identifiers: { id: '1' },
      device: { token: 't', platform: 'ios' },
    },
    { type: 'person', action: 'add_relationships', identifiers: { id: '1' }, cio_relationships: [shop] },
    {
      type: 'object',
      action: 'identify_anonymous',
      ...shop,
      cio_relationships: [{ identifiers: { anonymous_id: 'anon-1' } }],
    },
    7,
  );
  await client.track('POST', '/api/v1/events', { anonymous_id: 'anon-1', name: 'cart_updated' });
  await client.track('POST', '/api/v1/segments/4/add_customers', { ids: ['1', '2'] });
  await client.batch(
    identifyById('2', { at: START_MS / 1000 + 90 }),
    identifyById('1', { at: 1 }),
    eventById('2', 'lost'),
    eventById('2', 'visited', { action: 'page' }),
  );
  await client.track('POST', '/api/v1/customers/3/suppress');
  await client.track('POST', '/api/v1/merge_customers', { primary: { id: '1' }, secondary: { id: '4' } });
  await client.app('POST', '/v1/exports/customers', {
    filters: { attribute: { field: 'id', operator: 'exists' } },
  });
  await startImport();
  await client.track('PUT', '/api/v1/customers/1', { _timestamp: 5, plan: 'old' });
  await client.app('POST', '/v1/data_index/events', { events: [{ name: 'order_placed', description: 'x' }] });
  await client.admin('POST', '/_sandbox/faults', [
    { match: { event: 'lost', itemProbability: 0.5 }, action: { kind: 'silent-drop' } },
  ]);
  await client.admin('POST', '/_sandbox/workspace', { applyDelayMs: 1000, applyJitterMs: 500 });
  await client.batch(identifyById('5', { late: true }), eventById('1', 'lost'), eventById('2', 'lost'));
}

/** One that fails at once, since its address is on no machine; waits until it has. */
async function startImport(): Promise<void> {
  const file = {
    name: 'x',
    type: 'people',
    identifier: 'id',
    data_file_url: 'https://elsewhere.example/x.csv',
  };
  await client.app('POST', '/v1/imports', { import: file });
  await vi.waitUntil(() => core.workspace.state().imports.get(1)?.state === 'failed');
}

/** What may follow: late items come true, names are used again, ids are known, faults go on counting. */
async function goOn(): Promise<void> {
  await client.admin('POST', '/_sandbox/clock', { advanceMs: 1200 });
  await client.batch(
    identifyById('1', { plan: 'pro', more: 1, name: null }),
    eventById('1', 'order_placed', { id: ULID }),
    identifyById('3', { back: true }),
    eventById('6', 'lost'),
    eventById('7', 'lost'),
  );
  await client.admin('POST', '/_sandbox/clock', { advanceMs: 60_000 });
  await client.track('PUT', '/api/v1/customers/2', { anonymous_id: 'anon-1', a: 1 });
  await client.admin('POST', '/_sandbox/clock', { advanceMs: 60_000 });
  core.workspace.state();
}

describe('a snapshot', () => {
  test('holds something of every store, or this test does not fill it', async () => {
    const empty = core.snapshot();
    await fillEverything();
    const filled = core.snapshot();
    for (const store of Object.keys(empty.workspace.state) as (keyof typeof empty.workspace.state)[]) {
      if (store === 'environmentId' || store === 'rootNames') continue;
      expect(filled.workspace.state[store], store).not.toEqual(empty.workspace.state[store]);
    }
    for (const part of ['faults', 'counters', 'requests'] as const) {
      expect(filled[part], part).not.toEqual(empty[part]);
    }
    expect(filled.workspace.pending.heap.length).toBeGreaterThan(0);
    const { consequences } = filled.workspace;
    const due = new Set(consequences.agenda.heap.map(({ entry }) => entry.kind));
    expect([...due].toSorted()).toEqual(['again', 'ask', 'recheck', 'start', 'step']);
    expect(consequences.runner.waiting).not.toEqual([]);
    expect(consequences.messages).not.toEqual([]);
    expect(consequences.membersOf.get('trigger of campaign 4')).not.toEqual([]);
  });

  test('is left alone by what happens later, and comes back whole', async () => {
    await fillEverything();
    const snapshot = core.snapshot();
    const before = textOf(core);
    await goOn();
    expect(textOf(core)).not.toBe(before);
    core.restore(snapshot);
    expect(textOf(core)).toBe(before);
  });

  test('brings back the future as well: the same calls lead to the same state, twice', async () => {
    await fillEverything();
    const snapshot = core.snapshot();
    await goOn();
    const future = textOf(core);
    core.restore(snapshot);
    await goOn();
    expect(textOf(core)).toBe(future);
    core = freshCore();
    core.restore(snapshot);
    await goOn();
    expect(textOf(core)).toBe(future);
  });

  test('is the same after a way through text, and so is the future', async () => {
    await fillEverything();
    const snapshot = core.snapshot();
    const before = textOf(core);
    await goOn();
    const future = textOf(core);
    const builder = new SnapshotBuilder();
    for (const line of snapshotLines(snapshot)) builder.add(line);
    core = freshCore();
    core.restore(builder.snapshot() as typeof snapshot);
    expect(textOf(core)).toBe(before);
    await goOn();
    expect(textOf(core)).toBe(future);
  });

  test('of an empty sandbox is an empty sandbox', async () => {
    const snapshot = core.snapshot();
    const empty = textOf(core);
    await fillEverything();
    core.restore(snapshot);
    expect(textOf(core)).toBe(empty);
  });
});

/** Fields that a store makes again from the others. */
const DERIVED: Readonly<Record<string, readonly string[]>> = {
  'activity-log.ts': ['#listener'],
  'people-store.ts': ['#cioPrefix', '#serialById', '#serialsByEmail', '#serialByPhone', '#liveCount'],
  'object-store.ts': ['#root', '#keyByCioId', '#keysByPerson'],
};

test('no field of a store is missing in its snapshot', () => {
  const folder = new URL('./state/', import.meta.url);
  const stores = readdirSync(folder)
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .map((file) => ({ file, source: readFileSync(new URL(file, folder), 'utf8') }))
    .filter(({ source }) => source.includes('  snapshot() {'));
  expect(stores.length).toBeGreaterThanOrEqual(9);
  for (const { file, source } of stores) {
    const body = source.slice(source.indexOf('  snapshot() {')).split('\n  }\n')[0] ?? '';
    const fields = [...source.matchAll(/^ {2}(?:readonly )?(#\w+)[:\s=]/gm)].map((match) => match[1] ?? '');
    const forgotten = fields.filter((field) => !body.includes(`this.${field}`));
    expect(forgotten.toSorted(), file).toEqual([...(DERIVED[file] ?? [])].toSorted());
  }
});
