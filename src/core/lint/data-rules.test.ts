import { describe, expect, it } from 'vitest';
import { contractOf } from '../../../test/support/contract-files.ts';
import type { RawCells } from '../shape/encode-person.ts';
import { ColumnSight } from './column-sight.ts';
import { dataRemarks } from './data-rules.ts';
import { watchedColumns } from './watched-columns.ts';

const PEOPLE = `kind: people
person: { id: customer_id }
attributes:
  note: { type: string }
  vip_tier: { type: string }
`;

const EVENT = `kind: event
event: order_placed
event_id: order_id
occurred_at: paid_at
person: { id: customer_id }
properties:
  note: { type: string }
`;

function rawRow(cells: readonly (string | null)[]): RawCells {
  const buffer = Buffer.from(cells.map((cell) => cell ?? '').join(''), 'utf8');
  const starts = new Int32Array(cells.length);
  const ends = new Int32Array(cells.length);
  let at = 0;
  cells.forEach((cell, index) => {
    starts[index] = at;
    at += Buffer.byteLength(cell ?? '');
    ends[index] = cell === null ? -1 : at;
  });
  return { buffer, starts, ends };
}

/** Remarks about rows of (customer_id, note, vip_tier), as rule and message. */
function remarks(rows: readonly (readonly (string | null)[])[], yaml = PEOPLE): readonly string[] {
  const [model] = contractOf({ models: { customers: [yaml] } }).models;
  if (model === undefined) throw new Error('no model');
  const sight = new ColumnSight(watchedColumns(model, ['customer_id', 'note', 'vip_tier']));
  sight.take({ length: rows.length, raw: (row) => rawRow(rows[row] ?? []) });
  return dataRemarks(model, sight.facts()).map(({ rule, message }) => `${rule}: ${message}`);
}

const times = <T>(count: number, make: (n: number) => T): readonly T[] =>
  Array.from({ length: count }, (_, n) => make(n));

describe('rules about rows', () => {
  it('say nothing about an ordinary shop', () => {
    expect(remarks(times(500, (n) => [String(n), `note ${n}`, ['none', 'gold'][n % 2] ?? null]))).toEqual([]);
    expect(remarks([])).toEqual([]);
    expect(remarks(times(50, (n) => [String(n), null, null]))).toEqual([]);
  });

  it('find values near the limit, in bytes and not in characters', () => {
    expect(remarks([['1', 'x'.repeat(799), null]])).toEqual([]);
    expect(remarks([['1', 'ä'.repeat(400), null]])).toEqual([
      'near_limit: `note` holds values of up to 800 bytes; Customer.io takes 1000',
    ]);
    expect(remarks([['k'.repeat(120), null, null]])).toEqual([
      'near_limit: `customer_id` holds values of up to 120 bytes; Customer.io takes 150',
    ]);
  });

  it('let properties be long, as long as the event is not', () => {
    expect(remarks([['1', 'x'.repeat(2000), null]], EVENT)).toEqual([]);
    expect(remarks([['1', 'x'.repeat(26_000), null]], EVENT)).toEqual([
      'near_limit: some rows hold 26001 bytes; Customer.io takes events of 32000',
    ]);
  });

  it.each([
    ['JSON', '{"a": 1, "b": 2}'],
    ['a JSON list', '["red", "green"]'],
    ['HTML', '<p>Dear customer</p>'],
  ])('find %s sent as text', (_, text) => {
    expect(remarks(times(20, (n) => [String(n), text, null]))).toEqual(['blob: `note` holds JSON or markup']);
    expect(remarks(times(19, (n) => [String(n), text, null]))).toEqual([]);
  });

  it('find long texts', () => {
    expect(remarks(times(20, (n) => [String(n), 'x'.repeat(400), null]))).toEqual([
      'blob: `note` holds texts of 400 bytes on average',
    ]);
  });

  it('find dates sent as text', () => {
    const dates = times(30, (n) => [String(n), n === 0 ? 'soon' : `2026-11-${10 + (n % 20)} 10:00:00`, null]);
    expect(remarks(dates)).toEqual(['time_as_text: `note` holds dates, and its type is string']);
    expect(remarks(times(30, (n) => [String(n), `2026-1${n % 2}`, null]))).toEqual([]);
  });

  it('find more values than anybody makes segments of, where the name promises few', () => {
    const rows = (count: number) => times(count, (n) => [String(n), `note ${n}`, `tier ${n}`]);
    expect(remarks(rows(100))).toEqual([]);
    expect(remarks(rows(101))).toEqual([
      'high_cardinality: `vip_tier` holds 101 different values, too many to make segments of',
    ]);
    expect(remarks(rows(3000))).toEqual([
      'high_cardinality: `vip_tier` holds 1000 different values and more, too many to make segments of',
    ]);
  });
});

describe('ColumnSight', () => {
  it('looks at a bounded number of rows, also of the later ones', () => {
    const looked: number[] = [];
    let passed = 0;
    const sight = new ColumnSight([]);
    for (let batch = 0; batch < 2000; batch += 1) {
      const start = passed;
      sight.take({
        length: 512,
        raw: (row) => {
          looked.push(start + row);
          return rawRow([]);
        },
      });
      passed += 512;
    }
    expect(sight.facts().rows).toBe(20_000);
    expect(looked.slice(0, 3)).toEqual([0, 1, 2]);
    expect(looked.at(-1)).toBeGreaterThan(250_000);
  });
});
