import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type RunningSandbox, startSandbox, type WorkspaceInput } from '../start-sandbox.ts';
import { connectTo, eventById, identifyById, type SandboxClient } from '../testing/sandbox-client.ts';

const NOW_S = Date.UTC(2026, 10, 23, 12) / 1000;
const DAY_S = 86_400;

const WORKSPACE: WorkspaceInput = {
  segments: [{ id: 1, name: 'Pro', when: { attribute: 'plan', eq: 'pro' } }],
  campaigns: [
    {
      id: 1,
      name: 'Thanks',
      trigger: { event: 'order_placed' },
      steps: [{ wait: '1d' }, { message: 'Thank you' }],
    },
  ],
};

let sandbox: RunningSandbox;
let client: SandboxClient;

beforeAll(async () => {
  sandbox = await startSandbox({
    clock: { startAtMs: NOW_S * 1000, rate: 0 },
    switches: { appRequestsPerSecondMax: 0 },
    workspace: WORKSPACE,
  });
  client = connectTo(sandbox);
});
beforeEach(() => sandbox.admin.reset());
afterAll(async () => {
  await client.close();
  await sandbox.close();
});

const lines = (text: string) =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
const get = async (path: string) => lines((await client.admin('GET', `/_sandbox/${path}`)).text);

describe('the admin calls', () => {
  test('say over HTTP what the handle says', async () => {
    await client.batch(
      identifyById('1', { email: 'a@x.example', plan: 'pro' }),
      eventById('1', 'order_placed'),
      eventById('2', 'order_placed'),
    );
    sandbox.admin.setClock({ advance: '1d' });
    expect(await get('segments')).toEqual(sandbox.admin.segments());
    expect(await get('segment_members?segment=1')).toEqual(sandbox.admin.members(1));
    expect(await get('segment_members?segment=pro')).toEqual([
      { email: 'a@x.example', id: '1', cio_id: sandbox.admin.person({ id: '1' })?.cio_id },
    ]);
    expect(await get('campaigns')).toEqual(sandbox.admin.campaigns());
    expect(await get('journeys?campaign=1')).toEqual(sandbox.admin.journeys(1));
    expect(await get('messages')).toEqual(sandbox.admin.messages());
    expect(await get('messages?campaign=2')).toEqual([]);
    expect(sandbox.admin.campaigns()).toEqual([
      {
        id: 1,
        name: 'Thanks',
        state: 'running',
        journeys: { started: 2, under_way: 0, finished: 2, exited: 0, converted: 0 },
        messages: { sent: 1, drafted: 0, failed: 1, withheld: 0 },
      },
    ]);
  });

  test('define, start and stop', async () => {
    const reply = await client.admin('POST', '/_sandbox/definitions', {
      segments: [{ id: 2, name: 'Not pro', when: { not: { segment: 'Pro' } } }],
      campaigns: [{ id: 2, name: 'More', state: 'draft', trigger: { segment: 'Not pro' } }],
    });
    expect(reply.json).toEqual({ segments: [1, 2], campaigns: [1, 2], reporting_webhooks: [] });
    const started = await client.admin('POST', '/_sandbox/campaigns', { id: 2, state: 'running' });
    expect(started.json).toMatchObject([{ id: 1 }, { id: 2, state: 'running' }]);
    await client.batch(identifyById('1'));
    expect(sandbox.admin.journeys(2)).toHaveLength(1);
  });

  test.each([
    ['POST', 'definitions', { segments: 7 }, 'segments'],
    ['POST', 'definitions', { segment: [] }, 'unknown field'],
    ['POST', 'definitions', '{', 'must be JSON'],
    ['POST', 'campaigns', { id: 9, state: 'running' }, 'there is no campaign 9; there are: 1'],
    ['POST', 'campaigns', { id: 1, state: 'paused' }, 'state'],
    ['GET', 'segment_members?segment=Prow', undefined, 'there is no segment Prow; there are: 1 (Pro)'],
    ['GET', 'journeys?campaign=one', undefined, 'must be the id of one'],
    ['POST', 'clock', { advance: '3 weeks' }, 'is no span of time'],
    ['POST', 'clock', { now: '2026-11-23' }, ''],
    ['POST', 'clock', { now: 'tomorrow' }, 'write a moment'],
  ] as const)('%s %s %j answers with what is wrong', async (method, path, body, message) => {
    const reply = await client.admin(method, `/_sandbox/${path}`, body);
    if (message === '') expect(reply.status).toBe(200);
    else expect([reply.status, reply.text]).toEqual([400, expect.stringContaining(message)]);
  });
});

describe('the clock', () => {
  test('is set in words as well as in numbers', async () => {
    const set = async (body: unknown) =>
      ((await client.admin('POST', '/_sandbox/clock', body)).json as { nowMs: number }).nowMs;
    expect(await set({ now: '2026-11-23T10:00:00+01:00' })).toBe(Date.UTC(2026, 10, 23, 9));
    expect(await set({ advance: '2d' })).toBe(Date.UTC(2026, 10, 25, 9));
    expect(await set({ advance: '1h', advanceMs: 5 })).toBe(Date.UTC(2026, 10, 25, 10) + 5);
  });

  test('one jump and many small ones lead to the same', async () => {
    const run = async (jumps: readonly string[]) => {
      sandbox.admin.reset({ environmentId: 4711 });
      sandbox.admin.define({
        segments: [
          { id: 2, name: 'Lapsed', when: { attribute: 'at', before_past: '3d' } },
          { id: 3, name: 'Fresh', when: { event: 'order_placed', within_past: '36h' } },
        ],
        campaigns: [
          {
            id: 2,
            name: 'Winback',
            trigger: { segment: 'Lapsed' },
            steps: [{ wait: '5h' }, { message: 'x' }],
          },
          {
            id: 3,
            name: 'Fresh',
            trigger: { segment: 'Fresh' },
            steps: [{ wait: '30h' }, { message: 'y' }, { wait: '10h' }, { message: 'z' }],
          },
        ],
      });
      await client.batch(
        ...Array.from({ length: 30 }, (_, at) =>
          identifyById(`p${at}`, { email: `p${at}@x.example`, at: NOW_S - (at % 7) * 40_000 }),
        ),
        ...Array.from({ length: 30 }, (_, at) =>
          eventById(`p${at}`, 'order_placed', { timestamp: NOW_S - at * 3000 }),
        ),
      );
      for (const advance of jumps) sandbox.admin.setClock({ advance });
      return [sandbox.admin.journeys(), sandbox.admin.messages(), sandbox.admin.segments()];
    };
    const inOne = await run(['10d']);
    const inMany = await run(Array.from({ length: 240 }, () => '1h'));
    expect(inMany).toEqual(inOne);
    expect(sandbox.admin.messages().length).toBeGreaterThan(50);
  });

  test('a delayed change comes true before the wait that ends at the same moment', async () => {
    await client.batch(identifyById('1', { email: 'a@x.example' }), eventById('1', 'order_placed'));
    sandbox.admin.setSwitches({ applyDelayMs: DAY_S * 1000 });
    await client.batch(identifyById('1', { unsubscribed: true }));
    sandbox.admin.setClock({ advance: '30d' });
    expect(sandbox.admin.messages()).toMatchObject([{ outcome: 'withheld', created_at: NOW_S + DAY_S }]);
  });

  test('at a rate, journeys go on while the clock runs', async () => {
    await client.batch(identifyById('1', { email: 'a@x.example' }), eventById('1', 'order_placed'));
    sandbox.admin.setClock({ rate: 10_000_000 });
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(sandbox.admin.messages()).toHaveLength(1);
  });
});

describe('the activity log', () => {
  test('tells what became of messages, by channel', async () => {
    await client.batch(
      identifyById('1', { email: 'a@x.example' }),
      identifyById('2'),
      eventById('1', 'order_placed'),
      eventById('2', 'order_placed'),
    );
    sandbox.admin.setClock({ advance: '1d' });
    const list = async (query: string) =>
      ((await client.app('GET', `/v1/activities?${query}`)).json as { activities: Record<string, unknown>[] })
        .activities;
    const [message] = sandbox.admin.messages();
    expect(await list('type=sent_email')).toEqual([
      expect.objectContaining({
        type: 'sent_email',
        customer_id: '1',
        timestamp: NOW_S + DAY_S,
        delivery_id: message?.id,
        delivery_type: 'email',
        data: { campaign_id: 1, action_id: 1002, recipient: 'a@x.example', subject: '' },
      }),
    ]);
    expect(await list('type=failed_email')).toMatchObject([
      { customer_id: '2', data: { failure_message: 'the person has no email' } },
    ]);
    expect(await list('type=delivered_email')).toHaveLength(1);
    expect(await list('type=sent_push')).toEqual([]);
    expect((await client.app('GET', '/v1/activities?type=delivery_sent')).status).toBe(400);
    expect(sandbox.admin.activities('sent_email')).toHaveLength(1);
  });
});

test('a jump of 21 days with twenty thousand people under way takes seconds', async () => {
  const people = Array.from({ length: 20_000 }, (_, at) => `p${at}`);
  for (let from = 0; from < people.length; from += 1000) {
    const part = people.slice(from, from + 1000);
    await client.batch(...part.map((id) => identifyById(id, { email: `${id}@x.example`, plan: 'pro' })));
    await client.batch(...part.map((id) => eventById(id, 'order_placed')));
  }
  const startedAt = performance.now();
  sandbox.admin.setClock({ advance: '21d' });
  expect(performance.now() - startedAt).toBeLessThan(20_000);
  expect(sandbox.admin.campaigns()[0]?.messages.sent).toBe(20_000);
});
