import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseJson } from '../json/lossless-json.ts';
import type { EventActivity } from '../state/activity.ts';
import type { PropertyTest } from './condition.ts';
import { EventCounter, isEventMeant } from './event-counter.ts';

const FILTER = { type: 'event', name: 'bought', where: [] } as const;
const PERSON = 7;

function eventAt(seconds: number, attributes = '{}'): EventActivity {
  return {
    type: 'event',
    serial: 1,
    person: PERSON,
    timestamp: seconds,
    appliedAtMs: 0,
    name: 'bought',
    eventId: undefined,
    attributes,
    receivedAtMs: 0,
  };
}

function counterOf(times: readonly number[]): EventCounter {
  const counter = new EventCounter(FILTER);
  for (const seconds of times) counter.add(PERSON, eventAt(seconds));
  return counter;
}

describe('counting events', () => {
  const timeLists = fc.array(fc.nat(30), { maxLength: 8 });
  const within = fc.integer({ min: 1, max: 12 });

  test('answers as a plain count does, and says in time when the answer changes', () => {
    fc.assert(
      fc.property(
        timeLists,
        fc.integer({ min: 1, max: 4 }),
        within,
        fc.nat(30),
        (times, atLeast, span, now) => {
          const counter = counterOf(times);
          const plain = (at: number) =>
            times.filter((time) => time <= at && time > at - span).length >= atLeast;
          const verdict = counter.judge(PERSON, atLeast, span * 1000, now * 1000);
          expect(verdict.isMatch).toBe(plain(now));
          for (let at = now; at * 1000 < verdict.changesAtMs && at < 60; at += 1)
            expect(plain(at)).toBe(plain(now));
          if (verdict.isMatch) expect(verdict.changesAtMs).toBeLessThan(Number.POSITIVE_INFINITY);
        },
      ),
    );
  });

  test('without a span counts the future too, and time changes nothing', () => {
    const counter = counterOf([5, 1_000_000]);
    expect(counter.judge(PERSON, 2, undefined, 6000)).toEqual({
      isMatch: true,
      changesAtMs: Number.POSITIVE_INFINITY,
      startsAtMs: 0,
    });
    expect(counter.judge(PERSON + 1, 1, undefined, 6000).isMatch).toBe(false);
  });

  test('keeps times in order, whatever the order they come in, and through a merge', () => {
    fc.assert(
      fc.property(timeLists, timeLists, (times, others) => {
        const counter = counterOf(times);
        for (const seconds of others) counter.add(8, eventAt(seconds));
        counter.move(8, PERSON);
        const all = [...times, ...others]
          .toSorted((one, other) => one - other)
          .map((seconds) => seconds * 1000);
        expect(counter.timesOf(PERSON)).toEqual(all);
        expect(counter.timesOf(8)).toEqual([]);
      }),
    );
  });
});

describe('which events are meant', () => {
  const where = (property: string, test: PropertyTest['test'], isNegated = false) => [
    { property, test, isNegated },
  ];
  const isMeant = (tests: readonly PropertyTest[], attributes: string) =>
    isEventMeant({ ...FILTER, where: tests }, eventAt(0, attributes), () => parseJson(attributes));

  test.each([
    ['category', '{"category":"Collagen"}', true],
    ['category', '{"category":"tea"}', false],
    ['category', '{}', false],
    ['items[].category', '{"items":[{"category":"tea"},{"category":"collagen"}]}', true],
    ['items[0].category', '{"items":[{"category":"tea"},{"category":"collagen"}]}', false],
    ['item.category', '{"item":{"category":"collagen"}}', true],
    ['item.category', '{"item":"collagen"}', false],
    ['__proto__.category', '{"item":{"category":"collagen"}}', false],
  ])('%s of %s: %s', (property, attributes, expected) => {
    expect(isMeant(where(property, { kind: 'eq', value: 'collagen' }), attributes)).toBe(expected);
  });

  test('all tests must pass; null and "" are absent; a test can be turned round', () => {
    const both = [...where('a', { kind: 'exists' }), ...where('n', { kind: 'gt', value: 5 })];
    expect(isMeant(both, '{"a":1,"n":6}')).toBe(true);
    expect(isMeant(both, '{"a":1,"n":5}')).toBe(false);
    expect(isMeant(both, '{"a":null,"n":6}')).toBe(false);
    expect(isMeant(where('a', { kind: 'exists' }, true), '{"a":""}')).toBe(true);
  });

  test('another name or another type is another event', () => {
    const event = eventAt(0);
    expect(isEventMeant({ ...FILTER, name: 'Bought' }, event, () => ({}))).toBe(false);
    expect(isEventMeant({ ...FILTER, type: 'page' }, event, () => ({}))).toBe(false);
  });
});
