import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { caseName } from '../cases/case-name.ts';
import { type RunningSandbox, startSandbox } from '../start-sandbox.ts';
import { connectTo, eventById, identifyById, type SandboxClient } from '../testing/sandbox-client.ts';
import { readFaultRules } from './read-fault-rules.ts';

let sandbox: RunningSandbox;
let client: SandboxClient;

beforeAll(async () => {
  sandbox = await startSandbox();
  client = connectTo(sandbox);
});
beforeEach(() => sandbox.admin.reset());
afterAll(async () => {
  await client.close();
  await sandbox.close();
});

const ULID = '01DXF6DT00EHKHQQN49EQ165BD';
const people = () => sandbox.admin.people().map((person) => person.id);

async function statuses(count: number): Promise<readonly (number | 'cut')[]> {
  const seen: (number | 'cut')[] = [];
  for (let at = 0; at < count; at += 1) {
    const reply = await client.entity(identifyById(`p${at}`)).catch(() => 'cut' as const);
    seen.push(reply === 'cut' ? reply : reply.status);
  }
  return seen;
}

describe('lost connections', () => {
  test(
    caseName(92, 'the answer is lost after the commit; a retry without an id makes two events, with one not'),
    async () => {
      sandbox.admin.setFaults({ match: { firstN: 1 }, action: { kind: 'drop-after-commit' } });
      await expect(client.entity(eventById('1', 'a'))).rejects.toThrow();
      expect((await client.entity(eventById('1', 'a'))).status).toBe(200);
      expect(sandbox.admin.events()).toHaveLength(2);

      sandbox.admin.reset();
      sandbox.admin.setFaults({ match: { firstN: 1 }, action: { kind: 'drop-after-commit' } });
      await expect(client.entity(eventById('1', 'a', { id: ULID }))).rejects.toThrow();
      expect((await client.entity(eventById('1', 'a', { id: ULID }))).status).toBe(200);
      expect(sandbox.admin.events()).toHaveLength(1);
    },
  );

  test('drop-before cuts and applies nothing', async () => {
    sandbox.admin.setFaults({ action: { kind: 'drop-before' } });
    await expect(client.batch(identifyById('1'))).rejects.toThrow();
    expect(people()).toEqual([]);
    expect(sandbox.admin.requests()).toMatchObject([{ status: 0, items: 1, faults: ['drop-before #0'] }]);
  });

  test('hang never answers, and closing the sandbox ends the wait', async () => {
    const other = await startSandbox({ faults: [{ action: { kind: 'hang' } }] });
    const waiting = connectTo(other);
    const call = expect(waiting.batch(identifyById('1'))).rejects.toThrow();
    while (other.admin.requests().length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(other.admin.people()).toEqual([]);
    await other.close();
    await call;
    await waiting.close();
  });

  test('delay holds the answer back, and closing the sandbox ends it', async () => {
    sandbox.admin.setFaults({ action: { kind: 'delay', delayMs: 60 } });
    const startedAt = performance.now();
    expect((await client.batch(identifyById('1'))).status).toBe(200);
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(55);
    const slow = await startSandbox({ faults: [{ action: { kind: 'delay', delayMs: 3_600_000 } }] });
    const waiting = connectTo(slow);
    const call = expect(waiting.batch(identifyById('1'))).rejects.toThrow();
    while (slow.admin.info().people === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await slow.close();
    await call;
    await waiting.close();
  });
});

describe('other answers', () => {
  test(caseName(93, 'a 502 with an HTML body'), async () => {
    const body = '<html><body>502 Bad Gateway</body></html>';
    sandbox.admin.setFaults({
      action: { kind: 'status', status: 502, headers: { 'content-type': 'text/html' }, body },
    });
    const reply = await client.batch(identifyById('1'));
    expect([reply.status, reply.headers['content-type'], reply.text]).toEqual([502, 'text/html', body]);
    expect(people()).toEqual([]);
  });

  test(caseName(94, '429 with Retry-After, and without'), async () => {
    sandbox.admin.setFaults([
      { match: { firstN: 1 }, action: { kind: 'status', status: 429, headers: { 'retry-after': '60' } } },
      { match: { skipFirst: 1, firstN: 1 }, action: { kind: 'status', status: 429 } },
    ]);
    expect((await client.batch(identifyById('1'))).headers['retry-after']).toBe('60');
    const second = await client.batch(identifyById('1'));
    expect([second.status, second.headers['retry-after'], second.text]).toEqual([429, undefined, '']);
    expect((await client.batch(identifyById('1'))).status).toBe(200);
  });

  test('a status may come although the request was applied', async () => {
    sandbox.admin.setFaults({ action: { kind: 'status', status: 500, applied: true } });
    expect((await client.batch(identifyById('1'))).status).toBe(500);
    expect(people()).toEqual(['1']);
  });

  test('chosen items are refused with 207, or with 200 and errors', async () => {
    sandbox.admin.setFaults([
      { match: { firstN: 1, items: [1] }, action: { kind: 'reject-items', field: 'x', message: 'no' } },
      { match: { skipFirst: 1, items: [1] }, action: { kind: 'reject-items', status: 200 } },
    ]);
    const first = await client.batch(identifyById('1'), identifyById('2'));
    expect(first.status).toBe(207);
    expect(first.json).toEqual({
      errors: [{ batch_index: 1, reason: 'invalid', field: 'x', message: 'no' }],
    });
    const second = await client.batch(identifyById('3'), identifyById('4'));
    expect(second.status).toBe(200);
    expect(second.json).toMatchObject({ errors: [{ batch_index: 1 }] });
    expect(people()).toEqual(['1', '3']);
  });

  test('a refused single item is a 400', async () => {
    sandbox.admin.setFaults({ match: { people: ['1'] }, action: { kind: 'reject-items' } });
    expect((await client.entity(identifyById('1'))).status).toBe(400);
    expect((await client.track('PUT', '/api/v1/customers/1', {})).status).toBe(400);
    expect((await client.entity(identifyById('2'))).status).toBe(200);
  });
});

describe('quiet faults', () => {
  test('silent-drop says 200 and forgets the chosen people', async () => {
    sandbox.admin.setFaults({ match: { people: ['2', 'c@x.com'] }, action: { kind: 'silent-drop' } });
    const byEmail = { type: 'person', action: 'identify', identifiers: { email: 'c@x.com' } };
    const reply = await client.batch(identifyById('1'), identifyById('2'), byEmail);
    expect([reply.status, reply.text]).toEqual([200, '{}\n']);
    expect(people()).toEqual(['1']);
    expect(sandbox.admin.counters().items_silently_dropped).toBe(2);
  });

  test('events of one name can be chosen', async () => {
    sandbox.admin.setFaults({ match: { event: 'lost' }, action: { kind: 'silent-drop' } });
    await client.batch(eventById('1', 'kept'), eventById('1', 'lost'));
    expect(sandbox.admin.events().map((event) => event.name)).toEqual(['kept']);
  });

  test('duplicate-apply applies twice; an event id protects', async () => {
    sandbox.admin.setFaults({ action: { kind: 'duplicate-apply' } });
    await client.batch(eventById('1', 'plain'), eventById('1', 'with_id', { id: ULID }));
    expect(sandbox.admin.events().map((event) => event.name)).toEqual(['plain', 'with_id', 'plain']);
  });
});

describe('another order', () => {
  const names = () => sandbox.admin.events().map((event) => event.name);
  const send = (from: number, count = 12) =>
    client.batch(...Array.from({ length: count }, (_, at) => eventById('1', `e${from + at}`)));
  const asSent = (from: number, count = 12) => Array.from({ length: count }, (_, at) => `e${from + at}`);

  test('shuffle applies every item once, in an order that depends on the seed and the strike', async () => {
    const run = async (seed: number) => {
      sandbox.admin.reset();
      sandbox.admin.setFaults({ action: { kind: 'shuffle', seed } });
      await send(0);
      await send(100);
      return names();
    };
    const first = await run(1);
    expect(first.slice(0, 12)).not.toEqual(asSent(0));
    expect(first.slice(0, 12).toSorted()).toEqual(asSent(0).toSorted());
    expect(first.slice(12).toSorted()).toEqual(asSent(100).toSorted());
    const places = (order: readonly string[]) => order.map((name) => Number(name.slice(1)) % 100);
    expect(places(first.slice(12))).not.toEqual(places(first.slice(0, 12)));
    expect(await run(1)).toEqual(first);
    expect(await run(2)).not.toEqual(first);
  });

  test('only chosen items change places, and with refused and doubled ones it still adds up', async () => {
    sandbox.admin.setFaults([
      { match: { items: [2, 5, 8, 11] }, action: { kind: 'shuffle', seed: 3 } },
      { match: { items: [0] }, action: { kind: 'reject-items' } },
      { match: { items: [1] }, action: { kind: 'duplicate-apply' } },
    ]);
    expect((await send(0)).status).toBe(207);
    const order = names();
    expect(order.toSorted()).toEqual([...asSent(1, 11), 'e1'].toSorted());
    const chosen = new Set(['e2', 'e5', 'e8', 'e11']);
    expect(order.filter((name) => !chosen.has(name))).toEqual([
      'e1',
      'e3',
      'e4',
      'e6',
      'e7',
      'e9',
      'e10',
      'e1',
    ]);
    expect(order.filter((name) => chosen.has(name))).not.toEqual(['e2', 'e5', 'e8', 'e11']);
  });
});

describe('the request log', () => {
  test('keeps the first reasons of a refused batch, whoever refused', async () => {
    sandbox.admin.setFaults({ match: { items: [1] }, action: { kind: 'reject-items', message: 'by rule' } });
    await client.batch(7, identifyById('1'), identifyById('2'));
    await client.batch(...Array.from({ length: 50 }, () => 7));
    const [first, second] = sandbox.admin.requests();
    expect(first).toMatchObject({
      number: 1,
      refused: 2,
      refusals: [{ index: 0 }, { index: 1, problem: { message: 'by rule' } }],
    });
    expect(second?.number).toBe(2);
    expect(second?.refusals).toHaveLength(20);
    await client.batch(identifyById('3'), identifyById('4'));
    sandbox.admin.clearFaults();
    await client.batch(identifyById('5'));
    expect(sandbox.admin.requests()[3]).not.toHaveProperty('refusals');
  });
});

describe('rules that make no sense', () => {
  test.each<[unknown, RegExp]>([
    [{ action: { kind: 'delay' } }, /number.*at \[0\]\.action\.delayMs/s],
    [{ action: { kind: 'explode' } }, /at \[0\]\.action\.kind/],
    [
      { match: { evryNth: 2 }, action: { kind: 'hang' } },
      /unknown field "evryNth"; did you mean "everyNth"\?/,
    ],
    [{ match: { probability: 2 }, action: { kind: 'hang' } }, /at \[0\]\.match\.probability/],
    [[{ action: { kind: 'hang' } }, { action: { kind: 'status', status: 99 } }], /at \[1\]\.action\.status/],
    ['boom', /these are no fault rules/],
    [null, /these are no fault rules/],
  ])('%j', (rules, message) => {
    expect(() => readFaultRules(rules)).toThrow(message);
  });
});

describe('which requests are struck', () => {
  test('by method and path; the others pass', async () => {
    sandbox.admin.setFaults({
      match: { method: 'post', path: '/api/v2/batch' },
      action: { kind: 'status', status: 500 },
    });
    expect((await client.batch(identifyById('1'))).status).toBe(500);
    expect((await client.entity(identifyById('1'))).status).toBe(200);
    expect((await client.app('GET', '/v1/segments')).status).toBe(200);
  });

  test('every nth, after the first few, so many times', async () => {
    const action = { kind: 'status', status: 500 } as const;
    sandbox.admin.setFaults({ match: { everyNth: 3 }, action });
    expect(await statuses(7)).toEqual([200, 200, 500, 200, 200, 500, 200]);
    sandbox.admin.setFaults({ match: { skipFirst: 2, firstN: 2 }, action });
    expect(await statuses(6)).toEqual([200, 200, 500, 500, 200, 200]);
  });

  test('by probability: the same seed gives the same faults, another one others', async () => {
    const run = async (seed: number) => {
      sandbox.admin.setFaults({ match: { probability: 0.5, seed }, action: { kind: 'status', status: 500 } });
      return statuses(40);
    };
    const first = await run(1);
    expect(first).toEqual(await run(1));
    expect(first).not.toEqual(await run(2));
    const struck = first.filter((status) => status === 500).length;
    expect(struck).toBeGreaterThan(8);
    expect(struck).toBeLessThan(32);
  });

  test('items by probability', async () => {
    sandbox.admin.setFaults({ match: { itemProbability: 0.1, seed: 3 }, action: { kind: 'silent-drop' } });
    await client.batch(...Array.from({ length: 1000 }, (_, at) => identifyById(`p${at}`)));
    expect(people().length).toBeGreaterThan(850);
    expect(people().length).toBeLessThan(950);
  });

  test('several rules together: a delay, refused items and a lost answer', async () => {
    sandbox.admin.setFaults([
      { name: 'slow', action: { kind: 'delay', delayMs: 1 } },
      { name: 'pick', match: { items: [0] }, action: { kind: 'reject-items' } },
      { name: 'cut', action: { kind: 'drop-after-commit' } },
      { name: 'late', action: { kind: 'status', status: 500 } },
    ]);
    await expect(client.batch(identifyById('1'), identifyById('2'))).rejects.toThrow();
    expect(people()).toEqual(['2']);
    expect(sandbox.admin.requests()).toMatchObject([
      { status: 0, refused: 1, faults: ['slow', 'pick', 'cut', 'late'] },
    ]);
  });

  test('the admin calls are never struck', async () => {
    sandbox.admin.setFaults({ action: { kind: 'drop-before' } });
    expect((await client.admin('GET', '/_sandbox')).status).toBe(200);
    expect((await client.admin('DELETE', '/_sandbox/faults')).status).toBe(200);
    expect((await client.batch(identifyById('1'))).status).toBe(200);
  });
});
