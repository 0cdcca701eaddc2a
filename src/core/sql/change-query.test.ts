import { describe, expect, it } from 'vitest';
import { timeZone } from '../time/time-zone.ts';
import { changeSql, earliestLocal, lookUpSql } from './change-query.ts';

const at = (text: string) => Date.parse(`${text}Z`) / 1000;
const TABLE = {
  kind: 'table',
  table: 'shop.or`ders',
  by: 'customer_id',
  keysSql: undefined,
  changedAt: 'changed',
} as const;
const BERLIN = 'Europe/Berlin';

describe('changeSql', () => {
  it.each([
    ['timestamp', '2026-11-24 10:00:00'],
    ['datetime', '2026-11-24 11:00:00'],
    ['date', '2026-11-24 00:00:00'],
  ] as const)('asks a table in the way its %s column is written', (kind, since) => {
    const bounds = { since: at('2026-11-24T10:00:00'), now: 0, timeZone: BERLIN, kind };
    expect(changeSql(TABLE, bounds)).toBe(
      `SELECT \`customer_id\`, \`changed\` FROM \`shop\`.\`or\`\`ders\` WHERE \`changed\` >= '${since}'`,
    );
  });

  it('binds the query of the contract, in its zone and in UTC', () => {
    const sql = "SELECT id, t FROM a WHERE t >= :since AND u >= :since_utc AND x <> ':since';";
    const bounds = {
      since: at('2026-07-01T10:00:00'),
      now: at('2026-07-02T10:00:00'),
      timeZone: BERLIN,
      kind: 'datetime',
    } as const;
    expect(changeSql({ kind: 'query', sql }, bounds)).toBe(
      "SELECT id, t FROM a WHERE t >= '2026-07-01 12:00:00' AND u >= '2026-07-01 10:00:00' AND x <> ':since'",
    );
  });

  it('begins a date with its day, in whatever zone', () => {
    const bounds = { since: at('2026-07-01T23:30:00'), now: 0, timeZone: BERLIN, kind: 'date' } as const;
    expect(changeSql({ kind: 'query', sql: 'x :since y :since_utc' }, bounds)).toBe(
      "x '2026-07-02 00:00:00' y '2026-07-01 00:00:00'",
    );
  });
});

describe('earliestLocal', () => {
  it('is the first of an hour that comes twice', () => {
    const zone = timeZone(BERLIN);
    // Clocks go back from 03:00 to 02:00 at 01:00 UTC.
    expect(earliestLocal(zone, at('2026-10-25T00:50:00'))).toBe(at('2026-10-25T02:00:00'));
    expect(earliestLocal(zone, at('2026-10-25T01:10:00'))).toBe(at('2026-10-25T02:10:00'));
    expect(earliestLocal(zone, at('2026-10-24T21:59:59'))).toBe(at('2026-10-24T23:59:59'));
    expect(earliestLocal(zone, at('2026-03-29T00:59:00'))).toBe(at('2026-03-29T01:59:00'));
  });
});

describe('lookUpSql', () => {
  it('puts the values in as a list', () => {
    const sql = 'SELECT c FROM o WHERE id IN (:keys)';
    expect(lookUpSql(sql, ['1', '2'], 'number')).toBe('SELECT c FROM o WHERE id IN (1, 2)');
    expect(lookUpSql(sql, ["a'b"], 'text')).toBe("SELECT c FROM o WHERE id IN ('a''b')");
  });
});
