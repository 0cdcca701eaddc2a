import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type RunningSandbox, startSandbox } from '../start-sandbox.ts';
import { connectTo, eventById, identifyById, type SandboxClient } from '../testing/sandbox-client.ts';

let sandbox: RunningSandbox;
let client: SandboxClient;

beforeAll(async () => {
  sandbox = await startSandbox({ switches: { appRequestsPerSecondMax: 0 } });
  client = connectTo(sandbox);
});
beforeEach(() => sandbox.admin.reset());
afterAll(async () => {
  await client.close();
  await sandbox.close();
});

const describeNames = (what: 'attributes' | 'events', body: unknown) =>
  client.app('POST', `/v1/data_index/${what}`, body);

test('descriptions are added, and changed one by one', async () => {
  const attributes = [{ name: 'plan', description: 'What is paid for.' }, { name: 'later' }];
  const reply = await describeNames('attributes', { attributes });
  expect([reply.status, reply.text]).toEqual([204, '']);
  await describeNames('attributes', { attributes: [{ name: 'plan' }, { name: 'later', description: 'x' }] });
  await describeNames('events', { events: [{ name: 'order_placed', description: 'Paid.' }] });
  await client.batch(identifyById('1', { plan: 'pro', city: 'Bonn' }), eventById('1', 'visited'));
  expect(sandbox.admin.dataIndex()).toEqual({
    attributes: [
      { name: 'plan', description: 'What is paid for.', privacy_level: 0, is_in_use: true },
      { name: 'later', description: 'x', privacy_level: 0, is_in_use: false },
      { name: 'city', description: '', privacy_level: 0, is_in_use: true },
    ],
    events: [
      { name: 'order_placed', description: 'Paid.', privacy_level: 0, is_in_use: false },
      { name: 'visited', description: '', privacy_level: 0, is_in_use: true },
    ],
  });
  expect((await client.admin('GET', '/_sandbox/data-index')).json).toEqual(sandbox.admin.dataIndex());
});

test('attributes of objects and of events are told from those of people', async () => {
  const attributes = [
    { name: 'plan', object_type_id: 1, description: 'of the company' },
    { name: 'plan', event_name: 'order_placed', description: 'of the order' },
    { name: 'plan', description: 'of the person' },
  ];
  await describeNames('attributes', { attributes });
  expect(sandbox.admin.dataIndex().attributes.map(({ description }) => description)).toEqual([
    'of the company',
    'of the order',
    'of the person',
  ]);
});

test('sensitive attributes need the plan', async () => {
  const attributes = [{ name: 'a' }, { name: 'b', privacy_level: 1 }];
  const reply = await describeNames('attributes', { attributes });
  expect(reply.status).toBe(422);
  expect(reply.json).toEqual({
    errors: [
      {
        detail: 'Privacy level updates are not available. Please contact support to enable this feature.',
        source: { pointer: '/data/attributes/attributes[1].privacy_level' },
        status: '422',
      },
    ],
  });
  expect(sandbox.admin.dataIndex().attributes).toEqual([]);
  sandbox.admin.setSwitches({ premiumPlan: true });
  expect((await describeNames('attributes', { attributes })).status).toBe(204);
  expect(sandbox.admin.dataIndex().attributes[1]).toMatchObject({ name: 'b', privacy_level: 1 });
});

const many = (count: number) => Array.from({ length: count }, (_, at) => ({ name: `n${at}` }));

test.each([
  ['attributes', { attributes: [] }, 'At least one attribute is required'],
  ['attributes', { attributes: many(101) }, 'Can not update more than 100 attributes at once'],
  ['events', { events: [] }, 'At least one event is required'],
  ['events', { events: many(101) }, 'Can not update more than 100 events at once'],
  [
    'events',
    { events: [{ name: 'a', description: 'x'.repeat(256) }] },
    'Description cannot be longer than 255 characters',
  ],
] as const)('of %s a body beyond the limits is 422 (%#)', async (what, body, detail) => {
  const reply = await describeNames(what, body);
  expect(reply.status).toBe(422);
  expect(reply.json).toMatchObject({ errors: [{ detail, status: '422' }] });
});

test('a hundred names, and a description of 255 characters, are taken', async () => {
  const events = many(100).map((event) => ({ ...event, description: 'ü'.repeat(255) }));
  expect((await describeNames('events', { events })).status).toBe(204);
});

test.each([
  '{',
  {},
  { attributes: {} },
  { attributes: [{ description: 'x' }] },
  { attributes: ['plan'] },
  { attributes: [{ name: 'a', privacy_level: 2 }] },
])('%j is not in the right form', async (body) => {
  const reply = await describeNames('attributes', body);
  expect(reply.status).toBe(400);
  expect(reply.json).toEqual({ errors: [{ detail: 'Invalid request format', status: 400 }] });
});

test('the key is needed', async () => {
  expect((await client.app('POST', '/v1/data_index/events', { events: many(1) }, {})).status).toBe(401);
});
