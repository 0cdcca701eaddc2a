import { describe, expect, it } from 'vitest';
import { contractOf, problemsOf } from '../../../test/support/contract-files.ts';
import type { PeopleModel } from '../contract/contract.ts';
import { goneChanges, gonePersonItem } from './gone-person-item.ts';

const yamlOf = (removed: string) => `kind: people
person: { id: id, email: email }
removed: ${removed}
attributes:
  tier: { type: string, one_of: [none, gold], when_null: keep }
  points: { type: integer, when_null: clear }
  consent: { type: boolean, role: consent(email) }
`;

const changesOf = (removed: string, delivered: readonly string[]) => {
  const [model] = contractOf({ models: { customers: [yamlOf(removed)] } }).models as [PeopleModel];
  return goneChanges(model, model.removed, delivered);
};

const DELIVERED = ['"a@x.example"', '"gold"', '5'];

describe('goneChanges', () => {
  it('clears what was delivered, and leaves identifiers', () => {
    expect(changesOf('clear', DELIVERED)).toEqual([
      { attribute: 'tier', before: '"gold"', after: 'null' },
      { attribute: 'points', before: '5', after: 'null' },
    ]);
    expect(changesOf('clear', ['"a@x.example"', '', 'null'])).toEqual([]);
  });

  it('sets what is declared, and nothing besides', () => {
    expect(changesOf('{ set: { tier: none } }', DELIVERED)).toEqual([
      { attribute: 'tier', before: '"gold"', after: '"none"' },
    ]);
    expect(changesOf('{ set: { points: 5 } }', DELIVERED)).toEqual([]);
  });

  it('is written so that it makes no profile', () => {
    expect(gonePersonItem('id', '4"2', changesOf('{ set: { tier: none } }', DELIVERED))).toBe(
      '{"type":"person","action":"identify","identifiers":{"id":"4\\"2"},"attributes":{"_update":true,"tier":"none"}}',
    );
  });

  it.each([
    ['{ set: { teir: none } }', /no attribute `teir`.*tier/],
    ['{ set: { tier: platinum } }', /`tier` can not be "platinum"/],
    ['{ set: { points: 1.5 } }', /`points` can not be 1\.5/],
    ['{ set: { email: x } }', /no attribute `email`/],
    ['{ set: { consent: false } }', /no attribute `consent`/],
    ['delete', /kind erasure/],
  ])('%s is refused', (removed, problem) =>
    expect(problemsOf({ models: { customers: [yamlOf(removed)] } }).join('\n')).toMatch(problem),
  );
});
