import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { caseName } from '../cases/case-name.ts';
import {
  type CampaignInput,
  type RunningSandbox,
  type SegmentInput,
  startSandbox,
} from '../start-sandbox.ts';
import { connectTo, eventById, identifyById, type SandboxClient } from '../testing/sandbox-client.ts';

const NOW_S = Date.UTC(2026, 10, 23, 12) / 1000;
const HOUR_S = 3600;
const DAY_S = 86_400;

let sandbox: RunningSandbox;
let client: SandboxClient;

beforeAll(async () => {
  sandbox = await startSandbox({
    clock: { startAtMs: NOW_S * 1000, rate: 0 },
    switches: { appRequestsPerSecondMax: 0, segmentBuildMs: 0 },
  });
  client = connectTo(sandbox);
});
beforeEach(() => sandbox.admin.reset());
afterAll(async () => {
  await client.close();
  await sandbox.close();
});

const ON_ORDER: CampaignInput = { id: 1, name: 'On order', trigger: { event: 'order_placed' } };
const PRO: SegmentInput = { id: 5, name: 'Pro', when: { attribute: 'plan', eq: 'pro' } };
const ON_PRO: CampaignInput = {
  id: 2,
  name: 'On pro',
  trigger: { segment: 'Pro' },
  steps: [{ message: 'Hello' }],
};

function define(campaigns: readonly CampaignInput[], segments: readonly SegmentInput[] = [PRO]): void {
  sandbox.admin.define({ segments, campaigns });
}

const order = (id: string, more: object = {}) => eventById(id, 'order_placed', more);
const started = (campaign: number) => sandbox.admin.journeys(campaign).length;
const personIds = (campaign: number) => sandbox.admin.journeys(campaign).map(({ person }) => person?.id);

describe('an event as trigger', () => {
  test(caseName(53, 'an event 71 hours old starts a journey'), async () => {
    define([ON_ORDER]);
    await client.batch(order('1', { timestamp: NOW_S - 71 * HOUR_S }));
    expect(started(1)).toBe(1);
  });

  test(caseName(53, 'to the second: at 72 hours it still does, later not'), async () => {
    define([ON_ORDER]);
    await client.batch(
      order('1', { timestamp: NOW_S - 72 * HOUR_S }),
      order('2', { timestamp: NOW_S - 72 * HOUR_S - 1 }),
    );
    expect(personIds(1)).toEqual(['1']);
    expect(sandbox.admin.counters().inside).toMatchObject({ events_too_old_to_trigger: 1 });
  });

  test(caseName(53, 'the age counts when the event is applied, not when it was accepted'), async () => {
    define([ON_ORDER]);
    sandbox.admin.setSwitches({ applyDelayMs: 60_000 });
    await client.batch(order('1', { timestamp: NOW_S - 72 * HOUR_S + 30 }));
    sandbox.admin.setClock({ advance: '1h' });
    expect(started(1)).toBe(0);
  });

  test(
    caseName(56, 'an old event that brings a person into a segment starts the segment’s campaign'),
    async () => {
      define([ON_ORDER, { id: 2, name: 'Buyers', trigger: { segment: 6 } }], [
        { id: 6, name: 'Buyers', when: { event: 'order_placed' } },
      ]);
      await client.batch(order('1', { timestamp: NOW_S - 300 * DAY_S }));
      expect(started(1)).toBe(0);
      expect(started(2)).toBe(1);
    },
  );

  test(
    caseName(57, 'milliseconds lie in a far future: the campaign starts at once, the segment by time never'),
    async () => {
      define([ON_ORDER], [{ id: 6, name: 'Recent', when: { event: 'order_placed', within_past: '30d' } }]);
      await client.batch(order('1', { timestamp: NOW_S * 1000 }));
      expect(started(1)).toBe(1);
      expect(sandbox.admin.members(6)).toEqual([]);
      sandbox.admin.setClock({ advance: '60d' });
      expect(sandbox.admin.members(6)).toEqual([]);
    },
  );

  test(caseName(57, 'with futureEventTrigger never it starts nothing'), async () => {
    sandbox.admin.setSwitches({ futureEventTrigger: 'never' });
    define([ON_ORDER]);
    await client.batch(order('1', { timestamp: NOW_S * 1000 }), order('2', { timestamp: NOW_S }));
    expect(personIds(1)).toEqual(['2']);
  });

  test(caseName(59, 'properties of the event take the place of the campaign’s settings'), async () => {
    define([
      {
        ...ON_ORDER,
        steps: [
          { message: 'Thanks', from: 'shop@shop.example', reply_to: 'help@shop.example', subject: 'Thanks' },
          { message: 'A text', channel: 'sms' },
        ],
      },
    ]);
    const attributes = { from_address: 'x@else.example', recipient: 'y@else.example', reply_to: '' };
    await client.batch(
      identifyById('1', { email: 'a@x.example', phone: '+4915112345678' }),
      order('1', { attributes }),
    );
    expect(sandbox.admin.messages()).toMatchObject([
      {
        channel: 'email',
        from: 'x@else.example',
        recipient: 'y@else.example',
        reply_to: 'help@shop.example',
        overridden_by_event: ['from', 'recipient'],
      },
      { channel: 'sms', recipient: '+4915112345678', overridden_by_event: [] },
    ]);
  });

  test(caseName(61, 'an anonymous event that joins a person ten hours later triggers'), async () => {
    define([{ id: 1, name: 'Cart', trigger: { event: 'cart_updated' } }]);
    await client.track('POST', '/api/v1/events', { anonymous_id: 'a1', name: 'cart_updated' });
    await client.track('POST', '/api/v1/events', {
      anonymous_id: 'a1',
      name: 'cart_updated',
      timestamp: NOW_S - 80 * HOUR_S,
    });
    sandbox.admin.setClock({ advance: '10h' });
    expect(started(1)).toBe(0);
    await client.track('PUT', '/api/v1/customers/42', { anonymous_id: 'a1' });
    // The one is 10 hours old now, the other 90.
    expect(personIds(1)).toEqual(['42']);
  });

  test(caseName(49, 'the same event id triggers once'), async () => {
    define([ON_ORDER]);
    const id = '01DXF6DT00EHKHQQN49EQ165BD';
    await client.batch(order('1', { id }), order('1', { id }));
    expect(started(1)).toBe(1);
  });

  test(caseName(52, 'without an id the same payload triggers twice'), async () => {
    define([ON_ORDER]);
    await client.batch(order('1'), order('1'));
    expect(started(1)).toBe(2);
  });

  test('only events of that name and type, with the properties asked for', async () => {
    define([
      { id: 1, name: 'Big', trigger: { event: 'order_placed', where: [{ property: 'total', gte: 100 }] } },
      { id: 2, name: 'Seen', trigger: { event: '/prices', type: 'page' } },
    ]);
    await client.batch(
      order('1', { attributes: { total: '100.00' } }),
      order('2', { attributes: { total: 99 } }),
      order('3'),
      eventById('4', '/prices'),
      { ...eventById('5', '/prices'), action: 'page' },
    );
    expect(personIds(1)).toEqual(['1']);
    expect(personIds(2)).toEqual(['5']);
  });

  test('an event of a suppressed person triggers nothing', async () => {
    define([ON_ORDER]);
    await client.track('POST', '/api/v1/customers/1/suppress');
    await client.batch(order('1'));
    expect(started(1)).toBe(0);
  });
});

describe('the filter of an event campaign', () => {
  const FILTERED: CampaignInput = { ...ON_ORDER, filter: { segment: 'Pro' }, steps: [{ message: 'Thanks' }] };

  test('lets those in who pass it, and is tried again for thirty minutes', async () => {
    define([FILTERED]);
    await client.batch(identifyById('1', { plan: 'pro' }), order('1'), order('2'), order('3'), order('4'));
    expect(personIds(1)).toEqual(['1']);
    sandbox.admin.setClock({ advance: '29m' });
    await client.batch(identifyById('2', { plan: 'pro' }));
    expect(personIds(1)).toEqual(['1', '2']);
    sandbox.admin.setClock({ advanceMs: 59_999 });
    await client.batch(identifyById('3', { plan: 'pro' }));
    expect(personIds(1)).toEqual(['1', '2', '3']);
    sandbox.admin.setClock({ advanceMs: 2 });
    await client.batch(identifyById('4', { plan: 'pro' }));
    expect(personIds(1)).toEqual(['1', '2', '3']);
  });

  test('the journey begins when the filter holds, and once for each event', async () => {
    define([FILTERED]);
    await client.batch(order('1'), order('1'));
    sandbox.admin.setClock({ advance: '10m' });
    await client.batch(identifyById('1', { plan: 'pro' }), identifyById('1', { plan: 'pro', more: 1 }));
    expect(sandbox.admin.journeys(1).map(({ started_at }) => started_at)).toEqual([NOW_S + 600, NOW_S + 600]);
  });

  test('with filterRecheckMinutes 0 it is tried once', async () => {
    sandbox.admin.setSwitches({ filterRecheckMinutes: 0 });
    define([FILTERED]);
    await client.batch(order('1'), identifyById('1', { plan: 'pro' }));
    expect(started(1)).toBe(0);
  });

  test('time alone can make it hold within the thirty minutes', async () => {
    define([{ ...ON_ORDER, filter: { attribute: 'trial_ends_at', before_past: '1d' } }]);
    await client.batch(
      identifyById('1', { trial_ends_at: NOW_S - DAY_S + 1200 }),
      identifyById('2', { trial_ends_at: NOW_S - DAY_S + 2400 }),
      order('1'),
      order('2'),
    );
    sandbox.admin.setClock({ advance: '2h' });
    expect(sandbox.admin.journeys(1)).toMatchObject([{ person: { id: '1' }, started_at: NOW_S + 1200 }]);
  });

  test('identify after the event, in one shuffled batch, starts the journey all the same', async () => {
    sandbox.admin.setSwitches({ shuffleBatch: true });
    define([FILTERED]);
    const people = Array.from({ length: 20 }, (_, at) => `p${at}`);
    await client.batch(...people.flatMap((id) => [identifyById(id, { plan: 'pro' }), order(id)]));
    expect(started(1)).toBe(20);
  });
});

describe('entering a segment as trigger', () => {
  test('starts a journey, once by default', async () => {
    define([ON_PRO]);
    await client.batch(identifyById('1', { plan: 'pro', email: 'a@x.example' }));
    await client.batch(identifyById('1', { plan: 'free' }), identifyById('1', { plan: 'pro' }));
    expect(started(2)).toBe(1);
    expect(sandbox.admin.messages(2)).toMatchObject([{ recipient: 'a@x.example', outcome: 'sent' }]);
  });

  test('with segmentCampaignFrequency every_time again at each new match', async () => {
    sandbox.admin.setSwitches({ segmentCampaignFrequency: 'every_time' });
    define([ON_PRO]);
    await client.batch(
      identifyById('1', { plan: 'pro' }),
      identifyById('1', { plan: 'pro', more: 1 }),
      identifyById('1', { plan: 'free' }),
      identifyById('1', { plan: 'pro' }),
    );
    expect(started(2)).toBe(2);
  });

  test(
    caseName(122, 'a person whose timestamp lies ahead is in the segment, and starts at that time'),
    async () => {
      define([{ id: 3, name: 'Welcome', trigger: { segment: 6 }, steps: [{ message: 'Welcome' }] }], [
        { id: 6, name: 'Signed up', when: { attribute: 'created_at', is_timestamp: true } },
      ]);
      const at = NOW_S + 10 * DAY_S;
      await client.batch(
        identifyById('1', { created_at: at, email: 'a@x.example' }),
        identifyById('2', { created_at: NOW_S }),
      );
      expect(sandbox.admin.members(6).map(({ id }) => id)).toEqual(['1', '2']);
      expect(personIds(3)).toEqual(['2']);
      sandbox.admin.setClock({ advanceMs: 10 * DAY_S * 1000 - 1 });
      expect(started(3)).toBe(1);
      sandbox.admin.setClock({ advanceMs: 1 });
      expect(sandbox.admin.journeys(3)[1]).toMatchObject({
        person: { id: '1' },
        started_at: at,
        messages_sent: 1,
      });
    },
  );

  test(caseName(122, 'the start moves with the timestamp, and is off when that is gone'), async () => {
    define([{ id: 3, name: 'Welcome', trigger: { segment: 6 } }], [
      { id: 6, name: 'Signed up', when: { attribute: 'created_at', is_timestamp: true } },
    ]);
    await client.batch(
      ...['1', '2', '3'].map((id) => identifyById(id, { created_at: NOW_S + 10 * DAY_S })),
      identifyById('1', { created_at: NOW_S + 2 * DAY_S }),
      identifyById('2', { created_at: NOW_S + 20 * DAY_S }),
      identifyById('3', { created_at: null }),
    );
    sandbox.admin.setClock({ advance: '15d' });
    expect(sandbox.admin.journeys(3)).toMatchObject([{ person: { id: '1' }, started_at: NOW_S + 2 * DAY_S }]);
    sandbox.admin.setClock({ advance: '15d' });
    expect(personIds(3)).toEqual(['1', '2']);
  });

  test('by time alone: people who lapse start when they do', async () => {
    define([{ id: 3, name: 'Winback', trigger: { segment: 6 } }], [
      { id: 6, name: 'Lapsed', when: { attribute: 'last_order_at', before_past: '90d' } },
    ]);
    await client.batch(
      identifyById('1', { last_order_at: NOW_S - 80 * DAY_S }),
      identifyById('2', { last_order_at: NOW_S - 85 * DAY_S }),
    );
    sandbox.admin.setClock({ advance: '30d' });
    expect(sandbox.admin.journeys(3).map(({ person, started_at }) => [person?.id, started_at])).toEqual([
      ['2', NOW_S + 5 * DAY_S],
      ['1', NOW_S + 10 * DAY_S],
    ]);
  });

  test('with several segments people start when they are in all of them, filter included', async () => {
    define([
      { id: 3, name: 'Both', trigger: { segments: ['Pro', 'Old'] }, filter: { attribute: 'ok', eq: true } },
    ], [PRO, { id: 6, name: 'Old', when: { attribute: 'age', gt: 60 } }]);
    await client.batch(identifyById('1', { plan: 'pro' }), identifyById('1', { age: 70 }));
    expect(started(3)).toBe(0);
    await client.batch(identifyById('1', { ok: true }));
    expect(started(3)).toBe(1);
  });

  test('a manual segment triggers, too', async () => {
    define([{ id: 3, name: 'By hand', trigger: { segment: 9 } }], [{ id: 9, name: 'Chosen' }]);
    await client.batch(identifyById('1'));
    await client.track('POST', '/api/v1/segments/9/add_customers', { ids: ['1'] });
    expect(personIds(3)).toEqual(['1']);
  });

  test(
    caseName(63, 'a merge moves events and manual segments: they trigger nothing, a new segment does'),
    async () => {
      define([
        ON_ORDER,
        { id: 3, name: 'Twice', trigger: { segment: 6 } },
        { id: 4, name: 'By hand', trigger: { segment: 9 } },
      ], [
        { id: 6, name: 'Two orders', when: { event: 'order_placed', times: 2 } },
        { id: 9, name: 'Chosen' },
      ]);
      await client.batch(order('1'), order('2'));
      await client.track('POST', '/api/v1/segments/9/add_customers', { ids: ['2'] });
      expect([started(1), started(3), started(4)]).toEqual([2, 0, 1]);
      await client.track('POST', '/api/v1/merge_customers', { primary: { id: '1' }, secondary: { id: '2' } });
      expect(started(1)).toBe(2);
      expect(personIds(3)).toEqual(['1']);
      // The start counts for the person who stays: once.
      expect(started(4)).toBe(1);
      expect(sandbox.admin.members(9).map(({ id }) => id)).toEqual(['1']);
    },
  );

  test('people who are in it already stay out when a campaign is added, unless it takes them', async () => {
    sandbox.admin.define({ segments: [PRO] });
    await client.batch(identifyById('1', { plan: 'pro' }));
    define([ON_PRO, { ...ON_PRO, id: 3, name: 'All pros', current_people: 'enter' }]);
    expect([started(2), started(3)]).toEqual([0, 1]);
    await client.batch(identifyById('2', { plan: 'pro' }));
    expect([started(2), started(3)]).toEqual([1, 2]);
  });
});

describe('how often a person may start', () => {
  test.each([
    ['once', 1],
    ['every_time', 3],
  ] as const)('an event campaign of frequency %s: %d of three events', async (frequency, expected) => {
    define([{ ...ON_ORDER, frequency }]);
    await client.batch(order('1'), order('1'), order('1'));
    expect(started(1)).toBe(expected);
  });

  test('a minimum interval keeps events apart', async () => {
    define([{ ...ON_ORDER, min_interval: '7d' }]);
    await client.batch(order('1'), order('1'));
    sandbox.admin.setClock({ advance: '6d' });
    await client.batch(order('1'));
    sandbox.admin.setClock({ advance: '1d' });
    await client.batch(order('1'));
    expect(sandbox.admin.journeys(1).map(({ started_at }) => started_at)).toEqual([NOW_S, NOW_S + 7 * DAY_S]);
  });

  test('at a fixed interval whoever is still in the segment starts again', async () => {
    define([{ ...ON_PRO, frequency: { every: '30d' } }]);
    await client.batch(identifyById('1', { plan: 'pro' }), identifyById('2', { plan: 'pro' }));
    sandbox.admin.setClock({ advance: '40d' });
    await client.batch(identifyById('2', { plan: 'free' }));
    sandbox.admin.setClock({ advance: '55d' });
    // 1: days 0, 30, 60 and 90; 2: days 0 and 30.
    expect(personIds(2).toSorted()).toEqual(['1', '1', '1', '1', '2', '2']);
  });
});

describe('steps', () => {
  test('waits and messages follow each other; what is reached in between counts once', async () => {
    define([
      {
        ...ON_ORDER,
        steps: [{ message: 'One' }, { wait: '2d' }, { message: 'Two' }, { wait: '3h' }, { message: 'Three' }],
      },
    ]);
    await client.batch(identifyById('1', { email: 'a@x.example' }), order('1'));
    sandbox.admin.setClock({ advance: '10d' });
    expect(sandbox.admin.messages().map(({ name, created_at }) => [name, created_at - NOW_S])).toEqual([
      ['One', 0],
      ['Two', 2 * DAY_S],
      ['Three', 2 * DAY_S + 3 * HOUR_S],
    ]);
  });

  test('messages of several people and campaigns come in order of time', async () => {
    define([
      { ...ON_ORDER, steps: [{ wait: '3d' }, { message: 'Slow' }] },
      { ...ON_ORDER, id: 2, name: 'Fast', steps: [{ wait: '1d' }, { message: 'Fast' }] },
    ]);
    await client.batch(order('1'));
    sandbox.admin.setClock({ advance: '1d' });
    await client.batch(order('2'));
    sandbox.admin.setClock({ advance: '30d' });
    const order_ = sandbox.admin.messages().map(({ name, person }) => `${name} ${person?.id}`);
    expect(order_).toEqual(['Fast 1', 'Fast 2', 'Slow 1', 'Slow 2']);
  });

  test('whoever has no address, is unsubscribed or fails the message’s condition gets none', async () => {
    define([
      {
        ...ON_ORDER,
        steps: [
          { message: 'To all' },
          { message: 'To pros', only_if: { segment: 'Pro' } },
          { message: 'Legal', send_to_unsubscribed: true },
          { message: 'Text', channel: 'sms' },
          { message: 'Push', channel: 'push' },
          { message: 'Draft', sending: 'draft' },
          { message: 'Off', sending: 'off' },
        ],
      },
    ]);
    await client.batch(
      identifyById('1', { plan: 'pro', email: 'a@x.example' }),
      identifyById('2', { unsubscribed: true, email: 'b@x.example' }),
      {
        type: 'person',
        action: 'add_device',
        identifiers: { id: '2' },
        device: { token: 'T', platform: 'ios' },
      },
      order('1'),
      order('2'),
    );
    const outcomes = sandbox.admin
      .messages()
      .map(({ name, person, outcome }) => `${person?.id} ${name}: ${outcome}`);
    expect(outcomes).toEqual([
      '1 To all: sent',
      '1 To pros: sent',
      '1 Legal: sent',
      '1 Text: failed',
      '1 Push: failed',
      '1 Draft: drafted',
      '2 To all: withheld',
      '2 Legal: sent',
      '2 Text: withheld',
      '2 Push: withheld',
      '2 Draft: withheld',
    ]);
    expect(sandbox.admin.messages().find(({ name }) => name === 'Text')?.failure).toBe(
      'the person has no phone',
    );
  });

  test('a person who is deleted goes no further, and a new one with the same id starts anew', async () => {
    define([{ ...ON_ORDER, frequency: 'once', steps: [{ wait: '1d' }, { message: 'Later' }] }]);
    await client.batch(order('1'));
    await client.track('DELETE', '/api/v1/customers/1');
    expect(sandbox.admin.journeys(1)).toMatchObject([{ state: 'exited', exit_reason: 'person_gone' }]);
    await client.batch(order('1'));
    sandbox.admin.setClock({ advance: '2d' });
    expect(sandbox.admin.messages().map(({ person }) => person?.id)).toEqual(['1']);
    expect(started(1)).toBe(2);
  });
});

describe('leaving early', () => {
  const WAITING: CampaignInput = {
    ...ON_ORDER,
    filter: { segment: 'Pro' },
    steps: [{ wait: '1d' }, { message: 'One' }, { wait: '1d' }, { message: 'Two' }],
  };

  test('whoever fails the filter leaves when the next message is reached', async () => {
    define([WAITING]);
    await client.batch(identifyById('1', { plan: 'pro' }), order('1'));
    await client.batch(identifyById('1', { plan: 'free' }));
    expect(sandbox.admin.journeys(1)).toMatchObject([{ state: 'under_way' }]);
    sandbox.admin.setClock({ advance: '1d' });
    expect(sandbox.admin.journeys(1)).toMatchObject([
      { state: 'exited', exit_reason: 'filter_fails', ended_at: NOW_S + DAY_S, messages_sent: 0 },
    ]);
  });

  test('with exitCheck at_once they leave at once, by time as well', async () => {
    sandbox.admin.setSwitches({ exitCheck: 'at_once' });
    define([
      WAITING,
      { ...WAITING, id: 2, name: 'Timed', filter: { attribute: 'seen_at', within_past: '12h' } },
    ]);
    await client.batch(identifyById('1', { plan: 'pro', seen_at: NOW_S }), order('1'));
    sandbox.admin.setClock({ advance: '1h' });
    await client.batch(identifyById('1', { plan: 'free' }));
    expect(sandbox.admin.journeys(1)).toMatchObject([
      { exit_reason: 'filter_fails', ended_at: NOW_S + HOUR_S },
    ]);
    sandbox.admin.setClock({ advance: '20h' });
    expect(sandbox.admin.journeys(2)).toMatchObject([
      { exit_reason: 'filter_fails', ended_at: NOW_S + 12 * HOUR_S },
    ]);
  });

  test('whoever left the trigger segment leaves, unless the campaign keeps them', async () => {
    const steps = [{ wait: '1d' }, { message: 'Hello' }];
    define([
      { ...ON_PRO, steps },
      { ...ON_PRO, id: 3, name: 'Keeps', steps, exit: ['goal'] },
    ]);
    await client.batch(
      identifyById('1', { plan: 'pro', email: 'a@x.example' }),
      identifyById('1', { plan: 'free' }),
    );
    sandbox.admin.setClock({ advance: '1d' });
    expect(sandbox.admin.journeys(2)).toMatchObject([{ exit_reason: 'trigger_ends' }]);
    expect(sandbox.admin.journeys(3)).toMatchObject([{ state: 'finished', messages_sent: 1 }]);
  });

  test('joining the goal’s segment ends the journey; after a message it is a conversion', async () => {
    define([
      {
        ...ON_ORDER,
        steps: [{ message: 'One' }, { wait: '10d' }, { message: 'Two' }],
        goal: { segment: 'Pro', within: '5d' },
      },
    ]);
    await client.batch(
      ...['1', '2'].map((id) => identifyById(id, { email: `${id}@x.example` })),
      identifyById('3'),
      ...['1', '2', '3'].map((id) => order(id)),
    );
    sandbox.admin.setClock({ advance: '5d' });
    await client.batch(identifyById('1', { plan: 'pro' }), identifyById('3', { plan: 'pro' }));
    sandbox.admin.setClock({ advanceMs: 1000 });
    await client.batch(identifyById('2', { plan: 'pro' }));
    expect(sandbox.admin.journeys(1)).toMatchObject([
      { exit_reason: 'goal', converted_at: NOW_S + 5 * DAY_S },
      { exit_reason: 'goal', converted_at: null },
      { exit_reason: 'goal', converted_at: null, messages_sent: 0 },
    ]);
  });

  test('an event of the past is no goal reached', async () => {
    define([
      {
        id: 1,
        name: 'Cart',
        trigger: { event: 'cart' },
        steps: [{ wait: '1d' }, { message: 'x' }],
        goal: { event: 'order_placed' },
      },
    ]);
    await client.batch(eventById('1', 'cart'), order('1', { timestamp: NOW_S - 1 }));
    expect(sandbox.admin.journeys(1)).toMatchObject([{ state: 'under_way' }]);
    await client.batch(order('1', { timestamp: NOW_S }));
    expect(sandbox.admin.journeys(1)).toMatchObject([{ exit_reason: 'goal' }]);
  });
});

describe('draft, running, stopped', () => {
  test('only a running campaign starts journeys', async () => {
    define([
      { ...ON_ORDER, state: 'draft' },
      { ...ON_ORDER, id: 2, name: 'Stopped', state: 'stopped' },
    ]);
    await client.batch(order('1'));
    sandbox.admin.setCampaign({ id: 1, state: 'running' });
    await client.batch(order('2'));
    expect(personIds(1)).toEqual(['2']);
    expect(started(2)).toBe(0);
  });

  test('when it stops, those under way leave, or may finish', async () => {
    const steps = [{ wait: '1d' }, { message: 'Later' }];
    define([
      { ...ON_ORDER, steps },
      { ...ON_ORDER, id: 2, name: 'Lenient', steps },
    ]);
    await client.batch(identifyById('1', { email: 'a@x.example' }), order('1'));
    sandbox.admin.setCampaign({ id: 1, state: 'stopped' });
    sandbox.admin.setCampaign({ id: 2, state: 'stopped', people: 'finish' });
    const { campaigns } = (await client.app('GET', '/v1/campaigns')).json as {
      campaigns: Record<string, unknown>[];
    };
    expect(campaigns.map(({ state, active }) => [state, active])).toEqual([
      ['stopped', false],
      ['stopped', true],
    ]);
    sandbox.admin.setClock({ advance: '1d' });
    expect(sandbox.admin.journeys(1)).toMatchObject([{ exit_reason: 'campaign_stopped' }]);
    expect(sandbox.admin.journeys(2)).toMatchObject([{ state: 'finished', messages_sent: 1 }]);
  });

  test('a campaign defined anew carries its people on by the new steps', async () => {
    define([{ ...ON_ORDER, steps: [{ wait: '1d' }, { message: 'Old' }] }]);
    await client.batch(identifyById('1', { email: 'a@x.example' }), order('1'));
    define([{ ...ON_ORDER, steps: [{ wait: '1d' }, { message: 'New' }] }]);
    sandbox.admin.setClock({ advance: '1d' });
    expect(sandbox.admin.messages().map(({ name }) => name)).toEqual(['New']);
  });
});

describe('what the App API tells', () => {
  const get = async (path: string) => (await client.app('GET', path)).json as Record<string, unknown>;

  test(caseName(112, 'the inventory says what triggers each campaign, and whether it can send'), async () => {
    define([
      { ...ON_ORDER, steps: [{ wait: '1d' }, { message: 'One', id: 77 }], tags: ['care'], first_started: 5 },
      { ...ON_PRO, state: 'draft', filter: { and: [{ segment: 5 }, { not: { segment: 'Pro' } }] } },
      { id: 3, name: 'Objects', trigger: { object: 4 } },
      { id: 4, name: 'Relations', trigger: { relationship: 4 } },
    ]);
    const { campaigns } = (await get('/v1/campaigns')) as { campaigns: Record<string, unknown>[] };
    expect(campaigns).toMatchObject([
      {
        event_name: 'order_placed',
        active: true,
        state: 'running',
        actions: [{ type: 'email', id: 77 }],
        tags: ['care'],
        first_started: 5,
      },
      { trigger_segment_ids: [5], active: false, state: 'draft', filter_segment_ids: [5], first_started: 0 },
      { object_type_id: 4 },
      { object_type_id: 4 },
    ]);
    expect(await get('/v1/campaigns/2')).toEqual({ campaign: campaigns[1] });
    expect((await client.app('GET', '/v1/campaigns/99')).status).toBe(404);
  });

  test(
    caseName(113, 'the trigger is told by the field that is there; type is one of the documented words'),
    async () => {
      define([
        ON_ORDER,
        ON_PRO,
        { id: 3, name: 'Objects', trigger: { object: 4 } },
        { id: 4, name: 'R', trigger: { relationship: 4 } },
      ]);
      const { campaigns } = (await get('/v1/campaigns')) as { campaigns: Record<string, unknown>[] };
      expect(campaigns.map(({ type }) => type)).toEqual(['event', 'segment', 'object', 'relationship']);
      const fields = ['event_name', 'trigger_segment_ids', 'object_type_id'];
      expect(campaigns.map((campaign) => fields.filter((field) => field in campaign))).toEqual([
        ['event_name'],
        ['trigger_segment_ids'],
        ['object_type_id'],
        ['object_type_id'],
      ]);
    },
  );

  test(caseName(114, 'journeys by the hour they started in, with what became of them by now'), async () => {
    define([{ ...ON_ORDER, steps: [{ wait: '2h' }, { message: 'One' }], goal: { segment: 'Pro' } }]);
    await client.batch(
      ...['1', '2'].map((id) => identifyById(id, { email: `${id}@x.example` })),
      order('1'),
      order('2'),
    );
    sandbox.admin.setClock({ advance: '90m' });
    await client.batch(order('1'), identifyById('2', { plan: 'pro' }));
    sandbox.admin.setClock({ advance: '1h' });
    await client.batch(identifyById('1', { plan: 'pro' }));
    const metrics = await get(
      `/v1/campaigns/1/journey_metrics?start=${NOW_S}&end=${NOW_S + 2 * HOUR_S}&resolution=hours`,
    );
    // 12:00: journeys of 1 (message at 14:00, goal at 14:30) and 2 (goal at 13:30, before any message); 13:30: one
    // more of 1, which leaves at the goal without a message.
    expect(metrics).toEqual({
      journey_metric: {
        started: [2, 1, 0],
        activated: [1, 0, 0],
        exited_early: [1, 1, 0],
        finished: [1, 0, 0],
        converted: [1, 0, 0],
        never_activated: [1, 1, 0],
        messaged: [1, 0, 0],
      },
    });
    const days = await get(
      `/v1/campaigns/1/journey_metrics?start=${NOW_S - DAY_S}&end=${NOW_S + DAY_S}&res=days`,
    );
    expect((days['journey_metric'] as Record<string, unknown>)['started']).toEqual([0, 3, 0]);
  });

  test.each([
    `start=${NOW_S}&end=${NOW_S}`,
    `start=${NOW_S}&resolution=hours`,
    'end=5&resolution=hours',
    'start=6&end=5&resolution=hours',
    'start=1&end=5&resolution=minutes',
    'start=1&end=x&resolution=hours',
    `start=0&end=${NOW_S}&resolution=hours`,
    'start=1&end=5&resolution=constructor',
  ])(`${caseName(114, 'what is missing or makes no sense is refused')}: %s`, async (query) => {
    define([ON_ORDER]);
    expect((await client.app('GET', `/v1/campaigns/1/journey_metrics?${query}`)).status).toBe(400);
    expect((await client.app('GET', `/v1/campaigns/9/journey_metrics?${query}`)).status).toBe(404);
  });

  test('messages of a campaign are counted by period, in both versions of the call', async () => {
    define([{ ...ON_ORDER, steps: [{ message: 'One' }, { message: 'Two', channel: 'sms' }] }]);
    await client.batch(identifyById('1', { email: 'a@x.example' }), order('1'));
    sandbox.admin.setClock({ advance: '1d' });
    await client.batch(order('1'));
    const two = await get(`/v1/campaigns/1/metrics?version=2&res=days&start=${NOW_S}&end=${NOW_S + DAY_S}`);
    expect((two['metric'] as { series: unknown }).series).toMatchObject({
      created: [2, 2],
      attempted: [2, 2],
      sent: [1, 1],
      delivered: [1, 1],
      failed: [1, 1],
      opened: [0, 0],
    });
    const one = await get('/v1/campaigns/1/metrics?period=days&steps=3');
    expect((one['metric'] as { series: unknown }).series).toMatchObject({ sent: [0, 1, 1] });
    const action = await get(
      `/v1/campaigns/1/actions/1002/metrics?version=2&res=weekly&start=${NOW_S}&end=${NOW_S + DAY_S}`,
    );
    expect((action['metric'] as { series: unknown }).series).toMatchObject({ sent: [0], failed: [2] });
    for (const query of ['period=eons', 'steps=99', 'version=2&res=x', 'version=2&start=9&end=8']) {
      expect((await client.app('GET', `/v1/campaigns/1/metrics?${query}`)).status).toBe(400);
    }
  });

  test('the messages that a campaign sends are its actions', async () => {
    define([
      {
        ...ON_ORDER,
        steps: [{ wait: '1h' }, { message: 'One', from: 'x@y.example', subject: 'Hi', sending: 'draft' }],
      },
    ]);
    const { actions } = (await get('/v1/campaigns/1/actions')) as { actions: Record<string, unknown>[] };
    expect(actions).toMatchObject([
      {
        id: 1002,
        campaign_id: 1,
        name: 'One',
        type: 'email',
        sending_state: 'draft',
        from: 'x@y.example',
        subject: 'Hi',
      },
    ]);
    expect(await get('/v1/campaigns/1/actions/1002')).toEqual({ action: actions[0] });
    // The wait before it is no message.
    expect((await client.app('GET', '/v1/campaigns/1/actions/1001')).status).toBe(404);
  });

  test('messages: all, of a campaign, of a person, one; in pages and filtered', async () => {
    define([
      { ...ON_ORDER, steps: [{ message: 'One', subject: 'Hi' }] },
      { ...ON_ORDER, id: 2, name: 'Texts', steps: [{ message: 'Two', channel: 'sms' }] },
    ]);
    await client.batch(
      identifyById('1', { email: 'a@x.example' }),
      identifyById('2', { email: 'b@x.example', unsubscribed: true }),
      identifyById('3', { email: 'c@x.example', phone: '+4915112345678' }),
      order('1', { id: '01DXF6DT00EHKHQQN49EQ165BD' }),
      order('2'),
      order('3'),
    );
    const list = async (path: string) => (await get(path))['messages'] as Record<string, unknown>[];
    // The newest first; what was withheld from 2 was never made.
    const all = await list('/v1/messages');
    expect(all.map(({ recipient, type }) => [recipient, type])).toEqual([
      ['+4915112345678', 'twilio'],
      ['c@x.example', 'email'],
      ['', 'twilio'],
      ['a@x.example', 'email'],
    ]);
    expect(all[3]).toMatchObject({
      customer_id: '1',
      customer_identifiers: { email: 'a@x.example', id: '1' },
      subject: 'Hi',
      campaign_id: 1,
      action_id: 1001,
      newsletter_id: null,
      failure_message: null,
      trigger_event_id: '01DXF6DT00EHKHQQN49EQ165BD',
      metrics: { created: NOW_S, attempted: NOW_S, sent: NOW_S, delivered: NOW_S },
    });
    expect(await get(`/v1/messages/${String(all[3]?.['id'])}`)).toEqual({ message: all[3] });
    expect((await client.app('GET', '/v1/messages/nonsense')).status).toBe(404);
    expect(await list('/v1/campaigns/2/messages')).toHaveLength(2);
    expect(await list('/v1/customers/3/messages')).toHaveLength(2);
    expect(await list('/v1/customers/2/messages')).toEqual([]);
    expect(await list('/v1/messages?type=email')).toHaveLength(2);
    expect(await list('/v1/messages?metric=failed')).toHaveLength(1);
    expect(await list(`/v1/messages?start_ts=${NOW_S + 1}`)).toEqual([]);
    expect(await list(`/v1/messages?end_ts=${NOW_S - 1}`)).toEqual([]);
    const page = await get('/v1/messages?limit=3');
    expect(page['messages']).toHaveLength(3);
    expect(await get(`/v1/messages?limit=3&start=${String(page['next'])}`)).toMatchObject({
      messages: [{ recipient: 'a@x.example' }],
      next: '',
    });
    for (const query of ['limit=0', 'limit=1001', 'start=x', 'campaign_id=x', 'start_ts=x']) {
      expect((await client.app('GET', `/v1/messages?${query}`)).status).toBe(400);
    }
    sandbox.admin.setClock({ advance: '200d' });
    expect(await list('/v1/messages')).toEqual([]);
  });

  test('drafts are listed when they are asked for', async () => {
    define([{ ...ON_ORDER, steps: [{ message: 'One', sending: 'draft' }] }]);
    await client.batch(identifyById('1', { email: 'a@x.example' }), order('1'));
    expect(await get('/v1/messages')).toMatchObject({ messages: [] });
    expect(await get('/v1/messages?drafts=true')).toMatchObject({
      messages: [{ metrics: { drafted: NOW_S } }],
    });
  });

  test('what is reported of a message from outside shows; unsubscribing by it reaches the person', async () => {
    define([{ ...ON_ORDER, steps: [{ message: 'One' }] }]);
    await client.batch(identifyById('1', { email: 'a@x.example' }), order('1'));
    const [message] = (await get('/v1/messages'))['messages'] as { id: string }[];
    const delivery_id = message?.id ?? '';
    await client.track('POST', '/api/v1/metrics', { delivery_id, metric: 'opened', timestamp: NOW_S + 5 });
    await client.track('POST', '/api/v1/metrics', { delivery_id, metric: 'opened', timestamp: NOW_S + 9 });
    await client.track('POST', `/unsubscribe/${delivery_id}`, { unsubscribe: true });
    expect(await get('/v1/messages')).toMatchObject({
      messages: [{ metrics: { opened: NOW_S + 5, unsubscribed: NOW_S } }],
    });
    expect(sandbox.admin.person({ id: '1' })?.attributes).toMatchObject({ unsubscribed: true });
    await client.track('POST', '/api/v1/metrics', { delivery_id: 'abcd', metric: 'opened' });
    expect(sandbox.admin.counters().inside).toMatchObject({ reports_of_unknown_deliveries: 1 });
    await client.batch(order('1'));
    expect(sandbox.admin.messages()[1]?.outcome).toBe('withheld');
  });
});
