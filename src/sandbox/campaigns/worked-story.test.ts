import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type RunningSandbox, startSandbox, type WorkspaceInput } from '../start-sandbox.ts';
import { connectTo, eventById, identifyById, type SandboxClient } from '../testing/sandbox-client.ts';

/**
 * A shop that sells collagen and tea, and its four campaigns, worked out by hand.
 *
 * Ten customers who still buy: customer n (1 to 10) ordered 5 days ago and every 10n days before that, as far
 * back as 365 days. That is floor(360 / 10n) + 1 orders:
 *
 *   n       1   2   3   4   5   6   7   8   9  10
 *   orders 37  19  13  10   8   7   6   5   5   4    114 in all
 *
 * Odd customers buy collagen: 37 + 13 + 8 + 6 + 5 = 69 orders; even ones tea: 45.
 * Three customers who ceased to buy (11, 12, 13): one order of tea each, 100, 200 and 300 days ago.
 * In all 117 orders. Each of the ten abandoned one cart 150 days ago: 10 carts.
 *
 * Customer 9 has no e-mail address; customer 7 is unsubscribed.
 */
const DAY_S = 86_400;
const HOUR_S = 3600;
const NOW_S = Date.UTC(2026, 10, 23, 12) / 1000;

const REPLENISH = 10;
const CART_RECOVERY = 11;
const WINBACK = 12;
const THANKS = 13;

const WORKSPACE: WorkspaceInput = {
  segments: [
    {
      id: 1,
      name: 'Lapsed',
      when: {
        and: [{ event: 'order_placed' }, { event: 'order_placed', within_past: '60d', performed: false }],
      },
    },
    { id: 2, name: 'Ten orders', when: { event: 'order_placed', times: 10 } },
  ],
  campaigns: [
    {
      id: REPLENISH,
      name: 'Replenish collagen',
      trigger: { event: 'order_placed', where: [{ property: 'category', eq: 'collagen' }] },
      steps: [{ wait: '21d' }, { message: 'Time for more' }],
    },
    {
      id: CART_RECOVERY,
      name: 'Cart recovery',
      trigger: { event: 'cart_abandoned' },
      steps: [{ wait: '1h' }, { message: 'You left something' }],
      goal: { event: 'order_placed', within: '3d' },
    },
    {
      id: WINBACK,
      name: 'Winback',
      trigger: { segment: 'Lapsed' },
      steps: [{ wait: '1d' }, { message: 'We miss you' }],
    },
    {
      id: THANKS,
      name: 'Tenth order',
      trigger: { segment: 'Ten orders' },
      steps: [{ message: 'Thank you' }],
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
beforeEach(async () => {
  sandbox.admin.reset();
  await client.batch(
    ...Array.from({ length: 13 }, (_, at) => at + 1).map((n) =>
      identifyById(`c${n}`, {
        ...(n === 9 ? {} : { email: `c${n}@shop.example` }),
        ...(n === 7 ? { unsubscribed: true } : {}),
      }),
    ),
  );
});
afterAll(async () => {
  await client.close();
  await sandbox.close();
});

interface Happening {
  readonly customer: string;
  readonly name: 'order_placed' | 'cart_abandoned';
  readonly daysAgo: number;
  readonly category: string;
}

function yearOfHappenings(): readonly Happening[] {
  const buyers = Array.from({ length: 10 }, (_, at) => at + 1);
  const orders = buyers.flatMap((n) =>
    Array.from({ length: Math.floor(360 / (10 * n)) + 1 }, (_, back) => ({
      customer: `c${n}`,
      name: 'order_placed' as const,
      daysAgo: 5 + back * 10 * n,
      category: n % 2 === 1 ? 'collagen' : 'tea',
    })),
  );
  const lapsed = [100, 200, 300].map((daysAgo, at) => ({
    customer: `c${11 + at}`,
    name: 'order_placed' as const,
    daysAgo,
    category: 'tea',
  }));
  const carts = buyers.map((n) => ({
    customer: `c${n}`,
    name: 'cart_abandoned' as const,
    daysAgo: 150,
    category: 'tea',
  }));
  return [...orders, ...lapsed, ...carts];
}

const newestFirst = yearOfHappenings().toSorted((one, other) => one.daysAgo - other.daysAgo);

function asEvent({ customer, name, daysAgo, category }: Happening, withTime: boolean): object {
  const time = withTime ? { timestamp: NOW_S - daysAgo * DAY_S } : {};
  return eventById(customer, name, { ...time, attributes: { category } });
}

async function backfill(happenings: readonly Happening[], withTimes: boolean): Promise<void> {
  const reply = await client.batch(...happenings.map((happening) => asEvent(happening, withTimes)));
  expect(reply.text).toBe('{}\n');
}

function started(): Readonly<Record<number, number>> {
  return Object.fromEntries(sandbox.admin.campaigns().map(({ id, journeys }) => [id, journeys.started]));
}

async function startedByMetrics(campaign: number): Promise<number> {
  const query = `start=${NOW_S - HOUR_S}&end=${NOW_S + HOUR_S}&resolution=hours`;
  const reply = await client.app('GET', `/v1/campaigns/${campaign}/journey_metrics?${query}`);
  const { started: counts } = (reply.json as { journey_metric: { started: readonly number[] } })
    .journey_metric;
  return counts.reduce((sum, count) => sum + count, 0);
}

describe('a backfill of a year of orders', () => {
  test('has the numbers of the story', () => {
    const orders = newestFirst.filter(({ name }) => name === 'order_placed');
    expect(orders).toHaveLength(117);
    expect(orders.filter(({ category }) => category === 'collagen')).toHaveLength(69);
    expect(newestFirst).toHaveLength(127);
  });

  test('with true times starts no event-triggered campaign, and the metrics prove it', async () => {
    await backfill(newestFirst, true);
    expect(started()).toMatchObject({ [REPLENISH]: 0, [CART_RECOVERY]: 0 });
    expect(await startedByMetrics(REPLENISH)).toBe(0);
    expect(await startedByMetrics(CART_RECOVERY)).toBe(0);
    // 69 orders of collagen and 10 carts would have been triggers, were they younger.
    expect(sandbox.admin.counters().inside).toMatchObject({ events_too_old_to_trigger: 79 });
    sandbox.admin.setClock({ advance: '22d' });
    expect(sandbox.admin.messages(REPLENISH)).toEqual([]);
  });

  test('with true times starts the segment-triggered ones: the 72 hours guard events alone', async () => {
    await backfill(newestFirst, true);
    // Lapsed: customers 11, 12 and 13. Ten orders: customers 1 to 4.
    expect(started()).toMatchObject({ [WINBACK]: 3, [THANKS]: 4 });
    expect(sandbox.admin.members('Lapsed').map(({ id }) => id)).toEqual(['c11', 'c12', 'c13']);
    expect(await startedByMetrics(WINBACK)).toBe(3);
    sandbox.admin.setClock({ advance: '1d' });
    expect(sandbox.admin.messages(WINBACK).map(({ recipient }) => recipient)).toEqual([
      'c11@shop.example',
      'c12@shop.example',
      'c13@shop.example',
    ]);
    expect(sandbox.admin.messages(THANKS)).toHaveLength(4);
  });

  test('sent oldest first takes everybody through the segment of the lapsed', async () => {
    await backfill(newestFirst.toReversed(), true);
    // Each of the thirteen had an order a year old before a younger one arrived: all of them entered.
    expect(started()).toMatchObject({ [REPLENISH]: 0, [WINBACK]: 13 });
    expect(sandbox.admin.segments()[0]?.members).toBe(3);
    // A day later ten of them are in the segment no more and leave; three get the message.
    sandbox.admin.setClock({ advance: '1d' });
    expect(sandbox.admin.campaigns().find(({ id }) => id === WINBACK)).toMatchObject({
      journeys: { started: 13, exited: 10, finished: 3 },
      messages: { sent: 3 },
    });
  });

  test('with times left out starts all of them', async () => {
    await backfill(newestFirst, false);
    // Every order of collagen, every cart; ten orders: customers 1 to 4. Nobody is lapsed: all bought just now.
    expect(started()).toEqual({ [REPLENISH]: 69, [CART_RECOVERY]: 10, [WINBACK]: 0, [THANKS]: 4 });
    sandbox.admin.setClock({ advance: '21d' });
    // 69 less the 5 of customer 9, who has no address, and the 6 of customer 7, who is unsubscribed.
    expect(sandbox.admin.campaigns()[0]).toMatchObject({
      journeys: { started: 69, finished: 69 },
      messages: { sent: 58, failed: 5, withheld: 6 },
    });
    // 60 days after their only purchases all thirteen are lapsed.
    sandbox.admin.setClock({ advance: '39d' });
    expect(started()[WINBACK]).toBe(13);
  });
});

describe('life goes on', () => {
  test('an order of collagen today brings one message in 21 days, to the second', async () => {
    await backfill(newestFirst, true);
    await client.batch(
      eventById('c1', 'order_placed', { attributes: { category: 'collagen' } }),
      eventById('c2', 'order_placed', { attributes: { category: 'tea' } }),
    );
    expect(started()[REPLENISH]).toBe(1);
    sandbox.admin.setClock({ advanceMs: 21 * DAY_S * 1000 - 1 });
    expect(sandbox.admin.messages(REPLENISH)).toEqual([]);
    sandbox.admin.setClock({ advanceMs: 1 });
    expect(sandbox.admin.messages(REPLENISH)).toMatchObject([
      {
        recipient: 'c1@shop.example',
        name: 'Time for more',
        created_at: NOW_S + 21 * DAY_S,
        outcome: 'sent',
      },
    ]);
  });

  test('whoever buys within the hour gets no reminder of the cart; a later purchase is a conversion', async () => {
    await client.batch(eventById('c2', 'cart_abandoned'), eventById('c3', 'cart_abandoned'));
    sandbox.admin.setClock({ advance: '30m' });
    await client.batch(eventById('c2', 'order_placed', { attributes: { category: 'tea' } }));
    sandbox.admin.setClock({ advance: '30m' });
    expect(sandbox.admin.messages(CART_RECOVERY).map(({ recipient }) => recipient)).toEqual([
      'c3@shop.example',
    ]);
    sandbox.admin.setClock({ advance: '2d' });
    await client.batch(eventById('c3', 'order_placed', { attributes: { category: 'tea' } }));
    expect(sandbox.admin.journeys(CART_RECOVERY)).toMatchObject([
      { person: { id: 'c2' }, state: 'exited', exit_reason: 'goal', converted_at: null, messages_sent: 0 },
      {
        person: { id: 'c3' },
        state: 'finished',
        converted_at: NOW_S + HOUR_S + 2 * DAY_S,
        messages_sent: 1,
      },
    ]);
  });
});
