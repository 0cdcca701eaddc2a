import { expect, it } from 'vitest';
import { contractOf, EVENT_YAML, PEOPLE_YAML } from '../../../test/support/contract-files.ts';
import type { DefinitionChange } from './definition-change.ts';
import { journeyWords } from './journeys-of-change.ts';

const { models, journeys } = contractOf({
  models: { customers: [PEOPLE_YAML], orders: [`${EVENT_YAML}properties:\n  amount: { type: decimal }\n`] },
  journeys: `journeys:
  confirmation: { campaign: 1, uses: { events: [order_placed] }, needs_within: 90m }
  winback: { campaign: 2, uses: { attributes: [total_orders], events: [order_placed] } }
`,
});

function change(model: string, kind: DefinitionChange['kind'], name: string): DefinitionChange {
  const found = models.find((each) => each.name === model);
  if (found === undefined) throw new Error(`no model ${model}`);
  return { model: found, kind, name, verdict: 'changed', parts: [], published: undefined };
}

it('names the journeys that use an attribute, and of an event also those that may use its properties', () => {
  const attribute = change('customers', 'attribute', 'total_orders');
  const property = change('orders', 'property', 'amount');
  expect(journeyWords(journeys, [attribute])).toBe('Used by the journey winback. ');
  expect(journeyWords(journeys, [property, attribute])).toBe(
    'Used by the journeys confirmation (needs it within 90m), winback. ',
  );
  expect(journeyWords([], [attribute])).toBe('');
});
