import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { describeOnServers, execute } from '../servers/servers.ts';
import { emptyProject, projectFrom, REPOSITORY, type TestProject } from '../support/test-project.ts';

const NOWHERE = { mysqlUrl: 'mysql://u:p@127.0.0.1:1/d', trackUrl: 'http://127.0.0.1:1' };

const CUSTOMERS = 'models/people/customers.test.yml';
const ORDERS = 'models/events/order_placed.test.yml';

describe('millrace test, with rows of results', () => {
  let project: TestProject;

  beforeEach(() => {
    project = projectFrom('examples/shop', NOWHERE);
  });
  afterEach(() => project.remove());

  const select = ['--select', 'order_placed'];

  it('runs without MySQL, Customer.io and variables', async () => {
    await project.write('.env', '');
    const { exitCode, stdout } = await project.run(['test', ...select]);
    expect(stdout).toMatch(/✓ order_placed: an event never makes a person\n4 tests: 4 passed\.\n$/);
    expect(exitCode).toBe(0);
  });

  it('shows expected and got for each attribute, and exits with 1', async () => {
    project.edit(ORDERS, 'order_value: 59.9, currency: EUR', 'order_value: 60, currency: USD');
    project.edit(ORDERS, '2026-11-23T10:30:00Z', '2026-11-23T11:30:00Z');
    project.edit(ORDERS, 'held: [{ key: 1002, code: late }]', 'events: [{ event_id: 1002 }]');
    const { exitCode, stdout } = await project.run(['test', ...select]);
    expect(exitCode).toBe(1);
    expect(stdout).toContain(`✗ order_placed: an order of today is sent, with its time in UTC (${ORDERS}:6:5)
    event 1001
      occurred_at  expected 1795433400 (2026-11-23T11:30:00Z)  got 1795429800 (2026-11-23T10:30:00Z)  line 20
      order_value  expected 60                                 got 59.9                               line 21
      currency     expected "USD"                              got "EUR"                              line 21
`);
    expect(stdout).toMatch(/event 1002\n +expected sent {2}got not sent: held late {2}line 27/);
    expect(stdout).toMatch(/4 tests: 2 failed, 2 passed\./);
  });

  it('finds people by the keys that the test gives them, and nobody by others', async () => {
    project.edit('models/events/order_placed.yml', '  id: customer_id', '  id: customer_id\n  email: email');
    await project.write(
      ORDERS,
      `now: 2026-11-23T12:00:00Z
tests:
  - name: by e-mail
    given:
      identities: [{ id: 7, email: Ada@Example.com }]
      rows:
        - { order_id: 1, email: "ada@example.com ", paid_at: "2026-11-23 11:30:00", order_value: 5 }
        - { order_id: 2, email: eve@example.com, paid_at: "2026-11-23 11:30:00", order_value: 5 }
    expect:
      events: [{ event_id: 1, person: 7 }]
      held: [{ key: 2, code: person_unknown }]
`,
    );
    const { stdout } = await project.run(['test', ...select]);
    expect(stdout).toContain('1 test: 1 passed.');
  });

  it('answers in JSON', async () => {
    project.edit(ORDERS, 'currency: EUR, item_count: 2', 'currency: EUR, item_count: 3');
    const { exitCode, results, server } = await project.json(['test', ...select]);
    expect(exitCode).toBe(1);
    expect(server).toBeUndefined();
    expect(results).toHaveLength(4);
    expect(results[0]).toMatchObject({
      model: 'order_placed',
      file: ORDERS,
      line: 6,
      isPassed: false,
      differences: [{ subject: 'event 1001', field: 'item_count', expected: '3', got: '2', line: 21 }],
    });
  });

  it('tells everything wrong in the files of tests, with place and cure', async () => {
    project.edit(ORDERS, 'currency: EUR\n', 'curency: EUR\n');
    project.edit(CUSTOMERS, 'code: time_zero', 'code: time_zer');
    const { exitCode, stderr } = await project.run(['test', ...select]);
    expect(stderr).toMatch(
      /order_placed\.test\.yml:13:11: the model uses no column `curency`\n {2}Did you mean `currency`\?/,
    );
    expect(stderr).toMatch(
      /customers\.test\.yml:\d+:27: .*there is no such code of a fault\n {2}.*Did you mean `time_zero`\?/,
    );
    expect(stderr).toMatch(/error\[test_invalid\]: 2 problems in the tests/);
    expect(exitCode).toBe(2);
  });

  it('a change of the contract is found by its tests', async () => {
    project.edit('millrace.yml', 'time_zone: Europe/Berlin', 'time_zone: UTC');
    const { results } = await project.json(['test', ...select]);
    expect(results[0].differences).toMatchObject([
      { field: 'occurred_at', got: '1795433400 (2026-11-23T11:30:00Z)' },
    ]);
  });

  it('says so when there are none', async () => {
    const { exitCode, stdout } = await project.run(['test', '--select', 'cart_updated']);
    expect(stdout).toMatch(/There are no tests: write models\/NAME\.test\.yml/);
    expect(exitCode).toBe(0);
  });

  it('init writes tests', async () => {
    const fresh = emptyProject(NOWHERE);
    expect((await fresh.run(['init'])).stdout).toMatch(/customers\.test\.yml/);
    expect((await fresh.run(['test', ...select])).exitCode).toBe(0);
    fresh.remove();
  });
});

describeOnServers('millrace test, with tables', (server) => {
  let project: TestProject;

  beforeEach(() => {
    project = projectFrom('examples/shop', NOWHERE);
  });
  afterEach(() => project.remove());

  const test = (...argv: readonly string[]) => project.run(['test', '--mysql', server.url, ...argv]);

  it('runs those of the example, and leaves nothing on the server', async () => {
    const { exitCode, stdout } = await test();
    expect(stdout).toMatch(/(\d+) tests: \1 passed\. Tables were read by (MySQL|MariaDB) \d/);
    expect(exitCode).toBe(0);
    expect(await execute(server, "SHOW DATABASES LIKE 'millrace\\_unit\\_%'")).toEqual([]);
  });

  it('finds a query that counts unpaid orders', async () => {
    project.edit(
      'models/people/customers.sql',
      "o.status IN ('paid', 'refunded') AND o.total > 0",
      'o.total > 0',
    );
    const { exitCode, stdout } = await test('--select', 'customers');
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/✗ customers: an order counts when it is paid/);
    expect(stdout).toMatch(/total_orders +expected 1 +got 3/);
    expect(stdout).toMatch(/lifetime_value +expected 59\.9 +got 559\.9/);
  });

  it('a query that the server refuses fails its tests, with its words', async () => {
    project.edit('models/people/customers.sql', 'FROM customers c', 'FROM clients c');
    const { exitCode, stdout } = await test('--select', 'customers');
    expect(stdout).toMatch(/models\/people\/customers\.sql:1:1: MySQL refused the query .*clients/);
    expect(stdout).toMatch(/(\d+) tests: \1 failed, 0 passed/);
    expect(exitCode).toBe(1);
  });

  it('a row that its table can not hold fails its test, with its place', async () => {
    project.edit(
      CUSTOMERS,
      'id: 11, customer_id: 1, status: pending',
      'id: 11, customer_id: 1, status: payed',
    );
    const { stdout } = await test('--select', 'customers');
    expect(stdout).toMatch(/customers\.test\.yml:14:13: Data truncated for column 'status'/);
    expect(stdout).toMatch(/tests: 1 failed, \d+ passed/);
  });

  it('a file of tables that is not there, or holds something else', async () => {
    project.edit(CUSTOMERS, 'schema: schema.sql', 'schema: tables.sql');
    const missing = await test('--select', 'customers');
    expect(missing.stderr).toMatch(/error\[file_unreadable\]: .*tables\.sql/);
    expect(missing.exitCode).toBe(2);
    await project.write('tables.sql', 'CREATE TABLE a (id INT);\nINSERT INTO a VALUES (1);\n');
    const { stdout, exitCode } = await test('--select', 'customers');
    expect(stdout).toMatch(/tables\.sql:2:1: a file that makes tables may not hold INSERT INTO/);
    expect(exitCode).toBe(1);
  });
});

describeOnServers('docs/guides/testing.md', (server) => {
  it('shows tests that pass, and what one that fails looks like', async () => {
    const project = projectFrom('examples/shop', NOWHERE);
    const guide = readFileSync(join(REPOSITORY, 'docs/guides/testing.md'), 'utf8');
    const blocks = [...guide.matchAll(/<!-- file: (\S+) -->\n```yaml\n(.*?)```/gs)];
    for (const [, path = '', text = ''] of blocks) await project.write(path, text);
    expect(blocks).toHaveLength(2);
    const { stdout, exitCode } = await project.run(['test', '--mysql', server.url]);
    expect(stdout).toMatch(/8 tests: 8 passed/);
    expect(exitCode).toBe(0);
    project.edit(
      'models/people/customers.sql',
      "o.status IN ('paid', 'refunded') AND o.total > 0",
      'o.total > 0',
    );
    const failed = await project.run(['test', '--mysql', server.url, '--select', 'customers']);
    const [, shown = 'nothing'] = guide.match(/## When a test fails\n\n```\n(.*?)```/s) ?? [];
    expect(failed.stdout).toContain(shown);
    project.remove();
  });
});

describe('millrace test, with a server of its own', () => {
  it('starts one where tables are given, and stops it', async () => {
    const project = projectFrom('examples/shop', NOWHERE);
    const { exitCode, stdout } = await project.run(['test', '--select', 'refund_issued']);
    expect(stdout).toMatch(/2 tests: 2 passed\. Tables were read by (MySQL|MariaDB) \d/);
    expect(exitCode).toBe(0);
    project.remove();
  });
});
