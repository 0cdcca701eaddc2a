import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type RunningSandbox, startSandbox } from '../start-sandbox.ts';
import { keepDescription } from '../testing/keep-description.ts';
import { connectTo, type SandboxClient } from '../testing/sandbox-client.ts';

const ANNA = '+4917012345678';
const BERT = '+14155552671';

let sandbox: RunningSandbox;
let client: SandboxClient;

beforeAll(async () => {
  sandbox = await startSandbox({
    requestLog: 'bodies',
    switches: { phoneIdentifier: true, appRequestsPerSecondMax: 0 },
  });
  client = connectTo(sandbox);
});
beforeEach(() => sandbox.admin.reset());
keepDescription(() => sandbox);
afterAll(async () => {
  await client.close();
  await sandbox.close();
});

const identify = (identifiers: object, attributes: object = {}) =>
  client.entity({ type: 'person', action: 'identify', identifiers, attributes });

function failedAttributes(): readonly string[] {
  return sandbox.admin
    .activities('failed_attribute_change')
    .flatMap((activity) => Object.keys(activity.data));
}

describe('a workspace that tells people apart by phone as well', () => {
  test('adds and finds a person by phone', async () => {
    await identify({ phone: ANNA }, { plan: 'pro' });
    await identify({ phone: ANNA }, { city: 'Bonn' });
    await client.entity({ type: 'person', action: 'event', identifiers: { phone: ANNA }, name: 'called' });
    expect(sandbox.admin.people()).toMatchObject([
      { id: null, email: null, phone: ANNA, attributes: { plan: 'pro', city: 'Bonn' } },
    ]);
    expect(sandbox.admin.events()).toHaveLength(1);
  });

  test('an event makes a person with the phone alone', async () => {
    await client.entity({ type: 'person', action: 'event', identifiers: { phone: ANNA }, name: 'called' });
    expect(sandbox.admin.people()).toMatchObject([{ id: null, email: null, phone: ANNA }]);
  });

  test.each(['0170 12345678', '4917012345678', '+0170', '+49 170', '+1234567890123456', ''])(
    'the number %j is not in E.164 form and refused',
    async (phone) => {
      expect((await identify({ phone })).status).toBe(400);
      expect(sandbox.admin.people()).toEqual([]);
    },
  );

  test('a number among the attributes that is none fails after the 200', async () => {
    expect((await identify({ id: '1' }, { phone: '0170', plan: 'pro' })).status).toBe(200);
    expect(sandbox.admin.people()).toMatchObject([{ id: '1', attributes: { plan: 'pro' } }]);
    expect(failedAttributes()).toEqual(['phone']);
  });

  test('the path of v1 takes a number for an id', async () => {
    await client.track('PUT', `/api/v1/customers/${encodeURIComponent(ANNA)}`, {});
    expect(sandbox.admin.people()).toMatchObject([{ id: ANNA }]);
    expect(sandbox.admin.people()[0]).not.toHaveProperty('phone');
  });

  test('a number that is set changes only by cio_id', async () => {
    await identify({ id: '1' }, { phone: ANNA });
    await identify({ id: '1' }, { phone: BERT });
    expect(failedAttributes()).toEqual(['phone']);
    await identify({ cio_id: sandbox.admin.person({ id: '1' })?.cio_id }, { phone: BERT });
    expect(sandbox.admin.people()).toMatchObject([{ id: '1', phone: BERT }]);
  });

  test('two halves are merged, one after the other', async () => {
    await identify({ id: '1' });
    await identify({ email: 'a@x.com' });
    await identify({ phone: ANNA });
    await identify({ id: '1' }, { email: 'a@x.com', phone: ANNA });
    expect(sandbox.admin.people()).toMatchObject([{ id: '1', email: 'a@x.com', phone: ANNA }]);
    expect(sandbox.admin.activities('profile_merge')).toHaveLength(2);
    expect(failedAttributes()).toEqual([]);
  });

  test('people who both have a number are not merged', async () => {
    await identify({ id: '1' }, { phone: ANNA });
    await identify({ email: 'b@x.com' }, { phone: BERT });
    await identify({ id: '1' }, { email: 'b@x.com' });
    expect(sandbox.admin.people()).toHaveLength(2);
    expect(failedAttributes()).toEqual(['email']);
  });

  test('a number that belongs to somebody else fails', async () => {
    await identify({ id: '1' }, { phone: ANNA });
    await identify({ id: '2' }, { email: 'b@x.com' });
    await identify({ id: '2' }, { phone: ANNA });
    expect(sandbox.admin.person({ id: '2' })).not.toHaveProperty('phone');
    expect(failedAttributes()).toEqual(['phone']);
  });

  test('suppressing blocks the number, too; any identifier frees all', async () => {
    await identify({ id: '1' }, { phone: ANNA, email: 'a@x.com' });
    await client.entity({ type: 'person', action: 'suppress', identifiers: { id: '1' } });
    await identify({ phone: ANNA });
    await identify({ id: '2' }, { phone: ANNA });
    expect(sandbox.admin.people()).toEqual([]);
    await client.entity({ type: 'person', action: 'unsuppress', identifiers: { phone: ANNA } });
    await identify({ id: '1' });
    expect(sandbox.admin.people()).toMatchObject([{ id: '1' }]);
  });

  test('the App API finds by phone and shows it as an attribute, not among the identifiers', async () => {
    await identify({ id: '1' }, { phone: ANNA });
    const path = `/v1/customers/${encodeURIComponent(ANNA)}/attributes?id_type=phone`;
    const { customer } = (await client.app('GET', path)).json as {
      customer: { attributes: object; identifiers: object };
    };
    expect(customer.attributes).toMatchObject({ id: '1', phone: ANNA });
    expect(Object.keys(customer.identifiers).toSorted()).toEqual(['cio_id', 'email', 'id']);
    const changes = await client.app('GET', '/v1/activities?type=attribute_change&name=phone');
    expect(changes.json).toMatchObject({ activities: [{ data: { phone: { from: '', to: ANNA } } }] });
  });
});

test('where phone is no identifier it is an attribute, and v2 refuses it as a key', async () => {
  sandbox.admin.setSwitches({ phoneIdentifier: false });
  expect((await identify({ phone: ANNA })).status).toBe(400);
  await identify({ id: '1' }, { phone: 'whatever' });
  await identify({ id: '2' }, { phone: 'whatever' });
  expect(sandbox.admin.people()).toMatchObject([
    { id: '1', attributes: { phone: 'whatever' } },
    { id: '2', attributes: { phone: 'whatever' } },
  ]);
});
