import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type EventAges, NO_AGES } from '../backfill/backfill-plan.ts';
import { backfillRule, couldStartJourney, liveness } from './liveness.ts';

const NOW = 1_795_428_000;
const ages = (young: number): { readonly ages: EventAges } => ({ ages: { ...NO_AGES, young } });

it('a backfill without young events never sends one that could start a journey, whatever the clock does', () => {
  const rule = backfillRule(ages(0));
  fc.assert(
    fc.property(fc.integer({ min: -1_000_000, max: 100_000_000 }), (age) => {
      const verdict = rule === undefined ? 'send' : liveness(NOW - age, NOW, rule);
      expect(verdict).toBe(couldStartJourney(NOW - age, NOW) ? 'hold' : 'send');
    }),
  );
});

it('counts an event of exactly 73 hours as young', () => {
  expect(couldStartJourney(NOW - 73 * 3600, NOW)).toBe(true);
  expect(couldStartJourney(NOW - 73 * 3600 - 1, NOW)).toBe(false);
});

it('a backfill whose gate let young events through sends everything', () => {
  expect(backfillRule(ages(1))).toBeUndefined();
});
