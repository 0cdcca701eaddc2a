import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type RunningSandbox, startSandbox } from '../start-sandbox.ts';
import { keepDescription } from '../testing/keep-description.ts';
import { connectTo, type Reply, type SandboxClient } from '../testing/sandbox-client.ts';

const WITHOUT_KEY = {};
const DELIVERY_ID = 'RPILAgUBcRhIBqSfeiIwdIYJKxTY';

let sandbox: RunningSandbox;
let client: SandboxClient;

beforeAll(async () => {
  sandbox = await startSandbox({ requestLog: 'bodies' });
  client = connectTo(sandbox);
});
beforeEach(() => sandbox.admin.reset());
keepDescription(() => sandbox);
afterAll(async () => {
  await client.close();
  await sandbox.close();
});

const submit = (data: unknown) => client.track('POST', '/api/v1/forms/newsletter/submit', { data });

function errorsOf(reply: Reply): readonly string[] {
  expect(reply.status).toBe(400);
  return (reply.json as { meta: { errors: string[] } }).meta.errors;
}

describe('forms', () => {
  test('a filled form adds the person it names, and answers nothing', async () => {
    const reply = await submit({ email: 'a@x.com', first_name: 'Anna', form_id: 'x', form_url: 'y' });
    expect(reply.status).toBe(204);
    expect(reply.text).toBe('');
    expect(reply.headers['content-length']).toBeUndefined();
    expect(sandbox.admin.people()).toMatchObject([{ email: 'a@x.com', attributes: { first_name: 'Anna' } }]);
  });

  test('a form updates somebody known', async () => {
    await submit({ id: '1', plan: 'free' });
    await submit({ id: '1', plan: 'pro' });
    expect(sandbox.admin.people()).toMatchObject([{ id: '1', attributes: { plan: 'pro' } }]);
  });

  test.each([
    [{ id: '1', email: 'a@x.com' }, 'data must hold exactly one identifier'],
    [{ email_address: 'a@x.com' }, 'data must hold id or email'],
    [{ id: '' }, 'id attribute cannot be an empty string'],
    [{ email: 'nobody' }, 'email is not a valid address'],
    [{ id: '1', age: 7 }, "form field 'age' must be a string value"],
    [undefined, 'data must be an object of form fields'],
    ['x', 'data must be an object of form fields'],
  ])('the form %j is refused', async (data, message) => {
    expect(errorsOf(await submit(data))).toEqual([message]);
    expect(sandbox.admin.people()).toEqual([]);
  });

  test('which identifiers a form may hold depends on the workspace', async () => {
    sandbox.admin.setSwitches({ identifiers: 'id_only' });
    expect((await submit({ id: '1', email: 'a@x.com' })).status).toBe(204);
    expect(errorsOf(await submit({ email: 'a@x.com' }))).toEqual(['data must hold id']);
  });

  test('a form needs the key', async () => {
    const path = '/api/v1/forms/newsletter/submit';
    expect((await client.track('POST', path, { data: { id: '1' } }, WITHOUT_KEY)).status).toBe(401);
  });
});

describe('what became of messages', () => {
  const report = (body: unknown) => client.track('POST', '/api/v1/metrics', body, WITHOUT_KEY);
  const push = (body: unknown) => client.track('POST', '/api/v1/push/events', body, WITHOUT_KEY);

  test('metrics of any channel are taken without a key', async () => {
    const reply = await report({
      delivery_id: DELIVERY_ID,
      metric: 'clicked',
      href: 'https://x.example',
      recipient: 'a@x.com',
      timestamp: 1_613_063_089,
    });
    expect([reply.status, reply.text]).toEqual([200, '{}\n']);
    expect(sandbox.admin.counters().items_accepted).toEqual({ delivery_metric: 1 });
  });

  test('push events are taken without a key', async () => {
    expect((await push({ delivery_id: DELIVERY_ID, event: 'opened', device_id: 'd' })).status).toBe(200);
  });

  test.each([
    [{ metric: 'opened' }, 'delivery_id is required'],
    [{ delivery_id: 'a b', metric: 'opened' }, 'delivery_id is not the id of a delivery'],
    [{ delivery_id: DELIVERY_ID }, 'metric is required'],
    [
      { delivery_id: DELIVERY_ID, metric: 'read' },
      'metric must be one of bounced, clicked, converted, deferred, delivered, dropped, opened, spammed',
    ],
    [
      { delivery_id: DELIVERY_ID, metric: 'opened', timestamp: 'now' },
      'timestamp must be a number of unix seconds',
    ],
  ])('the report %j is refused', async (body, message) => {
    expect(errorsOf(await report(body))).toEqual([message]);
  });

  test('a push message is not clicked', async () => {
    expect(errorsOf(await push({ delivery_id: DELIVERY_ID, event: 'clicked' }))).toEqual([
      'event must be one of opened, converted, delivered',
    ]);
  });

  test('a delivery that nobody knows changes nothing and is counted', async () => {
    expect((await report({ delivery_id: DELIVERY_ID, metric: 'opened' })).status).toBe(200);
    expect(sandbox.admin.counters().inside).toEqual({ reports_of_unknown_deliveries: 1 });
  });
});

describe('unsubscribing by way of a message', () => {
  const unsubscribe = (deliveryId: string, body: unknown) =>
    client.track('POST', `/unsubscribe/${deliveryId}`, body, WITHOUT_KEY);

  test('is taken without a key', async () => {
    const reply = await unsubscribe(DELIVERY_ID, { unsubscribe: true });
    expect([reply.status, reply.text]).toEqual([200, '{}\n']);
    expect((await unsubscribe('ZAIAAVTJVG0QcCok0-0ZKj6yiQ==', { unsubscribe: true })).status).toBe(200);
  });

  test.each([
    ['not%20an%20id', { unsubscribe: true }],
    [DELIVERY_ID, {}],
    [DELIVERY_ID, { unsubscribe: 'yes' }],
    [DELIVERY_ID, '{'],
  ])('/unsubscribe/%s with %j is refused', async (deliveryId, body) => {
    expect((await unsubscribe(deliveryId, body)).status).toBe(400);
  });
});
