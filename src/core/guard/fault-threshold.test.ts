import { describe, expect, it } from 'vitest';
import type { EventPlan, ModelPlan, PeoplePlan } from '../plan/plan-summary.ts';
import { type FaultLimit, judgeFaults } from './fault-threshold.ts';

const base = {
  model: 'm',
  rows: 1000,
  unchanged: 0,
  refreshed: 0,
  operations: 0,
  bytes: 0,
  held: 0,
  withheld: [],
};

const people = (more: Partial<PeoplePlan>): ModelPlan => ({
  kind: 'people',
  ...base,
  faults: 0,
  newPeople: 0,
  changedPeople: 1,
  gone: 0,
  emailChanges: 0,
  notes: 0,
  attributeChanges: {},
  ...more,
});

const event = (more: Partial<EventPlan>): ModelPlan => ({
  kind: 'event',
  ...base,
  faults: 0,
  event: 'e',
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

const level = (plan: ModelPlan, limit?: FaultLimit) => judgeFaults(plan, limit)?.level;

describe('judgeFaults', () => {
  it.each<[faults: number, rows: number, level: string | undefined]>([
    [0, 1000, undefined],
    [9, 100, undefined],
    [10, 1001, undefined],
    [10, 1000, 'warning'],
    [49, 1000, 'warning'],
    [50, 1000, 'critical'],
    [9, 9, undefined],
  ])('without a threshold: %i faults of %i rows → %s', (faults, rows, expected) => {
    expect(level(people({ faults, rows }))).toBe(expected);
    expect(level(event({ faults, rows }))).toBe(expected);
  });

  it('is quiet about a first run, until it is critical', () => {
    expect(level(people({ faults: 20, changedPeople: 0, newPeople: 980 }))).toBeUndefined();
    expect(level(event({ faults: 20, startReason: 'first_run' }))).toBeUndefined();
    expect(level(people({ faults: 50, changedPeople: 0 }))).toBe('critical');
  });

  it.each<[limit: FaultLimit, faults: number, level: string | undefined]>([
    [{ share: 0.02, rows: undefined }, 19, 'warning'],
    [{ share: 0.02, rows: undefined }, 20, 'stop'],
    [{ share: undefined, rows: 1 }, 1, 'stop'],
    [{ share: undefined, rows: 1 }, 0, undefined],
    [{ share: 0, rows: undefined }, 0, undefined],
    [{ share: 0.001, rows: 5 }, 4, undefined],
    [{ share: 0.001, rows: 5 }, 5, 'stop'],
    [{ share: 0.5, rows: 5 }, 499, 'critical'],
    ['off', 1000, undefined],
  ])('with the threshold %j: %i faults of 1000 rows → %s', (limit, faults, expected) => {
    expect(level(people({ faults }), limit)).toBe(expected);
  });

  it('a declared threshold holds in the first run too', () => {
    expect(level(people({ faults: 1, changedPeople: 0 }), { share: undefined, rows: 1 })).toBe('stop');
  });

  it('leaves out events from before the start', () => {
    const plan = event({ rows: 100_000, beforeStart: 99_000, faults: 50 });
    expect(level(plan)).toBe('critical');
    expect(judgeFaults(plan, { share: 0.05, rows: 20 })?.message).toBe(
      'm: 50 of 1000 rows (5 %) are faults; the threshold is 5 % and 20 rows',
    );
  });

  it('tells when a people model is suddenly empty', () => {
    expect(judgeFaults(people({ rows: 0, gone: 500, changedPeople: 0 }), undefined)).toEqual({
      model: 'm',
      level: 'critical',
      message: 'm: the query returns no rows, and people were delivered before',
    });
    expect(level(people({ rows: 0, changedPeople: 0 }))).toBeUndefined();
    expect(level(event({ rows: 0 }))).toBeUndefined();
  });

  it('says small shares with digits that mean something', () => {
    const plan = people({ rows: 3_000_000, faults: 1234 });
    expect(judgeFaults(plan, { share: undefined, rows: 1 })?.message).toMatch(/\(0\.041 %\).* is 1 row$/);
  });
});
