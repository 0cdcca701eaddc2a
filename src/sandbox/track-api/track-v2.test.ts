import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { caseName } from '../cases/case-name.ts';
import { type RunningSandbox, startSandbox } from '../start-sandbox.ts';
import { keepDescription } from '../testing/keep-description.ts';
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
  sandbox = await startSandbox({
    requestLog: 'bodies',
    clock: { startAtMs: Date.UTC(2026, 10, 23, 12), rate: 0 },
  });
  client = connectTo(sandbox);
});
beforeEach(() => sandbox.admin.reset());
keepDescription(() => sandbox);
afterAll(async () => {
  await client.close();
  await sandbox.close();
});

function expectSuccess(reply: Reply): void {
  expect(reply.status).toBe(200);
  expect(reply.text).toBe('{}\n');
}

interface ErrorEntry {
  readonly batch_index?: number;
  readonly reason: string;
  readonly field: string;
  readonly message: string;
}

function errorsOf(reply: Reply): readonly ErrorEntry[] {
  return (reply.json as { errors: ErrorEntry[] }).errors;
}

const person = (action: string, more: object = {}) => ({
  type: 'person',
  action,
  identifiers: { id: '42' },
  ...more,
});

/** A batch body of exactly so many bytes, all valid. */
function batchOfBytes(bytes: number): string {
  const filler = JSON.stringify(identifyById('filler', { x: 'y'.repeat(900) }));
  const count = Math.floor((bytes - 2000) / (filler.length + 1));
  const items = Array.from({ length: count }, () => filler);
  const start = `{"batch":[${items.join(',')},`;
  const last = '{"type":"person","action":"identify","identifiers":{"id":"last"},"note":""}]}';
  const text =
    start + last.replace('"note":""', `"note":"${'n'.repeat(bytes - start.length - last.length)}"`);
  expect(Buffer.byteLength(text)).toBe(bytes);
  return text;
}

/** An event of exactly so many bytes. */
function itemOfBytes(id: string, bytes: number, filling: string): object {
  const empty = eventById(id, 'big', { attributes: { x: '' } });
  const room = bytes - Buffer.byteLength(JSON.stringify(empty));
  const whole = Math.floor(room / Buffer.byteLength(filling));
  const x = filling.repeat(whole) + 'a'.repeat(room - whole * Buffer.byteLength(filling));
  const item = eventById(id, 'big', { attributes: { x } });
  expect(Buffer.byteLength(JSON.stringify(item))).toBe(bytes);
  return item;
}

describe('entity', () => {
  test(caseName(70, 'identify takes exactly one identifier'), async () => {
    expectSuccess(await client.entity(identifyById('42', { email: 'a@x.com', plan: 'pro' })));
    expect(sandbox.admin.people()).toMatchObject([
      { id: '42', email: 'a@x.com', attributes: { plan: 'pro' } },
    ]);
    const two = await client.entity({ ...identifyById('42'), identifiers: { id: '42', email: 'a@x.com' } });
    expect(two.status).toBe(400);
    expect(errorsOf(two)).toMatchObject([{ reason: 'invalid', field: 'identifiers' }]);
  });

  test(caseName(70, 'cio_id has no prefix here; with one it is unknown and dropped'), async () => {
    await client.entity(identifyById('42', { email: 'a@x.com' }));
    const cioId = sandbox.admin.person({ id: '42' })?.cio_id;
    const byCioId = (value: unknown, attributes: object) =>
      client.entity({ type: 'person', action: 'identify', identifiers: { cio_id: value }, attributes });
    expectSuccess(await byCioId(`cio_${cioId}`, { plan: 'x' }));
    expect(sandbox.admin.person({ id: '42' })?.attributes).toEqual({});
    expectSuccess(await byCioId(cioId, { email: 'b@x.com', id: '43' }));
    expect(sandbox.admin.people()).toMatchObject([{ id: '43', email: 'b@x.com' }]);
  });

  test.each([
    [{}, 'required', 'type'],
    [{ type: 'person' }, 'required', 'action'],
    [{ type: 'alien', action: 'identify' }, 'invalid', 'type'],
    [{ type: 'person', action: 'constructor' }, 'invalid', 'action'],
    [{ type: 'person', action: 'identify' }, 'required', 'identifiers'],
    [{ ...identifyById('1'), identifiers: {} }, 'required', 'identifiers'],
    [{ ...identifyById('1'), identifiers: [] }, 'invalid', 'identifiers'],
    [{ ...identifyById('1'), identifiers: { id: 7 } }, 'invalid', 'identifiers.id'],
    [{ ...identifyById('1'), identifiers: { id: '' } }, 'invalid', 'identifiers.id'],
    [{ ...identifyById('1'), identifiers: { id: null } }, 'required', 'identifiers.id'],
    [{ ...identifyById('1'), identifiers: { id: 'x'.repeat(151) } }, 'invalid', 'identifiers.id'],
    [{ ...identifyById('1'), identifiers: { email: 'nobody' } }, 'invalid', 'identifiers.email'],
    [{ ...identifyById('1'), identifiers: { phone: '+1415' } }, 'invalid', 'identifiers.phone'],
    [{ ...identifyById('1'), identifiers: { name: 'x' } }, 'invalid', 'identifiers.name'],
    [{ ...identifyById('1'), attributes: [] }, 'invalid', 'attributes'],
    [{ ...identifyById('1'), timestamp: 'now' }, 'invalid', 'timestamp'],
    [identifyById('1', { token: 'x'.repeat(1001) }), 'invalid', 'token'],
    [eventById('1', ''), 'required', 'name'],
    [{ type: 'person', action: 'event', identifiers: { id: '1' } }, 'required', 'name'],
    [eventById('1', 'a', { id: 'x' }), 'invalid', 'id'],
    [eventById('1', 'a', { attributes: '' }), 'invalid', 'attributes'],
    [person('merge'), 'required', 'primary'],
    [person('add_device'), 'required', 'device'],
    [person('add_device', { device: { platform: 'ios' } }), 'required', 'device.token'],
    [person('delete_device', { device: {} }), 'required', 'device.token'],
    [person('add_relationships'), 'required', 'cio_relationships'],
    [
      { type: 'object', action: 'identify', identifiers: { object_id: 'a' } },
      'required',
      'identifiers.object_type_id',
    ],
    [{ type: 'delivery', action: 'event', name: 'opened', attributes: {} }, 'required', 'identifiers.id'],
  ])(caseName(72, '%j is refused as %s %s'), async (item, reason, field) => {
    const reply = await client.entity(item);
    expect(reply.status).toBe(400);
    expect(errorsOf(reply)[0]).toMatchObject({ reason, field, message: expect.any(String) });
    expect(sandbox.admin.info()).toMatchObject({ people: 0, events: 0, objects: 0 });
  });

  test(caseName(73, 'a body of 32,000 bytes is taken, one byte more is not'), async () => {
    const big = (bytes: number) => client.entity(itemOfBytes('1', bytes, 'é'));
    expectSuccess(await big(32_000));
    expect((await big(32_001)).status).toBe(400);
    sandbox.admin.setSwitches({ oversizeStatus: 413 });
    expect((await big(32_001)).status).toBe(413);
    sandbox.admin.setSwitches({ itemBytesMax: 32 * 1024 });
    expectSuccess(await big(32_768));
  });

  test(caseName(74, '_update among the attributes creates nobody'), async () => {
    expectSuccess(await client.entity(identifyById('42', { _update: true, plan: 'x' })));
    expect(sandbox.admin.info().people).toBe(0);
    await client.entity(identifyById('42', { _update: false }));
    await client.entity(identifyById('42', { _update: true, plan: 'x' }));
    expect(sandbox.admin.person({ id: '42' })?.attributes).toEqual({ plan: 'x' });
  });

  test(caseName(75, 'properties are read from attributes, and v1’s data is not looked at'), async () => {
    const id = '01DXF6DT00EHKHQQN49EQ165BD';
    const more = { id, timestamp: 1_700_000_000, attributes: { total: 1 }, data: { lost: true } };
    expectSuccess(await client.entity(eventById('42', 'order_placed', more)));
    expect(sandbox.admin.events()).toMatchObject([
      { id, timestamp: 1_700_000_000, attributes: { total: 1 } },
    ]);
    expect(sandbox.admin.events()[0]?.attributes).toEqual({ total: 1 });
  });

  test(caseName(75, 'page and screen views are events of their own'), async () => {
    await client.entity(person('page', { name: 'https://x.com' }));
    await client.entity(person('screen', { name: 'Home' }));
    expect(sandbox.admin.events().map((event) => event.type)).toEqual(['page', 'screen']);
  });

  test(caseName(77, 'a merge needs no identifiers of its own'), async () => {
    await client.batch(identifyById('1', { plan: 'pro' }), identifyById('2', { city: 'Bonn' }));
    const merge = { type: 'person', action: 'merge', primary: { id: '1' }, secondary: { id: '2' } };
    expectSuccess(await client.entity(merge));
    expect(sandbox.admin.people()).toMatchObject([{ id: '1', attributes: { plan: 'pro', city: 'Bonn' } }]);
  });

  test(caseName(78, 'an object is stored with its people'), async () => {
    await client.entity(identifyById('42'));
    const object = {
      type: 'object',
      identifiers: { object_type_id: '1', object_id: 'acme' },
      attributes: { seats: 50 },
      cio_relationships: [{ identifiers: { id: '42' }, relationship_attributes: { role: 'admin' } }],
    };
    expectSuccess(await client.entity({ ...object, action: 'identify' }));
    expect(sandbox.admin.info().objects).toBe(1);
    expect(sandbox.admin.activities('add_relationship')).toHaveLength(1);
    expectSuccess(await client.entity({ ...object, action: 'delete_relationships' }));
    expectSuccess(await client.entity({ ...object, action: 'delete' }));
    expect(sandbox.admin.info().objects).toBe(0);
  });

  test('delete, suppress, unsuppress and devices work as in v1', async () => {
    await client.batch(identifyById('42'), person('add_device', { device: { token: 't', platform: 'ios' } }));
    expect(sandbox.admin.activities('device_change')).toHaveLength(1);
    expectSuccess(await client.entity(person('suppress')));
    expectSuccess(await client.entity(identifyById('42')));
    expect(sandbox.admin.info()).toMatchObject({ people: 0, suppressed: 1 });
    expectSuccess(await client.entity(person('unsuppress')));
    await client.entity(identifyById('42'));
    expectSuccess(await client.entity(person('delete')));
    expect(sandbox.admin.info()).toMatchObject({ people: 0, suppressed: 0 });
  });

  test('identifiers that the workspace does not allow are refused', async () => {
    sandbox.admin.setSwitches({ identifiers: 'id_only' });
    expect((await client.entity({ ...identifyById('1'), identifiers: { email: 'a@x.com' } })).status).toBe(
      400,
    );
    sandbox.admin.setSwitches({ identifiers: 'email_only' });
    expect((await client.entity(identifyById('1'))).status).toBe(400);
  });
});

describe('batch', () => {
  test(caseName(80, 'all valid'), async () => {
    expectSuccess(await client.batch(identifyById('1'), eventById('1', 'a')));
    expect(sandbox.admin.info()).toMatchObject({ people: 1, events: 1 });
  });

  test(caseName(81, 'one invalid item is reported by its index, the others are applied'), async () => {
    const reply = await client.batch(identifyById('1'), eventById('1', ''), identifyById('2'));
    expect(reply.status).toBe(207);
    expect(errorsOf(reply)).toEqual([
      { batch_index: 1, reason: 'required', field: 'name', message: 'event name must not be blank' },
    ]);
    expect(sandbox.admin.info()).toMatchObject({ people: 2, events: 0 });
    expect(sandbox.admin.counters()).toMatchObject({ items_accepted: { identify: 2 }, items_refused: 1 });
  });

  test(caseName(83, 'an error of an item as a whole has no field'), async () => {
    const reply = await client.batch(identifyById('1'), 7);
    expect(reply.status).toBe(207);
    expect(reply.json).toEqual({
      errors: [{ batch_index: 1, reason: 'invalid', message: 'item must be a JSON object' }],
    });
  });

  test(caseName(81, 'several faults of one item share its index'), async () => {
    const reply = await client.batch(7, eventById('1', '', { id: 'x' }));
    expect(reply.status).toBe(207);
    expect(errorsOf(reply).map((error) => [error.batch_index, error.field])).toEqual([
      [0, undefined],
      [1, 'name'],
      [1, 'id'],
    ]);
    expect(sandbox.admin.counters().items_refused).toBe(2);
  });

  test.each(['{"batch":[]}', '{"batch":{}}', '{}', '[]', 'null', '7', '{"batch":[{}', '', '{"batch":[{}]}}'])(
    caseName(84, '%j is refused whole'),
    async (body) => {
      const reply = await client.track('POST', '/api/v2/batch', body);
      expect(reply.status).toBe(400);
      expect(errorsOf(reply)).toHaveLength(1);
      expect(errorsOf(reply)[0]?.batch_index).toBeUndefined();
    },
  );

  test(caseName(85, 'a body of 500,000 bytes is taken, one byte more is refused whole'), async () => {
    expectSuccess(await client.track('POST', '/api/v2/batch', batchOfBytes(500_000)));
    sandbox.admin.reset();
    const reply = await client.track('POST', '/api/v2/batch', batchOfBytes(500_001));
    expect(reply.status).toBe(400);
    expect(errorsOf(reply)[0]?.message).toContain('500000 bytes');
    expect(sandbox.admin.info().people).toBe(0);
    sandbox.admin.setSwitches({ oversizeStatus: 413 });
    expect((await client.track('POST', '/api/v2/batch', batchOfBytes(500_001))).status).toBe(413);
    sandbox.admin.setSwitches({ batchBytesMax: 500 * 1024 });
    expectSuccess(await client.track('POST', '/api/v2/batch', batchOfBytes(512_000)));
  });

  test.each(['a', 'é', '😀'])(
    caseName(85, 'an item of 32,000 bytes of %s passes, one byte more is refused alone'),
    async (filling) => {
      const fits = itemOfBytes('1', 32_000, filling);
      const tooBig = itemOfBytes('2', 32_001, filling);
      expectSuccess(await client.batch(fits, identifyById('3')));
      const reply = await client.batch(fits, tooBig, identifyById('3'));
      expect(reply.status).toBe(207);
      expect(errorsOf(reply).map((error) => error.batch_index)).toEqual([1]);
      expect(sandbox.admin.events().map((event) => event.person?.id)).toEqual(['1', '1']);
    },
  );

  test(caseName(85, 'with oversizeItem refuse_batch such an item takes the batch with it'), async () => {
    sandbox.admin.setSwitches({ oversizeItem: 'refuse_batch' });
    expect((await client.batch(identifyById('1'), itemOfBytes('2', 32_001, 'a'))).status).toBe(400);
    expect(sandbox.admin.info().people).toBe(0);
  });

  test(caseName(85, 'the size of an item is counted as it was sent'), async () => {
    const escaped = '\\u0061'.repeat(5600);
    const item = `{"type":"person","action":"event","identifiers":{"id":"1"},"name":"a","attributes":{"x":"${escaped}"}}`;
    const reply = await client.track('POST', '/api/v2/batch', `{"batch":[${item}]}`);
    expect(reply.status).toBe(207);
  });

  test(
    caseName(87, 'with shuffleBatch the items are applied in another order, the same for the same seed'),
    async () => {
      const items = Array.from({ length: 20 }, (_, at) => eventById('1', `e${at}`));
      const order = async (seed: number) => {
        sandbox.admin.reset();
        sandbox.admin.setSwitches({ shuffleBatch: true, shuffleSeed: seed });
        await client.batch(...items);
        return sandbox.admin.events().map((event) => event.name);
      };
      const sent = items.map((_, at) => `e${at}`);
      expect(await order(1)).not.toEqual(sent);
      expect(await order(1)).toEqual(await order(1));
      expect(await order(1)).not.toEqual(await order(2));
      expect((await order(1)).toSorted()).toEqual(sent.toSorted());
    },
  );

  test(caseName(87, 'with applyJitterMs calls overtake each other'), async () => {
    sandbox.admin.setSwitches({ applyJitterMs: 1000 });
    for (let at = 0; at < 20; at += 1) await client.entity(eventById('1', `e${at}`));
    sandbox.admin.setClock({ advanceMs: 1000 });
    const names = sandbox.admin.events().map((event) => event.name);
    expect(names).toHaveLength(20);
    expect(names).not.toEqual(names.toSorted((one, other) => Number(one.slice(1)) - Number(other.slice(1))));
  });

  test(caseName(89, 'an item for a suppressed person is ignored without an error'), async () => {
    await client.entity(person('suppress'));
    expectSuccess(await client.batch(identifyById('42'), eventById('42', 'a'), identifyById('43')));
    expect(sandbox.admin.people()).toMatchObject([{ id: '43' }]);
  });
});
