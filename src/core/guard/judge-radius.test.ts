import { describe, expect, it } from 'vitest';
import type { EventPlan, PeoplePlan, PeopleRadius } from '../plan/plan-summary.ts';
import { judgeRadius } from './judge-radius.ts';
import { type PeopleLimit, type RadiusLimits, USUAL_LIMITS } from './radius-limits.ts';

const base = { unchanged: 0, refreshed: 0, operations: 0, bytes: 0, faults: 0, held: 0, withheld: [] };

const people = (radius: Partial<PeopleRadius>, rows = 1000): PeoplePlan => ({
  kind: 'people',
  model: 'customers',
  ...base,
  rows,
  newPeople: 0,
  changedPeople: 0,
  gone: 0,
  emailChanges: 0,
  notes: 0,
  attributeChanges: {},
  radius: { delivered: 1000, people: 0, gone: 0, attributes: {}, ...radius },
});

const event = (more: Partial<EventPlan>): EventPlan => ({
  kind: 'event',
  model: 'orders',
  ...base,
  rows: 10,
  event: 'order_placed',
  startsAt: 0,
  startReason: 'published',
  publishedStart: 0,
  beforeStart: 0,
  dropped: 0,
  throttled: 0,
  changedAfterDelivery: 0,
  anonymous: 0,
  notes: 0,
  ...more,
});

const stops = (plan: PeoplePlan | EventPlan, limits: Partial<RadiusLimits> = {}) =>
  judgeRadius(plan, { ...USUAL_LIMITS, ...limits }).map(({ limit }) => limit);

const tier = (changed: number, more = {}) => ({ vip_tier: { changed, cleared: 0, backwards: 0, ...more } });

describe('judgeRadius', () => {
  it('says the numbers, and how the limit is called', () => {
    expect(judgeRadius(people({ people: 400, attributes: tier(400) }), USUAL_LIMITS)).toEqual([
      {
        model: 'customers',
        level: 'stop',
        message:
          'customers: 400 of 1000 people (40 %) would have another `vip_tier`; the limit is 30 % and 100 people',
        limit: 'customers.attributes.vip_tier',
        reach: { number: 400, share: 0.4 },
      },
    ]);
  });

  it.each<[delivered: number, changed: number, isStopped: boolean]>([
    [0, 0, false],
    [1, 1, false],
    [99, 99, false],
    [100, 100, true],
    [333, 100, true],
    [334, 100, false],
    [1000, 299, false],
    [1000, 300, true],
  ])('of %i people %i with another value: stopped %s', (delivered, changed, isStopped) => {
    const plan = people({ delivered, attributes: tier(changed) });
    expect(stops(plan)).toEqual(isStopped ? ['customers.attributes.vip_tier'] : []);
  });

  it.each<[limit: PeopleLimit, changed: number, isStopped: boolean]>([
    [{ share: 0, people: undefined }, 0, false],
    [{ share: 0, people: undefined }, 1, true],
    [{ share: undefined, people: 1 }, 1, true],
    [{ share: 1, people: undefined }, 999, false],
    [{ share: 1, people: undefined }, 1000, true],
    ['off', 1000, false],
  ])('with the limit %j, %i of 1000: stopped %s', (limit, changed, isStopped) => {
    const plan = people({ attributes: tier(changed) });
    const expected = isStopped ? ['customers.attributes.vip_tier'] : [];
    expect(stops(plan, { attributes: limit })).toEqual(expected);
    expect(stops(plan, { attributes: 'off', byAttribute: new Map([['vip_tier', limit]]) })).toEqual(expected);
  });

  it('is stricter about values that vanish and times that move back', () => {
    expect(stops(people({ attributes: tier(100, { cleared: 100 }) }))).toEqual([
      'customers.cleared.vip_tier',
    ]);
    expect(stops(people({ attributes: tier(99, { cleared: 99 }) }))).toEqual([]);
    const moved = { last_order_at: { changed: 100, cleared: 0, backwards: 100 } };
    expect(stops(people({ delivered: 2000, attributes: moved }))).toEqual([
      'customers.backwards.last_order_at',
    ]);
    expect(stops(people({ delivered: 2001, attributes: moved }))).toEqual([]);
  });

  it('counts people whatever changes, and those who are gone', () => {
    expect(stops(people({ people: 500 }))).toEqual(['customers.people']);
    expect(stops(people({ people: 499 }))).toEqual([]);
    expect(stops(people({ gone: 300 }, 700))).toEqual(['customers.removed']);
    expect(stops(people({ gone: 299 }, 701))).toEqual([]);
  });

  it('says nothing when nothing was delivered before, however much is new', () => {
    expect(stops(people({ delivered: 0 }, 100_000))).toEqual([]);
    expect(stops(people({ delivered: 0 }, 0))).toEqual([]);
  });

  it('tells of an empty query by itself', () => {
    expect(stops(people({ delivered: 10, gone: 10 }, 0))).toEqual(['customers.empty']);
    expect(stops(people({ delivered: 9, gone: 9 }, 0))).toEqual([]);
    expect(stops(people({ delivered: 500, gone: 500 }, 0), { empty: 'off' })).toEqual(['customers.removed']);
    expect(stops({ ...people({ delivered: 10 }, 0), known: 10 })).toEqual([]);
    expect(stops(event({ rows: 0, usualRows: 100 }))).toEqual(['orders.empty']);
    expect(stops(event({ rows: 0, usualRows: 100, known: 500 }))).toEqual([]);
    expect(stops(event({ rows: 0, usualRows: 99 }))).toEqual([]);
    expect(stops(event({ rows: 0 }))).toEqual([]);
    expect(stops(event({ rows: 0, usualRows: 100 }), { empty: 'off' })).toEqual([]);
  });

  it('holds the busiest hour against those before', () => {
    const hour = (events: number, usual: number) => event({ busiestHour: { hour: 494_000, events, usual } });
    expect(stops(hour(1000, 100))).toEqual(['orders.events']);
    expect(stops(hour(999, 1))).toEqual([]);
    expect(stops(hour(1000, 101))).toEqual([]);
    expect(stops(hour(1000, 100), { events: 'off' })).toEqual([]);
    expect(stops(hour(30, 10), { events: { times: 3, events: 20 } })).toEqual(['orders.events']);
    const [verdict] = judgeRadius(hour(1000, 100), USUAL_LIMITS);
    expect(verdict?.message).toBe(
      'orders: 1000 events of the hour from 2026-05-10 08:00 UTC, and the busiest hour before had 100; the limit is 10 times that and 1000 events',
    );
  });
});
