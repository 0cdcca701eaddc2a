import { describe, expect, it } from 'vitest';
import type { Schedule } from './schedule.ts';
import { Timetable } from './timetable.ts';

const MINUTE = 60_000;
const every = (minutes: number): Schedule => ({ kind: 'every', seconds: minutes * 60 });

function tableOf(...entries: readonly (readonly [string, Schedule, lastAt?: number])[]): Timetable {
  return new Timetable(
    entries.map(([model, schedule, lastAt]) => ({ model, schedule, lastAt })),
    0,
  );
}

describe('a timetable', () => {
  it('has everything due that was never run', () => {
    expect(tableOf(['a', every(5)], ['b', every(1)]).due(0)).toEqual(['a', 'b']);
  });

  it('goes on where the last process stopped', () => {
    const table = tableOf(['a', every(5), -MINUTE]);
    expect([table.due(0), table.nextAt()]).toEqual([[], 4 * MINUTE]);
  });

  it('counts from the beginning of a run, and what became due meanwhile is due once', () => {
    const table = tableOf(['a', every(1)], ['b', every(60)]);
    table.done(['a', 'b'], 0, 10 * MINUTE);
    expect(table.due(10 * MINUTE)).toEqual(['a']);
    table.done(['a'], 10 * MINUTE, 10 * MINUTE + 1);
    expect(table.due(10 * MINUTE + 1)).toEqual([]);
  });

  it('lets a model follow another, also over a restart', () => {
    const follows: Schedule = { kind: 'after', model: 'a' };
    const table = tableOf(['a', every(5), 0], ['b', follows, 0]);
    expect(table.due(0)).toEqual([]);
    table.done(['a'], 5 * MINUTE, 5 * MINUTE);
    expect(table.due(5 * MINUTE)).toEqual(['b']);
    table.done(['b'], 5 * MINUTE, 5 * MINUTE);
    expect(table.due(6 * MINUTE)).toEqual([]);
    expect(tableOf(['a', every(5), -1], ['b', follows, -2]).due(0)).toEqual(['b']);
  });

  it('tries again soon after a failure, then less often, and on time after a success', () => {
    const table = tableOf(['a', every(60)]);
    const waits: number[] = [];
    let now = 0;
    for (let attempt = 0; attempt < 8; attempt += 1) {
      table.failed(['a'], now);
      waits.push(((table.nextAt() ?? 0) - now) / 1000);
      now = table.nextAt() ?? 0;
    }
    expect(waits).toEqual([30, 60, 120, 240, 480, 900, 900, 900]);
    table.done(['a'], now, now);
    expect(table.nextAt()).toBe(now + 60 * MINUTE);
  });

  it('has nothing to wait for when everything goes after something else', () => {
    const table = tableOf(['a', { kind: 'after', model: 'b' }, 0]);
    expect(table.nextAt()).toBeUndefined();
  });
});
