import { describe, expect, it } from 'vitest';
import { contractOf, EVENT_YAML, PEOPLE_YAML, problemsOf } from '../../../test/support/contract-files.ts';

const SCOPED = 'SELECT 1 FROM customers c WHERE TRUE /* scope: c.id */';
const TABLES = 'capture: { changed_at: updated_at, tables: { customers: id } }\n';
const people = (capture: string, sql = SCOPED) =>
  problemsOf({ models: { customers: [PEOPLE_YAML + capture, sql] } });
const events = (capture: string, sql: string) =>
  problemsOf({ models: { placed: [EVENT_YAML + capture, sql] } });

describe('capture', () => {
  it('is declared by tables, with where the key stands and when a row changed', () => {
    const capture = `capture:
  changed_at: updated_at
  tables: { customers: id, items: { by: order_id, changed_at: at, keys: SELECT c FROM o WHERE id IN (:keys) } }
  overlap: 5m
`;
    const { models } = contractOf({ models: { customers: [PEOPLE_YAML + capture, SCOPED] } });
    expect(models[0]?.capture).toMatchObject({
      sources: [
        { kind: 'table', table: 'customers', by: 'id', changedAt: 'updated_at', keysSql: undefined },
        { table: 'items', by: 'order_id', changedAt: 'at', keysSql: 'SELECT c FROM o WHERE id IN (:keys)' },
      ],
      timeZone: 'UTC',
      overlapSeconds: 300,
      overlapSecondsMax: 21_600,
      reconcileSeconds: 86_400,
    });
  });

  it('changes nothing that is sent, but its own hash says when other rows would be found', () => {
    const read = (capture: string) =>
      contractOf({ models: { customers: [PEOPLE_YAML + capture, SCOPED] } }).models[0];
    const one = read(TABLES);
    const other = read(TABLES.replace('updated_at', 'modified'));
    const slower = read(TABLES.replace('{ changed_at', '{ reconcile: 7d, changed_at'));
    expect(one?.definitionHash).toBe(read('')?.definitionHash);
    expect(one?.capture?.hash).toBe(slower?.capture?.hash);
    expect(one?.capture?.hash).not.toBe(other?.capture?.hash);
  });

  it('by a cursor needs its column in the query, which is then used', () => {
    const sql = 'SELECT * FROM orders WHERE updated_at >= :since';
    expect(events('capture: { cursor: updated_at }\n', sql)).toEqual([]);
    expect(events('capture: { cursor: updated_at }\nignore_columns: [updated_at]\n', sql)).toHaveLength(1);
  });

  it.each([
    ['capture: {}\n', /models\/customers.yml:5:1: nothing says which rows have changed/],
    [
      TABLES.replace('}\n', ', changed: "SELECT 1, 2 WHERE :since" }\n'),
      /`tables` and `changed` both say which rows have changed/,
    ],
    ['capture: { tables: { customers: id } }\n', /5:22: nothing says when a row of customers was changed/],
    ['capture: { cursor: updated_at }\n', /`cursor` is for events/],
    ['capture: { changed: "SELECT id, at FROM c" }\n', /`changed` does not use :since/],
    [
      'capture: { changed: "SELECT :since, :until" }\n',
      /`:until` has no meaning here → Known are :since, :since_utc/,
    ],
    [
      'capture: { changed: "DELETE FROM c WHERE :since" }\n',
      /a query begins with SELECT or WITH, not DELETE/,
    ],
    [
      'capture: { tables: { o: { by: id, changed_at: at, keys: SELECT c FROM o } } }\n',
      /`keys` does not use :keys/,
    ],
    [
      TABLES.replace('{ changed_at', '{ overlap: 2h, overlap_max: 1h, changed_at'),
      /`overlap` is longer than/,
    ],
    [
      TABLES.replace('customers: id', 'customers: { key: id }'),
      /a table has a column with the key|unknown key/,
    ],
    ['capture: incremental\n', /`capture` is `full`, or a mapping/],
  ])('refuses %s', (capture, expected) => {
    expect(people(capture).join('\n')).toMatch(expected);
  });

  it('needs a scope comment, and people who are named', () => {
    expect(people(TABLES, 'SELECT 1')).toEqual([
      'models/customers.yml:5:1: models/customers.sql has no scope comment → Write `/* scope: alias.column */` after each WHERE that is to be narrowed to the changed keys.',
    ]);
    const unnamed = PEOPLE_YAML.replace('{ id: customer_id }', '{ email: email }');
    expect(problemsOf({ models: { customers: [unnamed + TABLES, SCOPED] } }).join('\n')).toMatch(
      /changed people are found by the canonical identifier/,
    );
  });

  it('is refused for carts and identities, which are read whole', () => {
    const identities = 'kind: identities\nperson: { id: customer_id, email: email }\n';
    expect(problemsOf({ models: { customers: [PEOPLE_YAML], who: [identities + TABLES, SCOPED] } })).toEqual([
      'models/who.yml:3:1: a model of kind identities is always read whole → Remove `capture`.',
    ]);
  });

  it('by a cursor needs :since, in the zone of the model', () => {
    expect(events('capture: { cursor: updated_at }\n', 'SELECT 1')[0]).toMatch(/does not use :since/);
    expect(
      events('capture: { cursor: updated_at, time_zone: Europe/Berlin }\n', 'SELECT 1 WHERE a > :since')[0],
    ).toMatch(/with `cursor`, times are in the zone of the model/);
  });
});
