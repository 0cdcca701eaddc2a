import { describe, expect, it } from 'vitest';
import type { KeyedModel } from '../contract/contract.ts';
import type { KeyedPlan } from '../plan/plan-summary.ts';
import { judgeErasures, judgeRemovals, REMOVALS_MAX, type RemovalLimit } from './removal-limit.ts';

const judge = (removals: number, delivered: number, removalLimit: RemovalLimit = REMOVALS_MAX) =>
  judgeRemovals(
    { kind: 'relationships', model: 'staff', removals, delivered } as KeyedPlan,
    { kind: 'relationships', removalLimit } as KeyedModel,
  );

describe('the limit of removals', () => {
  it('lets a few go, and a small share of many', () => {
    expect(judge(0, 0)).toBeUndefined();
    expect(judge(10, 10)).toBeUndefined();
    expect(judge(100, 1000)).toBeUndefined();
  });

  it('stops when both numbers are passed, and names them', () => {
    expect(judge(11, 11)).toMatchObject({ level: 'stop', error: 'removals_over_limit' });
    expect(judge(101, 1000)?.message).toBe(
      'staff: 101 of 1000 delivered relationships would be removed; `max_removals` is 10 % and 10',
    );
  });

  it('at 0 stops each removal, and at 100 % none', () => {
    expect(judge(1, 1000, { share: 0, rows: 0 })).toMatchObject({ level: 'stop' });
    expect(judge(1000, 1000, { share: 1, rows: 0 })).toBeUndefined();
  });
});

describe('the limit of erasures', () => {
  const judge = (added: number, changed: number, maxPerRun: number) =>
    judgeErasures(
      { kind: 'erasure', model: 'gone', target: 'delete', added, changed } as KeyedPlan,
      { kind: 'erasure', maxPerRun } as KeyedModel,
    );

  it('counts who would be erased now, and stops beyond the number', () => {
    expect(judge(10, 0, 10)).toBeUndefined();
    expect(judge(9, 2, 10)).toMatchObject({ level: 'stop', error: 'erasures_over_limit' });
    expect(judge(2, 0, 1)?.message).toBe('gone: 2 people would be deleted; `max_per_run` is 1');
  });
});
