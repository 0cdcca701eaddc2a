import { describe, expect, it } from 'vitest';
import { contractOf } from '../../../test/support/contract-files.ts';
import type { PeopleModel } from '../contract/contract.ts';
import { announcedChanges, attributeDefinitions } from './delivered-definitions.ts';

const YAML = `kind: people
person: { id: id }
attributes:
  vip_tier: { type: string, one_of: [none, gold] }
  points: { type: integer }
`;

const modelOf = (yaml: string, sql = 'SELECT id, vip_tier, points FROM customers') =>
  contractOf({ models: { customers: [yaml, sql] } }).models[0] as PeopleModel;

const DELIVERED = attributeDefinitions(modelOf(YAML), 'id');

describe('announcedChanges', () => {
  it.each<[name: string, yaml: string, sql: string | undefined, expected: readonly string[]]>([
    ['nothing', YAML, undefined, []],
    ['another layout', YAML, 'select id, vip_tier,\n  points -- all\nfrom customers', []],
    [
      'a meaning said for the first time',
      YAML.replace('integer }', 'integer, means: Points }'),
      undefined,
      [],
    ],
    ['a new attribute', `${YAML}  city: { type: string }\n`, undefined, ['city']],
    ['another type', YAML.replace('integer', 'decimal'), undefined, ['points']],
    ['more values', YAML.replace('gold]', 'gold, silver]'), undefined, ['vip_tier']],
    ['another column', YAML.replace('integer }', 'integer, column: id }'), undefined, ['points']],
    ['another query', YAML, 'SELECT id, vip_tier, points + 1 AS points FROM customers', ['points']],
  ])('%s', (_, yaml, sql, expected) =>
    expect(announcedChanges(modelOf(yaml, sql), 'id', DELIVERED)).toEqual(expected),
  );

  it('is everything before anything was delivered to all', () => {
    expect(announcedChanges(modelOf(YAML), 'id', new Map())).toEqual(['vip_tier', 'points']);
  });
});
