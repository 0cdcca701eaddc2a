import { describe, expect, it } from 'vitest';
import { EVENT_YAML, PEOPLE_YAML, readTestContract } from '../../../test/support/contract-files.ts';
import { readLock, workspaceLock } from '../contract/lock.ts';
import { shapeOf } from './column-measure.ts';
import { makeDictionary } from './dictionary.ts';
import { dictionaryHtml } from './dictionary-html.ts';
import { dictionaryMarkdown } from './dictionary-markdown.ts';

const LOCK = `version: 2
namespace: acme
workspaces:
  us-1:
    attributes:
      total_orders: { type: integer, sql: 0123456789ab, model: customers, since: 2026-05-01, version: 2, reason: only paid ones }
    events:
      order_placed: { starts_at: 2026-05-01T00:00:00Z, sql: 0123456789ab, since: 2026-05-02 }
`;

const JOURNEYS = `journeys:
  thanks: { campaign: 7, uses: { events: [order_placed], attributes: [total_orders] } }
`;

function dictionaryOf(people = PEOPLE_YAML) {
  const { value: contract, problems } = readTestContract({
    models: {
      customers: [
        people,
        'SELECT c.id AS customer_id, COUNT(o.id) AS total_orders FROM customers c JOIN orders o',
      ],
      orders: [`${EVENT_YAML}means: Paid & <done>\nproperties:\n  amount: { type: decimal, unit: EUR }\n`],
    },
    journeys: JOURNEYS,
  });
  expect(problems).toEqual([]);
  if (contract === undefined) throw new Error('no contract');
  const lock = readLock('millrace.lock', LOCK).value;
  const columns = new Map([['total_orders', { nullShare: 0.005, shapes: ['9'] }]]);
  const measures = new Map([['customers', { rows: 200, columns }]]);
  return makeDictionary({ contract, lock: workspaceLock(lock, 'us-1'), measures });
}

describe('the dictionary', () => {
  const version2 = PEOPLE_YAML.replace('type: integer', 'type: integer, version: 2, when_null: clear');

  it('tells of an attribute where it comes from, since when, why it changed, and who depends on it', () => {
    const [customers] = dictionaryOf(version2).sections;
    expect(customers).toMatchObject({ kind: 'people', name: 'customers', rowsMeasured: 200 });
    expect(customers?.facts).toContainEqual(['tables', 'customers, orders']);
    expect(customers?.fields).toMatchObject([
      {
        ...{
          name: 'total_orders',
          type: 'integer',
          column: 'total_orders',
          source: 'COUNT(o.id)',
          version: 2,
        },
        ...{ since: '2026-05-01', reason: 'only paid ones', journeys: ['thanks'] },
        rules: [['when NULL', 'clear']],
      },
    ]);
  });

  it('says nothing of another version', () => {
    const [customers] = dictionaryOf(PEOPLE_YAML).sections;
    expect(customers?.fields[0]).toMatchObject({ version: 1, since: undefined, reason: undefined });
  });

  it('tells of an event its key, time, person and properties', () => {
    const [, orders] = dictionaryOf().sections;
    expect(orders).toMatchObject({
      kind: 'event',
      name: 'order_placed',
      since: '2026-05-02',
      journeys: ['thanks'],
    });
    expect(Object.fromEntries(orders?.facts ?? [])).toMatchObject({ 'id from': 'order_id', late: 'hold' });
    expect(orders?.fields).toMatchObject([{ name: 'amount', unit: 'EUR' }]);
  });

  it('is one line a field in Markdown', () => {
    const text = dictionaryMarkdown(dictionaryOf(version2));
    expect(text).toContain(
      '| `total_orders` | integer |  | total_orders: COUNT(o.id) | when NULL: clear; since 2026-05-01; version 2 (only paid ones); journeys: thanks; 0.5 % NULL; looks like 9 |',
    );
  });

  it('is a page in which nothing of the contract is markup', () => {
    const page = dictionaryHtml(dictionaryOf());
    expect(page).toContain('Paid &amp; &lt;done&gt;');
    expect(page).not.toContain('<done>');
    expect(page).not.toMatch(/(src|href)=/);
  });
});

it.each([
  ['anna.schmidt@example.org', 'a.a@a.a'],
  ['2026-11-24 10:00:00', '9-9-9 9:9:9'],
  ['Straße 12b', 'Aa 9a'],
  ['EUR', 'A'],
  ['ÜBER Größe', 'A Aa'],
  ['日本', 'a'],
  ['', ''],
])('%s looks like %s', (text, shape) => {
  expect(shapeOf(text)).toBe(shape);
});
