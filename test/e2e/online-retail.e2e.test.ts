import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type RunningSandbox, startSandbox } from '../../src/sandbox/start-sandbox.ts';
import {
  createDatabase,
  createReadOnlyUser,
  describeOnServers,
  type TestDatabase,
  type TestUser,
} from '../servers/servers.ts';
import { describeWithShared, readTsv } from '../support/shared-data.ts';
import { projectFrom, REPOSITORY, type TestProject } from '../support/test-project.ts';
import { liveThrough } from './online-retail-halves.ts';

const GUEST_ORDERS = 1427;

/** Days of the second half that are lived one by one; the rest comes at once, late. */
const LIVE_DAYS = Number(process.env['MILLRACE_TEST_DAYS'] ?? 3);

const utcSeconds = (text: string | undefined) =>
  text === undefined ? Number.NaN : Date.parse(`${text.replace(' ', 'T')}Z`) / 1000;
const orNull = (text: string | undefined, read: (text: string) => number) =>
  text === '\\N' || text === undefined ? null : read(text);

describeWithShared('data/online_retail', 'Online Retail', (folder) => {
  describeOnServers('Online Retail', (server) => {
    let database: TestDatabase;
    let sandbox: RunningSandbox;
    let project: TestProject;
    let reader: TestUser;

    beforeAll(async () => {
      database = await createDatabase(server);
      const load = join(REPOSITORY, 'examples/online-retail/load.mjs');
      execFileSync(process.execPath, [load, '--data', folder, '--mysql', database.url]);
      reader = await createReadOnlyUser(server, database);
      sandbox = await startSandbox();
      project = projectFrom('examples/online-retail', { mysqlUrl: reader.url, trackUrl: sandbox.url });
    });

    afterAll(async () => {
      project.remove();
      await sandbox.close();
    });

    it('arrives in the sandbox, equal row for row to results computed without SQL', async () => {
      const { exitCode, run } = await project.json(['sync', '--history-from', '2010-12-01']);
      expect(exitCode).toBe(0);
      expect(run.models).toMatchObject([
        { model: 'customers', rows: 4372, accepted: 4372, faults: 0, rejected: 0 },
        { model: 'order_placed', faults: GUEST_ORDERS, rejected: 0, held: 0 },
        { model: 'refund_issued', faults: 0, rejected: 0, held: 0 },
      ]);
      expectPeople(sandbox, folder);
      expectEvents(sandbox, folder);
      expect(sandbox.admin.activities('failed_attribute_change')).toEqual([]);
    });

    // The short form takes one server; npm run torture lives the whole half year on both.
    it.runIf(server.flavour === 'mariadb' || LIVE_DAYS > 3)(
      'takes its first half as history and lives its second: every event once, journeys from the second alone',
      async () => {
        await liveThrough(reader, folder, LIVE_DAYS);
      },
      LIVE_DAYS * 60_000 + 180_000,
    );

    it('lists the orders that have nobody to go to, with the reason', async () => {
      const { counts, rows } = await project.json(['faults', '--code', 'person_missing', '--limit', '2000']);
      expect(counts).toMatchObject([
        { model: 'order_placed', code: 'person_missing', column: 'customer_id', count: GUEST_ORDERS },
      ]);
      expect(rows).toHaveLength(GUEST_ORDERS);
      const { stdout } = await project.run(['faults', '--code', 'person_missing']);
      expect(stdout).toMatch(/1,427 × person_missing/);
      expect(stdout).toMatch(/the row has no person/);
    });

    it('shows no wrong zone read as Europe/London, and shows it read as UTC', async () => {
      const zones = async () => {
        const { exitCode, findings } = await project.json(['doctor']);
        expect(exitCode).toBe(0);
        return findings.filter((finding: { check: string }) => finding.check === 'time zones');
      };
      expect(await zones()).toMatchObject([{ level: 'ok' }]);
      project.edit('millrace.yml', 'time_zone: Europe/London', 'time_zone: UTC');
      const read = await zones();
      project.edit('millrace.yml', 'time_zone: UTC', 'time_zone: Europe/London');
      expect(read.length).toBeGreaterThan(0);
      for (const finding of read) {
        expect(finding).toMatchObject({ level: 'warning', cure: expect.stringMatching(/time_zone/) });
        expect(finding.message).toMatch(/half of them from 10 to 1[45] h.*same in winter and summer/);
      }
    });

    it('sends nothing the second time', async () => {
      const before = sandbox.admin.counters();
      const { exitCode, run } = await project.json(['sync']);
      expect(exitCode).toBe(0);
      expect(run.models).toMatchObject([
        { unchanged: 4372 },
        { accepted: 0, faults: GUEST_ORDERS },
        { accepted: 0 },
      ]);
      expect(batchRequests(sandbox.admin.counters())).toBe(batchRequests(before));
    });

    it('has scoped rows that are those of the whole query, also after deletes', async () => {
      const compared = { customers: 200, order_placed: 200, refund_issued: 200 };
      expect(await project.json(['validate', '--scope-check', '200'])).toMatchObject({
        exitCode: 0,
        compared,
      });
      await database.execute("DELETE FROM invoice WHERE invoice_no LIKE '%3'");
      expect(await project.json(['validate', '--scope-check', '200'])).toMatchObject({
        exitCode: 0,
        compared,
      });
    });
  });
});

const batchRequests = (counters: unknown) => JSON.stringify(counters).match(/"\/api\/v2\/batch[^}]*\}/)?.[0];

function expectPeople(sandbox: RunningSandbox, folder: string): void {
  const expected = readTsv(join(folder, 'expected_attributes.tsv.gz')).map(
    ([id = '', first, last, orders, gross, net, refunds, sku]) => ({
      id,
      email: `customer${id}@example.invalid`,
      first_order_at: orNull(first, utcSeconds),
      last_order_at: orNull(last, utcSeconds),
      total_orders: Number(orders),
      lifetime_value: Number(gross),
      lifetime_value_net: Number(net),
      total_refunds: Number(refunds),
      last_top_sku: sku === '\\N' ? null : sku,
    }),
  );
  const held = sandbox.admin.people().map(({ id, email, attributes }) => ({
    id,
    email,
    first_order_at: attributes['first_order_at'] ?? null,
    last_order_at: attributes['last_order_at'] ?? null,
    total_orders: attributes['total_orders'],
    lifetime_value: attributes['lifetime_value'],
    lifetime_value_net: attributes['lifetime_value_net'],
    total_refunds: attributes['total_refunds'],
    last_top_sku: attributes['last_top_sku'] ?? null,
  }));
  expect(held).toHaveLength(4372);
  expect(sortBy(held, 'id')).toEqual(sortBy(expected, 'id'));
}

function expectEvents(sandbox: RunningSandbox, folder: string): void {
  const expected = readTsv(join(folder, 'expected_events.tsv.gz')).map(
    ([name, key = '', person, at, amount, lines]) => ({
      key,
      name,
      person,
      timestamp: utcSeconds(at),
      amount: Number(amount),
      line_count: Number(lines),
    }),
  );
  const held = sandbox.admin.events().map(({ name, person, timestamp, attributes }) => ({
    key: `${name}:${String(attributes['invoice_no'])}`,
    name,
    person: person?.id,
    timestamp,
    amount: attributes['amount'],
    line_count: attributes['line_count'],
  }));
  expect(held).toHaveLength(22_186);
  expect(sortBy(held, 'key')).toEqual(sortBy(expected, 'key'));
  expect(new Set(sandbox.admin.events().map(({ id }) => id)).size).toBe(22_186);
}

function sortBy<K extends string>(rows: readonly Readonly<Record<K, unknown>>[], key: K) {
  return [...rows].sort((a, b) => (String(a[key]) < String(b[key]) ? -1 : 1));
}
