import { describe, expect, it } from 'vitest';
import { querySources } from './query-sources.ts';

describe('the sources of a query', () => {
  it.each([
    ['SELECT id FROM customers', ['customers']],
    [
      'SELECT c.id FROM shop.customers c LEFT JOIN orders AS o ON o.customer_id = c.id',
      ['customers', 'orders'],
    ],
    ['SELECT id FROM a, `b c`', ['a', 'b c']],
    ['WITH paid AS (SELECT * FROM orders) SELECT id FROM paid JOIN Paid p2 USING (id)', ['orders']],
    ['SELECT (SELECT MAX(at) FROM visits v WHERE v.id = c.id) FROM customers c', ['visits', 'customers']],
    [
      'SELECT id FROM x WHERE id IN (SELECT id FROM y) AND EXISTS (SELECT 1 FROM (SELECT 1 FROM z) t)',
      ['x', 'y', 'z'],
    ],
    ['SELECT id FROM a UNION ALL SELECT id FROM b', ['a', 'b']],
    ['SELECT 1', []],
    ['SELECT /*!99999 x */ id FROM a', []],
  ])('%s: tables %j', (sql, tables) => {
    expect([...querySources(sql).tables].sort()).toEqual([...tables].sort());
  });

  it('has the expression of each column as it was written', () => {
    const sql = `SELECT c.id AS customer_id, COUNT( o.id ) -- how many
                        total_orders, o.status
                   FROM customers c JOIN orders o`;
    expect([...querySources(sql).columns]).toEqual([
      ['customer_id', 'c.id'],
      ['total_orders', 'COUNT(o.id)'],
      ['status', 'o.status'],
    ]);
  });

  it('has no expressions where there are several for one column', () => {
    expect(querySources('SELECT a FROM x UNION SELECT b FROM y').columns.size).toBe(0);
  });
});
