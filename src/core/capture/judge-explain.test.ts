import { describe, expect, it } from 'vitest';
import { judgeChangedRead, judgeScopedRead } from './judge-explain.ts';

const SQL = `SELECT * FROM customers c JOIN shop.orders AS o ON o.customer_id = c.id
  JOIN items i ON i.order_id = o.id
 WHERE TRUE /* scope: o.customer_id */`;
const judged = (...tables: readonly (readonly [string, string, number])[]) =>
  judgeScopedRead(
    { sqlFile: 'm.sql', sql: SQL },
    tables.map(([table, access, rows]) => ({ table, access, rows })),
  ).map(({ line, column, message, hint }) => `${line}:${column} ${message} → ${hint}`);

describe('judgeScopedRead', () => {
  it('has nothing to say of keys that are looked up, small tables, and parts of the query', () => {
    expect(
      judged(['o', 'range', 9999], ['c', 'ALL', 999], ['<derived2>', 'ALL', 9999], ['c', 'eq_ref', 1]),
    ).toEqual([]);
  });

  it('proposes the index by which the keys would be found', () => {
    expect(judged(['o', 'ALL', 5000])).toEqual([
      '3:13 a read of some keys still reads `o` whole (about 5000 rows) → CREATE INDEX by_key ON `orders` (`customer_id`); with the other columns that the query reads of it, it is quicker still.',
    ]);
  });

  it('asks for a scope, or an index for the join, where the table has no scope', () => {
    expect(judged(['i', 'index', 5000])[0]).toMatch(
      /Narrow it with a scope comment of its own, .* `items` is joined/,
    );
  });
});

describe('judgeChangedRead', () => {
  it('proposes an index on the time of change', () => {
    expect(judgeChangedRead([{ table: 'orders', access: 'ALL', rows: 5000 }], 'updated_at')).toEqual([
      {
        message: 'looking for changes reads `orders` whole (about 5000 rows)',
        hint: 'CREATE INDEX by_change ON `orders` (`updated_at`);',
      },
    ]);
  });
});
