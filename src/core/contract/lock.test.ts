import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contractOf, EVENT_YAML, PEOPLE_YAML, problemLine } from '../../../test/support/contract-files.ts';
import { publishDefinitions } from '../definition/publish-definitions.ts';
import {
  type Lock,
  readLock,
  withoutOtherSandboxes,
  withStarts,
  withWorkspace,
  workspaceLock,
  writeLock,
} from './lock.ts';

const EMPTY: Lock = { namespace: 'acme', workspaces: new Map() };

const EVENT = `${EVENT_YAML}properties:\n  amount: { type: decimal }\n  sku: { type: string }\n`;

const contract = () =>
  contractOf({ models: { customers: [PEOPLE_YAML, 'SELECT 1'], orders: [EVENT, 'SELECT 2'] } });

/** The lock after everything of the contract was published. */
function published(): Lock {
  const workspace = contract().models.reduce(
    (known, model) =>
      publishDefinitions(known, { model, names: undefined, canonical: 'id', today: '2026-11-24' }).lock,
    workspaceLock(undefined, 'us-3'),
  );
  const started = withStarts(EMPTY, 'us-3', new Map([['order_placed', 1_795_428_000]]));
  const { starts } = workspaceLock(started, 'us-3');
  return withWorkspace(started, 'us-3', { ...workspace, starts });
}

const problemsOf = (text: string) => readLock('millrace.lock', text).problems.map(problemLine);

describe('millrace.lock', () => {
  it('holds starts, definitions and queries of each workspace', () => {
    expect(
      writeLock(published())
        .split('\n')
        .slice(2)
        .join('\n')
        .replaceAll(/sql: \w{12}\n/g, 'sql: ‹fingerprint›\n'),
    ).toMatchInlineSnapshot(`
      "version: 2
      namespace: acme
      workspaces:
        us-3:
          attributes:
            total_orders:
              model: customers
              type: integer
              sql: ‹fingerprint›
              since: 2026-11-24
          events:
            order_placed:
              starts_at: 2026-11-23T10:00:00Z
              model: orders
              sql: ‹fingerprint›
              zone: UTC
              since: 2026-11-24
              properties:
                amount:
                  model: orders
                  type: decimal
                  sql: ‹fingerprint›
                  when_null: keep
                  since: 2026-11-24
                sku:
                  model: orders
                  type: string
                  sql: ‹fingerprint›
                  when_null: keep
                  since: 2026-11-24
          queries:
            customers: e004ebd5b553
            orders: ebbb5b332060
      queries:
        e004ebd5b553: SELECT 1
        ebbb5b332060: SELECT 2
      "
    `);
  });

  it('is read as it was written', () => {
    expect(readLock('millrace.lock', writeLock(published())).value).toEqual(published());
    expect(readLock('millrace.lock', writeLock(EMPTY)).value).toEqual(EMPTY);
  });

  it('keeps the text of any query', () => {
    const line = fc.array(
      fc.constantFrom('SELECT', ' ', '  ', '\t', "'x: y'", '#', '---', 'ä😀', '- [a', '{', '%', '\\', '"'),
      {
        maxLength: 8,
      },
    );
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 6 }), (lines) => {
        const sql = `${lines.map((parts) => parts.join('')).join('\n')}\n${'x'.repeat(200)}`;
        const queries = new Map([['customers', sql.trimEnd()]]);
        const lock = withWorkspace(EMPTY, 'us-3', { ...workspaceLock(EMPTY, 'us-3'), queries });
        expect(readLock('l', writeLock(lock)).value).toEqual(lock);
      }),
    );
  });

  it('reads files of the first version, which hold types alone', () => {
    const text =
      'version: 1\nnamespace: acme\nworkspaces:\n  us-3:\n    attributes: { total_orders: { type: integer } }\n    events: { order_placed: { starts_at: 2026-11-23T10:00:00Z } }\n';
    const lock = workspaceLock(readLock('l', text).value, 'us-3');
    expect(lock.starts.get('order_placed')).toBe(1_795_428_000);
    expect(lock.attributes.get('total_orders')).toEqual({ type: 'integer' });
    expect(lock.events.get('order_placed')?.definition).toBeUndefined();
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

  it('remembers one sandbox at a time, and every real workspace', () => {
    const { workspaces } = published();
    const entry = workspaceLock(published(), 'us-3');
    const lock = {
      ...EMPTY,
      workspaces: new Map([...workspaces, ['sandbox-1', entry], ['sandbox-2', entry]]),
    };
    expect([...withoutOtherSandboxes(lock, 'sandbox-2').workspaces.keys()]).toEqual(['us-3', 'sandbox-2']);
  });

  it('changes in few lines when one thing is published', () => {
    const before = writeLock(published());
    const { models } = contractOf({
      models: {
        customers: [`${PEOPLE_YAML}  points: { type: integer }\n`, 'SELECT 1'],
        orders: [EVENT, 'SELECT 2'],
      },
    });
    const [model] = models;
    if (model === undefined) throw new Error('no model');
    const { lock } = publishDefinitions(workspaceLock(published(), 'us-3'), {
      ...{ model, names: undefined, canonical: 'id', today: '2026-11-25' },
    });
    const after = writeLock(withWorkspace(published(), 'us-3', lock)).split('\n');
    expect(after.filter((line) => !before.includes(line))).toHaveLength(3);
    expect(after.length - before.split('\n').length).toBe(5);
  });
});

describe('a lock file that can not be used', () => {
  it.each([
    ['version: 3\nnamespace: a\n', /^l?millrace.lock:1:10: .*newer version of Millrace.*→ Use that version/],
    ['version: 1\n', /`namespace` is missing/],
    ['version: 1\nnamespace: a\nworkspaces: { x: { attribute: {} } }\n', /Did you mean `attributes`/],
    [
      'version: 2\nnamespace: a\n<<<<<<< HEAD\nworkspaces: {}\n=======\n>>>>>>> other\n',
      /^millrace.lock:3:1: there is a merge conflict in the file → Keep what is published/,
    ],
    ['version: 2\nnamespace: [a\n', /^millrace.lock:\d:\d+: .* → Restore the file from version control/],
    [
      "version: 2\nnamespace: a\nqueries:\n  e004ebd5b5ad: 'SELECT 3'\n",
      /^millrace.lock:4:3: the query `e004ebd5b5ad` is not as it was published/,
    ],
    [
      'version: 2\nnamespace: a\nworkspaces:\n  us-3:\n    queries: { customers: e004ebd5b5ad }\n',
      /^millrace.lock:5:27: the query `e004ebd5b5ad` of model customers is missing/,
    ],
  ])('%j is refused with its place and a cure', (text, expected) => {
    expect(readLock('millrace.lock', text).value).toBeUndefined();
    expect(problemsOf(text).join('\n')).toMatch(expected);
  });
});
