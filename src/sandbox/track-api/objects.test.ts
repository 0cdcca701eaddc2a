import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { caseName } from '../cases/case-name.ts';
import { type RunningSandbox, startSandbox } from '../start-sandbox.ts';
import { keepDescription } from '../testing/keep-description.ts';
import { connectTo, identifyById, type SandboxClient } from '../testing/sandbox-client.ts';

const ACME = { object_type_id: '1', object_id: 'acme' };

let sandbox: RunningSandbox;
let client: SandboxClient;

beforeAll(async () => {
  sandbox = await startSandbox({ requestLog: 'bodies', switches: { appRequestsPerSecondMax: 0 } });
  client = connectTo(sandbox);
});
beforeEach(() => sandbox.admin.reset());
keepDescription(() => sandbox);
afterAll(async () => {
  await client.close();
  await sandbox.close();
});

const object = (action: string, more: object = {}) =>
  client.entity({ type: 'object', action, identifiers: ACME, ...more });
const related = (...ids: readonly string[]) => ({
  cio_relationships: ids.map((id) => ({ identifiers: { id }, relationship_attributes: { role: 'boss' } })),
});
const typesOf = () => sandbox.admin.activities().map(({ type }) => type);

describe('objects', () => {
  test(caseName(78, 'an object is created with its people, and updated'), async () => {
    await client.batch(identifyById('1'), identifyById('2'));
    expect((await object('identify', { attributes: { name: 'Acme' }, ...related('1', '2') })).status).toBe(
      200,
    );
    await object('identify', { attributes: { name: 'ACME', city: 'Bonn' } });
    await object('identify', { attributes: { city: null } });
    expect(sandbox.admin.objects()).toMatchObject([
      {
        ...ACME,
        attributes: { name: 'ACME' },
        people: [
          { id: '1', attributes: { role: 'boss' } },
          { id: '2', attributes: { role: 'boss' } },
        ],
      },
    ]);
  });

  test(caseName(78, 'people who are missing are left out, or made by switch'), async () => {
    await object('identify', related('1'));
    expect(sandbox.admin.info()).toMatchObject({ people: 0, objects: 1 });
    sandbox.admin.setSwitches({ unknownRelatedPerson: 'create' });
    await client.track('POST', '/api/v1/customers/2/suppress');
    await object('add_relationships', related('1', '2'));
    expect(sandbox.admin.people()).toMatchObject([{ id: '1', attributes: {} }]);
    expect(sandbox.admin.objects()).toMatchObject([{ people: [{ id: '1' }] }]);
  });

  test('an object can be named by its cio_object_id, once it exists', async () => {
    const byCioId = (cioObjectId: string | undefined) => ({
      type: 'object',
      action: 'identify',
      identifiers: { cio_object_id: cioObjectId },
      attributes: { n: 1 },
    });
    await client.entity(byCioId('ob00000001'));
    expect(sandbox.admin.info().objects).toBe(0);
    await object('identify');
    await client.entity(byCioId(sandbox.admin.objects()[0]?.cio_object_id));
    expect(sandbox.admin.objects()).toMatchObject([{ ...ACME, attributes: { n: 1 } }]);
  });

  test('relationships end by either side, with the object, and with the person', async () => {
    await client.batch(identifyById('1'), identifyById('2'), identifyById('3'));
    await object('identify', related('1', '2', '3'));
    const people = () => sandbox.admin.objects().flatMap((one) => one.people.map(({ id }) => id));
    await object('delete_relationships', related('1'));
    expect(people()).toEqual(['2', '3']);
    await client.entity({ type: 'person', action: 'delete', identifiers: { id: '2' } });
    expect(people()).toEqual(['3']);
    await client.entity({
      type: 'person',
      action: 'delete_relationships',
      identifiers: { id: '3' },
      cio_relationships: [{ identifiers: ACME }],
    });
    expect(people()).toEqual([]);
    await object('add_relationships', related('1'));
    await object('delete');
    expect(sandbox.admin.info().objects).toBe(0);
    const reply = await client.app('GET', '/v1/customers/1/relationships');
    expect(reply.json).toEqual({ cio_relationships: [], next: '' });
  });

  test('the relationship of somebody anonymous waits for them', async () => {
    const anonymous = [{ identifiers: { anonymous_id: 'a1' }, relationship_attributes: { role: 'guest' } }];
    const reply = await object('identify_anonymous', {
      attributes: { name: 'Acme' },
      cio_relationships: anonymous,
    });
    expect(reply.status).toBe(200);
    expect(sandbox.admin.objects()).toMatchObject([{ attributes: { name: 'Acme' }, people: [] }]);
    await client.entity(identifyById('1', { anonymous_id: 'a1' }));
    await client.entity(identifyById('2', { anonymous_id: 'a1' }));
    expect(sandbox.admin.objects()).toMatchObject([{ people: [{ id: '1', attributes: { role: 'guest' } }] }]);
    const nameless = { cio_relationships: [{ identifiers: { id: '1' } }] };
    expect((await object('identify_anonymous', nameless)).status).toBe(400);
  });

  test('what happens to objects and relationships is logged under their types', async () => {
    await client.entity(identifyById('1'));
    await object('identify', { attributes: { name: 'Acme' }, ...related('1') });
    await object('identify', { attributes: { name: 'ACME' } });
    await object('delete_relationships', related('1'));
    await object('delete');
    expect(typesOf().toReversed().slice(2)).toEqual([
      '_o:1:create',
      '_o:1:attribute_change',
      'add_relationship',
      '_o:1:add_relationship',
      '_r:1:attribute_change',
      '_o:1:attribute_change',
      'delete_relationship',
      '_o:1:delete_relationship',
      '_o:1:delete',
    ]);
    const activities = async (type: string) =>
      (await client.app('GET', `/v1/activities?limit=100&type=${type}`)).json as { activities: object[] };
    expect((await activities('_o:1:attribute_change')).activities).toMatchObject([
      { type: '_o:1:attribute_change', customer_id: null, data: { name: { from: 'Acme', to: 'ACME' } } },
      { data: { name: { from: '', to: 'Acme' } } },
    ]);
    expect((await activities('_o:1:attribute_change&name=city')).activities).toEqual([]);
    expect((await activities('_o:2:attribute_change')).activities).toEqual([]);
    expect((await activities('_r:1:attribute_change&customer_id=1')).activities).toHaveLength(1);
    expect((await client.app('GET', '/v1/activities?type=_o:1:explode')).status).toBe(400);
    expect((await client.app('GET', '/v1/activities?type=object_create')).status).toBe(400);
    expect(sandbox.admin.activities('_o:1:create')).toHaveLength(1);
  });
});

describe('limits of objects and relationships', () => {
  const value = 'x'.repeat(998);
  const attributes = (from: number, count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, at) => [`a${from + at}`.padEnd(5), value]));

  test('attributes beyond 100,000 bytes in all fail; those that fit apply', async () => {
    for (const from of [0, 25, 50, 75]) await object('identify', { attributes: attributes(from, 25) });
    const failed = sandbox.admin.activities('_o:1:failed_attribute_change');
    const kept = Object.keys(sandbox.admin.objects()[0]?.attributes ?? {});
    // 5 bytes of name and 1,000 of value, quotes included: 99 of them fit.
    expect(kept).toHaveLength(99);
    expect(failed.flatMap(({ data }) => Object.keys(data))).toEqual(['a99  ']);
  });

  test('a relationship has its own room', async () => {
    await client.entity(identifyById('1'));
    for (const from of [0, 25, 50, 75, 100]) {
      await object('add_relationships', {
        cio_relationships: [{ identifiers: { id: '1' }, relationship_attributes: attributes(from, 25) }],
      });
    }
    expect(Object.keys(sandbox.admin.objects()[0]?.people[0]?.attributes ?? {})).toHaveLength(99);
    expect(sandbox.admin.activities('_r:1:failed_attribute_change')).toHaveLength(2);
  });

  test('the 301st attribute fails', async () => {
    const small = (from: number, count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, at) => [`a${from + at}`, at]));
    await object('identify', { attributes: small(0, 300) });
    await object('identify', { attributes: { a0: null, b: 1, c: 1 } });
    const held = sandbox.admin.objects()[0]?.attributes ?? {};
    expect(Object.keys(held)).toHaveLength(300);
    expect([held['a0'], held['b'], held['c']]).toEqual([undefined, 1, undefined]);
  });
});
