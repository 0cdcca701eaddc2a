import { describe, expect, it } from 'vitest';
import { contractOf, EVENT_YAML, PEOPLE_YAML, problemLine } from '../../../test/support/contract-files.ts';
import { sortProblems } from '../contract/problem.ts';
import { readTestFiles } from './read-test-file.ts';

const PEOPLE = `${PEOPLE_YAML}  last_order_at: { type: timestamp }\n  vip_tier: { type: string }\nignore_columns: [note]\n`;
const EVENT = `${EVENT_YAML.replace('event_id: order_id', 'event_id: [order_id, part]')}properties:\n  amount: { type: decimal }\n`;

const contract = contractOf({ models: { customers: [PEOPLE], orders: [EVENT] } });

const read = (text: string, file = 'models/customers.test.yml') => readTestFiles([{ file, text }], contract);

const problems = (text: string, file?: string) => sortProblems(read(text, file).problems).map(problemLine);

const people = (given: string, expected = '{}', more = '') => `now: 2026-11-23T12:00:00Z
${more}tests:
  - name: it holds
    given: ${given}
    expect: ${expected}
`;

const event = (given: string, expected = '{}') => people(given, expected, 'model: orders\n');

describe('readTestFiles', () => {
  it('reads rows as MySQL would write them: numbers keep their digits', () => {
    const { tests, problems: none } = read(
      people(
        '{ rows: [{ customer_id: 007, total_orders: 59.90, vip_tier: true, note: ~, last_order_at: "x" }] }',
      ),
    );
    expect(none).toEqual([]);
    expect(tests).toMatchObject([{ name: 'it holds', now: 1_795_435_200, model: { name: 'customers' } }]);
    const source = tests[0]?.given.source;
    expect(source?.kind === 'rows' && [...(source.rows[0]?.cells ?? [])]).toEqual([
      ['customer_id', '007'],
      ['total_orders', '59.90'],
      ['vip_tier', '1'],
      ['note', null],
      ['last_order_at', 'x'],
    ]);
  });

  it('keeps the digits of numbers behind an alias, and of those that JavaScript would round', () => {
    const { tests } = read(
      people(
        '{ rows: [{ customer_id: &big 9007199254740993 }, &row { customer_id: 1.50 }, { customer_id: *big }, *row] }',
      ),
    );
    const source = tests[0]?.given.source;
    const ids = source?.kind === 'rows' ? source.rows.map(({ cells }) => cells.get('customer_id')) : [];
    expect(ids).toEqual(['9007199254740993', '1.50', '9007199254740993', '1.50']);
  });

  it('reads whose the keys are, and knows which ones the model has', () => {
    const byKeys = contractOf({
      models: {
        customers: [PEOPLE_YAML.replace('{ id: customer_id }', '{ id: customer_id, email: email }')],
        orders: [EVENT_YAML.replace('{ id: customer_id }', '{ id: customer_id, email: email }')],
      },
    });
    const readKeys = (identities: string) =>
      readTestFiles(
        [{ file: 'orders.test.yml', text: people(`{ rows: [], identities: ${identities} }`) }],
        byKeys,
      );
    expect(readKeys('[{ id: 007, email: " A@X " }]').tests[0]?.given.identities).toEqual([
      { person: '007', keys: [{ kind: 'email', text: ' A@X ' }] },
    ]);
    expect(readKeys('[{ email: a@x }]').problems.map(({ message }) => message)).toEqual(['`id` is missing']);
    expect(readKeys('[{ id: 7, emial: a@x }]').problems).toMatchObject([
      { message: 'the model names nobody by `emial`', hint: expect.stringContaining('email') },
    ]);
  });

  it('reads what is expected as it would be sent', () => {
    const [test] = read(
      people(
        '{ rows: [] }',
        `{ people: [{ person: 7, attributes: { total_orders: 2.50, last_order_at: 2026-11-23T10:00:00Z, vip_tier: ~ }, absent: [vip_tier] }],
           faults: [{ key: 9, code: time_zero, column: last_order_at }] }`,
      ),
    ).tests;
    expect(test?.expected.operations).toMatchObject([
      {
        key: '7',
        absent: ['vip_tier'],
        values: [
          { name: 'total_orders', fragment: '2.5' },
          { name: 'last_order_at', fragment: '1795428000' },
          { name: 'vip_tier', fragment: 'null' },
        ],
      },
    ]);
    expect(test?.expected.withheld).toMatchObject([
      { kind: 'fault', key: '9', code: 'time_zero', column: 'last_order_at' },
    ]);
  });

  it('reads events by their natural key', () => {
    const [test] = read(
      event(
        '{ rows: [], people: [1, x], since: 2026-11-01T00:00:00+01:00 }',
        '{ events: [{ event_id: [0010, a], person: 1, occurred_at: 2026-11-23T10:00:00Z, properties: { amount: 59.90 } }], held: [{ key: [11, b], code: late }] }',
      ),
    ).tests;
    expect(test?.given).toMatchObject({ people: ['1', 'x'], since: 1_793_487_600 });
    expect(test?.expected.operations).toMatchObject([
      {
        key: '0010|a',
        values: [
          { name: '(person)', fragment: '"1"' },
          { name: '(occurred_at)', fragment: '1795428000' },
          { name: 'amount', fragment: '59.9' },
        ],
      },
    ]);
    expect(test?.expected.withheld).toMatchObject([{ kind: 'held', key: '11|b', code: 'late' }]);
  });

  it('takes tables with the files that make them', () => {
    const [test] = read(
      people('{ tables: { orders: [{ id: 1, total: 5.00 }], customers: [] } }', '{}', 'schema: shop.sql\n'),
    ).tests;
    expect(test?.given.source).toMatchObject({
      kind: 'tables',
      schemaFiles: ['shop.sql'],
      tables: [{ name: 'orders' }, { name: 'customers', rows: [] }],
    });
  });

  it.each([
    ['no tests', 'tests: []\n', /`tests`: the value is too small, or the list is empty/],
    ['a key that is not known', people('{ row: [] }'), /4:14: unknown key `row` → Did you mean `rows`/],
    ['neither rows nor tables', people('{}'), /4:5: give either `rows` or `tables`/],
    [
      'both rows and tables',
      people('{ rows: [], tables: {} }', '{}', 'schema: a.sql\n'),
      /5:5: give either `rows` or `tables`/,
    ],
    ['tables without a schema', people('{ tables: {} }'), /the file names no `schema`/],
    [
      'a column that is not used',
      people('{ rows: [{ customer_id: 1, totl_orders: 1 }] }'),
      /4:\d+: the model uses no column `totl_orders` → Did you mean `total_orders`\?/,
    ],
    [
      'a type of a column that is not used',
      people('{ rows: [], types: { last_order: timestamp } }'),
      /the model uses no column `last_order`/,
    ],
    [
      'an attribute that is not sent',
      people('{ rows: [] }', '{ people: [{ person: 1, attributes: { vip_teir: gold } }] }'),
      /5:\d+: the model sends no `vip_teir` → Did you mean `vip_tier`/,
    ],
    [
      'the absence of one that is never sent',
      people('{ rows: [] }', '{ people: [{ person: 1, absent: [vip] }] }'),
      /the model sends no `vip`/,
    ],
    [
      'a fault that is not known',
      people('{ rows: [] }', '{ faults: [{ key: 1, code: time_zeros }] }'),
      /Did you mean `time_zero`/,
    ],
    [
      'events of people',
      people('{ rows: [] }', '{ events: [] }'),
      /`customers` makes no events → Write `people` here/,
    ],
    ['people known in a test of people', people('{ rows: [], people: [1] }'), /belongs to tests of events/],
    ['people expected of events', event('{ rows: [] }', '{ people: [] }'), /`orders` makes no people/],
    [
      'a model that is not there',
      people('{ rows: [] }', '{}', 'model: order\n'),
      /2:8: there is no model `order` → Did you mean `orders`\?/,
    ],
    ['no time', people('{ rows: [] }').replace(/^now.*\n/, ''), /2:5: the test does not say when it happens/],
    [
      'a time without a zone',
      people('{ rows: [] }').replace('12:00:00Z', '12:00:00'),
      /a time with its zone/,
    ],
  ])('refuses %s', (_, text, expected) => {
    const found = problems(text);
    expect(found.join('\n')).toMatch(expected);
    expect(found.every((line) => / → .+/.test(line))).toBe(true);
  });

  it('takes the model from the name of the file', () => {
    expect(problems(people('{ rows: [] }'), 'models/people/custmers.test.yml').join()).toMatch(
      /custmers\.test\.yml:1:1: there is no model `custmers` → Did you mean `customers`\?.*`model:`/,
    );
    expect(problems(people('{ rows: [] }'), 'models/people/customers.test.yaml')).toEqual([]);
  });

  it('finds the problems of all files at once', () => {
    const { problems: found } = readTestFiles(
      [
        { file: 'a.test.yml', text: '- 1' },
        { file: 'models/customers.test.yml', text: people('{}').replace(/^now.*\n/, '') },
      ],
      contract,
    );
    expect(found.map(({ file }) => file)).toEqual([
      'a.test.yml',
      'models/customers.test.yml',
      'models/customers.test.yml',
    ]);
  });
});
