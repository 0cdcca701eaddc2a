import { describe, expect, it } from 'vitest';
import { problemHeadline } from '../contract/problem.ts';
import { checkScopes } from './check-scopes.ts';

const complaints = (sql: string) => checkScopes('m.sql', sql).map(problemHeadline);

describe('checkScopes', () => {
  it.each([
    'SELECT * FROM a WHERE TRUE /* scope: a.id */',
    'SELECT * FROM a WHERE x = 1\n AND y /*scope:a.id*/ GROUP BY z',
    'WITH p AS (SELECT * FROM o WHERE (a OR b) /* scope: o.c */) SELECT * FROM p WHERE TRUE /* SCOPE : p.c */;',
    'SELECT * FROM a WHERE x BETWEEN 1 AND 2 /* scope: `a`.`id` */ AND y = 1 UNION SELECT 1',
    "SELECT * FROM a WHERE x IN (SELECT 1 FROM b) /* scope: COALESCE(a.id, 'x') */ ORDER BY 1",
    "SELECT '/* scope: */' FROM a -- what a scope: is\n",
    'SELECT 1 FROM a',
  ])('takes %s', (sql) => {
    expect(complaints(sql)).toEqual([]);
  });

  it.each([
    ['SELECT * FROM a /* scope: a.id */', 'm.sql:1:17: the scope does not stand in a WHERE'],
    [
      'SELECT * FROM a WHERE /* scope: a.id */',
      'm.sql:1:23: a condition is missing between `WHERE` and the scope',
    ],
    [
      'SELECT * FROM a WHERE x AND /* scope: a.id */',
      'm.sql:1:29: a condition is missing between `AND` and the scope',
    ],
    [
      'SELECT * FROM a\nWHERE x GROUP BY y /* scope: a.id */',
      'm.sql:2:20: the scope does not stand in a WHERE',
    ],
    [
      'SELECT * FROM a JOIN b ON a.x = b.x /* scope: a.id */',
      'm.sql:1:37: the scope does not stand in a WHERE',
    ],
    ['SELECT (SELECT 1 /* scope: a.id */) FROM a WHERE x', 'm.sql:1:18: the scope does not stand in a WHERE'],
    ['SELECT * FROM a WHERE (x /* scope: a.id */)', 'm.sql:1:26: the scope does not stand in a WHERE'],
    [
      'SELECT * FROM a WHERE x OR y /* scope: a.id */',
      'm.sql:1:30: an OR beside the scope would not be narrowed by it',
    ],
    [
      'SELECT * FROM a WHERE x /* scope: a.id */ OR y',
      'm.sql:1:25: an OR beside the scope would not be narrowed by it',
    ],
    [
      'SELECT * FROM a WHERE x BETWEEN 1 /* scope: a.id */ AND 2',
      'm.sql:1:35: the scope stands inside a BETWEEN',
    ],
    ['SELECT * FROM a WHERE x /* scope: a.id */ = 1', 'm.sql:1:25: `=` can not follow a scope'],
    ['SELECT * FROM a WHERE x /* scope: */', 'm.sql:1:25: the scope names no column'],
    ['SELECT * FROM a WHERE x /* scope: a.id) OR (1 */', 'm.sql:1:25: the scope is not one expression'],
    ['SELECT * FROM a WHERE x /* scope: a.id; DROP */', 'm.sql:1:25: the scope is not one expression'],
    ["SELECT * FROM a WHERE x /* scope: a.id = ' */", 'm.sql:1:25: the scope is not one expression'],
    ['SELECT * FROM a WHERE x -- scope: a.id', 'm.sql:1:25: this looks like a scope and is not read as one'],
  ])('refuses %s', (sql, expected) => {
    expect(complaints(sql)).toEqual([expected]);
  });
});
