import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { eventStart } from './event-start.ts';
import { liveness } from './liveness.ts';

const NOW = 1_795_428_000;
const HOUR = 3600;
const rule = { late: 'hold', liveWithinSeconds: 24 * HOUR } as const;
const facts = { now: NOW, locked: undefined, recorded: undefined, historyFrom: undefined, rule };

describe('eventStart', () => {
  it('begins now for an event that is seen for the first time', () => {
    expect(eventStart(facts)).toMatchObject({ startsAt: NOW, reason: 'first_run', publishedStart: NOW });
  });

  it('goes on from where it began', () => {
    const start = eventStart({ ...facts, locked: NOW - 999, recorded: NOW - 999 });
    expect(start).toEqual({
      startsAt: NOW - 999,
      reason: 'published',
      publishedStart: NOW - 999,
      liveness: rule,
    });
  });

  it('reads the last 72 hours again when the state was lost, but nothing from before the start', () => {
    const longAgo = eventStart({ ...facts, locked: NOW - 1000 * HOUR });
    expect(longAgo).toMatchObject({
      startsAt: NOW - 72 * HOUR,
      reason: 'recovery',
      publishedStart: NOW - 1000 * HOUR,
    });
    expect(liveness(NOW - 71 * HOUR, NOW, longAgo.liveness ?? rule)).toBe('send');
    expect(eventStart({ ...facts, locked: NOW - 5 })).toMatchObject({
      startsAt: NOW - 5,
      reason: 'recovery',
    });
  });

  it('is what a backfill asks for, and moves no start', () => {
    const backfill = { kind: 'backfill', from: NOW - 9999, to: NOW - 5 } as const;
    expect(eventStart({ ...facts, locked: NOW - 999, recorded: NOW - 999, backfill })).toEqual({
      startsAt: NOW - 9999,
      endsAt: NOW - 5,
      reason: 'backfill',
      publishedStart: NOW - 999,
      liveness: undefined,
    });
  });

  it('of a release is never before the start, and the rule of the normal runs decides', () => {
    const backfill = { kind: 'release', from: 0, to: NOW } as const;
    expect(eventStart({ ...facts, recorded: NOW - 999, backfill })).toMatchObject({
      startsAt: NOW - 999,
      liveness: rule,
    });
    expect(eventStart({ ...facts, backfill })).toMatchObject({ startsAt: NOW });
  });

  it('keeps the start when only the lock file was lost', () => {
    expect(eventStart({ ...facts, recorded: NOW - 999 })).toMatchObject({
      startsAt: NOW - 999,
      reason: 'published',
    });
  });

  it('moves the start back for history, and never forward', () => {
    const history = eventStart({ ...facts, locked: NOW - 10, recorded: NOW - 10, historyFrom: NOW - 5000 });
    expect(history).toEqual({
      startsAt: NOW - 5000,
      reason: 'history',
      publishedStart: NOW - 5000,
      liveness: undefined,
    });
    expect(eventStart({ ...facts, locked: NOW - 9000, historyFrom: NOW - 5000 }).publishedStart).toBe(
      NOW - 9000,
    );
  });
});

describe('liveness', () => {
  it('sends what is young', () => {
    for (const late of ['hold', 'send', 'drop'] as const) {
      expect(liveness(NOW - 24 * HOUR, NOW, { ...rule, late })).toBe('send');
    }
  });

  it('does with late events what is declared', () => {
    const age = NOW - 25 * HOUR;
    expect(liveness(age, NOW, { ...rule, late: 'hold' })).toBe('hold');
    expect(liveness(age, NOW, { ...rule, late: 'drop' })).toBe('drop');
    expect(liveness(age, NOW, { ...rule, late: 'send' })).toBe('hold');
    expect(liveness(NOW - 74 * HOUR, NOW, { ...rule, late: 'send' })).toBe('send');
  });

  it('never sends a late event while it could still start a journey', () => {
    fc.assert(
      fc.property(fc.nat(100 * HOUR), fc.constantFrom('hold', 'send', 'drop'), (age, late) => {
        const isLate = age > rule.liveWithinSeconds;
        if (isLate && age <= 72 * HOUR) expect(liveness(NOW - age, NOW, { ...rule, late })).not.toBe('send');
      }),
    );
  });
});
