import { describe, expect, it } from 'vitest';
import { fatesOf, rowName } from './retried-row.ts';
import type { Withheld } from './run.ts';

const row = (model: string, key: string, code: string): Withheld => ({
  kind: 'held',
  model,
  key,
  code,
  column: undefined,
  detail: undefined,
  firstSeenAt: 0,
  lastSeenAt: 0,
});

describe('fatesOf', () => {
  it('tells of each row what became of it, once', () => {
    const before = [
      row('orders', '1', 'late'),
      row('orders', '2', 'person_unknown'),
      row('orders', '3', 'late'),
      row('customers', '1', 'not_an_email'),
      row('customers', '1', 'time_zero'),
    ];
    const after = [row('orders', '1', 'person_overdue'), row('orders', '9', 'late')];
    const { rows, counts } = fatesOf(before, after, new Set([rowName('orders', '2')]));
    expect(rows).toEqual([
      { model: 'orders', key: '1', fate: 'withheld', before: 'late', now: 'person_overdue' },
      { model: 'orders', key: '2', fate: 'sent', before: 'person_unknown', now: undefined },
      { model: 'orders', key: '3', fate: 'settled', before: 'late', now: undefined },
      { model: 'customers', key: '1', fate: 'settled', before: 'time_zero', now: undefined },
    ]);
    expect(counts).toEqual({ sent: 1, withheld: 1, settled: 2 });
  });

  it('of nothing is nothing', () => {
    expect(fatesOf([], [], new Set())).toEqual({ rows: [], counts: { sent: 0, withheld: 0, settled: 0 } });
  });
});
