import { describe, expect, it } from 'vitest';
import { joinCounts, WithheldRows } from './withheld-rows.ts';

describe('rows that are not sent', () => {
  it('are counted exactly, and a frequent reason does not hide a rare one', () => {
    const rows = new WithheldRows();
    for (let row = 0; row < 12_000; row += 1) rows.addHeld(`${row}`, 'late');
    rows.addFaults('9', [{ code: 'time_zero', column: 'paid_at' }]);
    expect(rows.counts()).toEqual([
      { kind: 'held', code: 'late', column: undefined, count: 12_000 },
      { kind: 'fault', code: 'time_zero', column: 'paid_at', count: 1 },
    ]);
    expect(rows.rows).toHaveLength(10_001);
    expect(rows.rows.at(-1)).toMatchObject({ key: '9', code: 'time_zero' });
  });

  it('have one count a reason, though some were found while reading and some while sending', () => {
    const [read, sent] = [new WithheldRows(), new WithheldRows()];
    read.addHeld('1', 'person_in_conflict');
    read.addFaults('2', [{ code: 'not_an_email', column: 'email' }]);
    sent.addHeld('3', 'person_in_conflict');
    sent.addHeld('4', 'email_taken');
    expect(joinCounts(read.counts(), sent.counts())).toEqual([
      { kind: 'held', code: 'person_in_conflict', column: undefined, count: 2 },
      { kind: 'fault', code: 'not_an_email', column: 'email', count: 1 },
      { kind: 'held', code: 'email_taken', column: undefined, count: 1 },
    ]);
  });
});
