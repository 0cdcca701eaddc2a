import { describe, expect, it } from 'vitest';
import { contractOf, EVENT_YAML, PEOPLE_YAML } from '../../../test/support/contract-files.ts';
import { type Lock, readLock, withStarts, withTypes, workspaceLock, writeLock } from './lock.ts';
import { problemHeadline } from './problem.ts';
import { typeChanges, withPublication } from './published-types.ts';

const EMPTY: Lock = { namespace: 'acme', workspaces: new Map() };

const EVENT = `${EVENT_YAML}properties:\n  amount: { type: decimal }\n  sku: { type: string }\n`;

const contract = (people = PEOPLE_YAML, event = EVENT) =>
  contractOf({ models: { customers: [people], orders: [event] } });

/** The lock after everything of the contract was published. */
function published(): Lock {
  const types = contract().models.reduce(
    (known, model) => withPublication(known, { model, names: undefined }),
    workspaceLock(undefined, 'us-3').types,
  );
  return withTypes(withStarts(EMPTY, 'us-3', new Map([['order_placed', 1_795_428_000]])), 'us-3', types);
}

describe('millrace.lock', () => {
  it('holds starts and types of each workspace', () => {
    expect(writeLock(published()).split('\n').slice(2).join('\n')).toBe(`version: 1
namespace: acme
workspaces:
  us-3:
    attributes:
      total_orders:
        type: integer
    events:
      order_placed:
        starts_at: 2026-11-23T10:00:00Z
        properties:
          amount:
            type: decimal
          sku:
            type: string
`);
  });

  it('is read as it was written', () => {
    expect(readLock('millrace.lock', writeLock(published())).value).toEqual(published());
    expect(readLock('millrace.lock', writeLock(EMPTY)).value).toEqual(EMPTY);
  });

  it('takes names that objects have already', () => {
    const lock = withStarts(EMPTY, 'us-3', new Map([['constructor', 5]]));
    expect(workspaceLock(lock, 'us-3').starts.get('constructor')).toBe(5);
    expect(workspaceLock(readLock('l', writeLock(lock)).value, 'us-3').starts.get('constructor')).toBe(5);
    expect(workspaceLock(EMPTY, 'toString').starts.size).toBe(0);
  });

  it('moves a start to an earlier time only', () => {
    const at = (lock: Lock) => workspaceLock(lock, 'us-3').starts.get('order_placed');
    const later = withStarts(published(), 'us-3', new Map([['order_placed', 1_900_000_000]]));
    expect(at(later)).toBe(1_795_428_000);
    expect(at(withStarts(later, 'us-3', new Map([['order_placed', 5]])))).toBe(5);
  });

  it.each([
    ['version: 2\nnamespace: a\n', /another version of Millrace/],
    ['version: 1\n', /`namespace` is missing/],
    ['version: 1\nnamespace: a\nworkspaces: { x: { attribute: {} } }\n', /Did you mean `attributes`/],
  ])('refuses %j', (text, expected) => {
    const { value, problems } = readLock('millrace.lock', text);
    expect(value).toBeUndefined();
    expect(problems.map(({ message, hint }) => `${message} ${hint}`).join()).toMatch(expected);
  });
});

describe('published types', () => {
  const changes = (people: string, event?: string) =>
    typeChanges(contract(people, event), workspaceLock(published(), 'us-3').types, 'us-3').map(
      problemHeadline,
    );

  it('may not change', () => {
    expect(changes(PEOPLE_YAML)).toEqual([]);
    expect(changes(PEOPLE_YAML.replace('integer', 'string'), EVENT.replace('decimal', 'integer'))).toEqual([
      'models/customers.yml:4:25: `total_orders` was published as integer in us-3, and is declared as string [type_changed]',
      'models/orders.yml:7:19: `amount` was published as decimal in us-3, and is declared as integer [type_changed]',
    ]);
  });

  it('may come and go', () => {
    expect(changes(PEOPLE_YAML.replace('total_orders', 'order_count'))).toEqual([]);
    const { types } = workspaceLock(published(), 'us-3');
    const [model] = contract(PEOPLE_YAML.replace('total_orders', 'order_count')).models;
    if (model === undefined) throw new Error('no model');
    expect([...withPublication(types, { model, names: undefined }).attributes.keys()].sort()).toEqual([
      'order_count',
      'total_orders',
    ]);
  });

  it('are only those of what is sent', () => {
    const [model] = contract().models;
    if (model === undefined) throw new Error('no model');
    const { types } = workspaceLock(undefined, 'us-3');
    expect(withPublication(types, { model, names: [] }).attributes.size).toBe(0);
    expect(withPublication(types, { model, names: ['total_orders'] }).attributes.size).toBe(1);
  });

  it('an event of another name is another event', () => {
    expect(
      changes(PEOPLE_YAML, EVENT.replace('order_placed', 'order_paid').replace('decimal', 'string')),
    ).toEqual([]);
  });
});
