import { describe, expect, it } from 'vitest';
import { contractOf, PROJECT_YAML } from '../../../test/support/contract-files.ts';
import { lintContract } from './lint-contract.ts';

const said = (sql: string, { zone = 'Europe/Berlin', occurredAt = 'paid_at' } = {}) => {
  const yaml = `kind: event
means: A paid order
event: order_placed
event_id: order_id
occurred_at: ${occurredAt}
person: { id: customer_id }
`;
  const contract = contractOf({
    project: `${PROJECT_YAML}time_zone: ${zone}\n`,
    models: { orders: [yaml, sql] },
  });
  const { findings } = lintContract(contract, contract.models);
  return findings.filter(({ rule }) => rule === 'clock_function').map(({ message }) => message);
};

describe('clocks in a query', () => {
  it.each([
    ['SELECT FROM_UNIXTIME(paid) AS paid_at FROM orders', 'FROM_UNIXTIME'],
    ['SELECT paid_at FROM orders WHERE paid_at > now() - INTERVAL 1 DAY', 'NOW'],
    ['SELECT paid_at FROM orders WHERE paid_at < CURRENT_TIMESTAMP', 'CURRENT_TIMESTAMP'],
    ['SELECT paid_at FROM orders WHERE UNIX_TIMESTAMP (paid_at) > 5', 'UNIX_TIMESTAMP'],
    ['SELECT paid_at FROM orders WHERE paid_at < utc_timestamp()', 'UTC_TIMESTAMP'],
  ])('%s: %s works in UTC', (sql, name) => {
    expect(said(sql)).toEqual([
      `the query uses \`${name}\`, which work in UTC, and its columns are read in Europe/Berlin`,
    ]);
  });

  it.each([
    'SELECT paid_at FROM orders WHERE paid_at < :now',
    "SELECT paid_at FROM orders -- not NOW()\n WHERE note <> 'NOW()' AND `now` = 1",
    'SELECT paid_at, known, renowned_at FROM orders',
  ])('%s asks none', (sql) => {
    expect(said(sql)).toEqual([]);
  });

  it('are no matter where times are read in UTC', () => {
    const sql = 'SELECT FROM_UNIXTIME(paid) AS paid_at FROM orders';
    expect(said(sql, { zone: 'UTC' })).toEqual([]);
    expect(said(sql, { occurredAt: '{ column: paid_at, time_zone: UTC }' })).toEqual([]);
  });
});
