import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { REPOSITORY } from '../../test/support/test-project.ts';
import { readSchemaStatements } from '../core/sql/schema-statements.ts';
import { SHOP_TABLES } from './shop-schema.ts';

const flat = (sql: string): string => sql.replace(/\s+/g, ' ').trim();

it("the example's schema.sql makes the tables of the demo's shop", () => {
  const text = readFileSync(join(REPOSITORY, 'examples/shop/schema.sql'), 'utf8');
  const { statements, problems } = readSchemaStatements('schema.sql', text);
  expect(problems).toEqual([]);
  expect(statements.map(({ sql }) => flat(sql)).sort()).toEqual(SHOP_TABLES.map(flat).sort());
});
