import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PRODUCED_ACTIVITY_TYPES } from './activity.ts';
import { ActivityLog } from './activity-log.ts';
import { changeAttributes, firstAttributes, literalOf, literalsOf, setAtOf } from './attribute-set.ts';
import { NameList } from './name-list.ts';
import { PendingQueue } from './pending-queue.ts';

const names = fc.oneof(fc.constantFrom('a', 'b', 'c', '__proto__', 'constructor'), fc.string());
const literals = fc.oneof(
  fc.jsonValue().map((value) => JSON.stringify(value)),
  fc.constant(null),
);
const changeList = fc.uniqueArray(fc.record({ name: names, literal: literals }), {
  selector: (change) => change.name,
});

describe('attributes', () => {
  test('behave like a map from name to literal and time', () => {
    fc.assert(
      fc.property(changeList, fc.array(changeList), (first, later) => {
        const root = NameList.root();
        const model = new Map<string, readonly [string, number]>();
        let attributes = firstAttributes(root, first, 0);
        for (const { name, literal } of first) if (literal !== null) model.set(name, [literal, 0]);
        for (const [index, changes] of later.entries()) {
          const before = new Map(model);
          const update = changeAttributes(root, attributes, changes, index + 1);
          attributes = update.attributes;
          for (const { name, literal } of changes) {
            if (literal === null) model.delete(name);
            else model.set(name, [literal, index + 1]);
          }
          const changed = changes.filter(({ name, literal }) => (before.get(name)?.[0] ?? null) !== literal);
          expect(update.differences.map((difference) => difference.name)).toEqual(
            changed.map(({ name }) => name),
          );
        }
        const stored = attributes.names.names.map((name, at) => {
          return [name, [literalsOf(attributes)[at], setAtOf(attributes, at)]] as const;
        });
        expect(new Map(stored)).toEqual(model);
        for (const [name, [literal]] of model) expect(literalOf(attributes, name)).toBe(literal);
      }),
    );
  });

  test('people with the same names share one list', () => {
    const root = NameList.root();
    const changes = [
      { name: 'a', literal: '1' },
      { name: 'b', literal: '2' },
    ];
    const one = firstAttributes(root, changes, 0);
    const other = changeAttributes(root, firstAttributes(root, [], 0), changes, 5).attributes;
    expect(one.names).toBe(other.names);
  });
});

describe('the pending queue', () => {
  test('gives what is due, the earliest first, ties in the order they came', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(20)), fc.nat(25), (dueTimes, now) => {
        const queue = new PendingQueue<number>();
        for (const [index, dueAt] of dueTimes.entries()) queue.push(index, dueAt);
        const taken: number[] = [];
        for (let due = queue.takeDue(now); due !== undefined; due = queue.takeDue(now)) taken.push(due.entry);
        const expected = dueTimes
          .map((dueAt, index) => ({ dueAt, index }))
          .filter(({ dueAt }) => dueAt <= now)
          .toSorted((one, other) => one.dueAt - other.dueAt || one.index - other.index)
          .map(({ index }) => index);
        expect(taken).toEqual(expected);
        expect(queue.size).toBe(dueTimes.length - expected.length);
      }),
    );
  });
});

describe('the activity log', () => {
  const profile = (log: ActivityLog, type: 'profile_create' | 'profile_delete') =>
    log.append({ serial: log.takeSerial(), type, person: 1, timestamp: 0, appliedAtMs: 0, detail: '{}' });

  test('keeps the newest of the mass and everything that is rare', () => {
    const log = new ActivityLog();
    profile(log, 'profile_delete');
    for (let count = 0; count < 300_000; count += 1) profile(log, 'profile_create');
    expect(log.count('profile_create')).toBeGreaterThanOrEqual(100_000);
    expect(log.count('profile_create')).toBeLessThanOrEqual(125_000);
    expect(log.count('profile_delete')).toBe(1);
  });

  test('gives all types together in order, from a cursor on', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean()), fc.nat(50), (kinds, before) => {
        const log = new ActivityLog();
        for (const isCreate of kinds) profile(log, isCreate ? 'profile_create' : 'profile_delete');
        const serials = [...log.newestFirst({ types: PRODUCED_ACTIVITY_TYPES, before })].map(
          ({ serial }) => serial,
        );
        const expected = kinds.map((_, index) => index + 1).filter((serial) => serial < before);
        expect(serials).toEqual(expected.toReversed());
      }),
    );
  });
});
