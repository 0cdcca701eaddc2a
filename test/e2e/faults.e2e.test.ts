import { afterEach, beforeEach, expect, it } from 'vitest';
import type { TestServer } from '../servers/provided-servers.ts';
import { describeOnServers } from '../servers/servers.ts';
import { batchRequests } from '../support/batches.ts';
import { openSmallShop, type SmallShop } from './shop-project.ts';

/** The rows of a CSV answer, by column; no cell of these tests needs quotes. */
async function csvOf(
  { project }: SmallShop,
  ...argv: readonly string[]
): Promise<readonly Record<string, string>[]> {
  const { stdout, exitCode } = await project.run(['faults', '--output', 'csv', ...argv]);
  expect(exitCode).toBe(0);
  const [head = '', ...lines] = stdout.trim().split('\n');
  const names = head.split(',');
  return lines.map((line) =>
    Object.fromEntries(line.split(',').map((cell, index) => [names[index] ?? '', cell])),
  );
}

/** The small shop, and one customer too many whose address is none. */
async function openDirtyShop(server: TestServer): Promise<SmallShop> {
  const shop = await openSmallShop(server);
  await shop.database.execute(
    "INSERT INTO customers VALUES (4, 'nonsense', 'Dora', 5), (5, 'e@x.example', 'Emil', 5)",
  );
  return shop;
}

describeOnServers('faults', (server) => {
  let shop: SmallShop;

  const csv = (...argv: readonly string[]) => csvOf(shop, ...argv);

  beforeEach(async () => {
    shop = await openDirtyShop(server);
  });
  afterEach(() => shop.close());

  it('are kept with first and last seen over runs, and gone when the row is right', async () => {
    await shop.project.run(['sync']);
    const [first] = await csv();
    expect(first).toMatchObject({
      model: 'customers',
      kind: 'fault',
      code: 'not_an_email',
      column: 'email',
      key: '4',
      reason: 'the value is not an e-mail address',
    });
    await shop.project.run(['sync']);
    const [second] = await csv();
    expect(second?.['first_seen_at']).toBe(first?.['first_seen_at']);
    expect(Date.parse(second?.['last_seen_at'] ?? '')).toBeGreaterThan(
      Date.parse(first?.['last_seen_at'] ?? ''),
    );
    await shop.database.execute("UPDATE customers SET email = 'd@x.example' WHERE id = 4");
    await shop.project.run(['sync']);
    expect(await csv()).toEqual([]);
    expect((await shop.project.run(['faults'])).stdout).toMatch(/Nothing was withheld/);
  });

  it('are found by model, code and column, as text, JSON and CSV', async () => {
    await shop.database.execute(
      "INSERT INTO orders VALUES ('=1+1', NULL, UTC_TIMESTAMP() - INTERVAL 1 HOUR, 1)",
    );
    await shop.project.run(['sync']);
    await shop.database.execute("INSERT INTO orders VALUES ('7', NULL, UTC_TIMESTAMP(), 1)");
    await shop.project.run(['sync']);
    expect((await csv('--model', 'orders')).map(({ key }) => key).sort()).toEqual(['7']);
    expect(await csv('--code', 'not_an_email')).toHaveLength(1);
    expect(await csv('--column', 'customer_id')).toHaveLength(1);
    expect(await csv('--column', 'nothing')).toEqual([]);
    const json = await shop.project.json(['faults', '--column', 'email']);
    expect(json).toMatchObject({
      counts: [{ model: 'customers', count: 1, reason: expect.any(String), cure: expect.any(String) }],
      rows: [{ key: '4' }],
    });
    expect(json.counts[0].firstSeenAt).toBe(json.rows[0].firstSeenAt);
    const { stdout } = await shop.project.run(['faults', '--limit', '1']);
    expect(stdout).toMatch(/customers: 1 × not_an_email.*column email, since 20/);
    expect(stdout).toMatch(/These are 1 row of 2: --limit shows more/);
  });

  it('shows keys without what a terminal would obey', async () => {
    await shop.database.execute("INSERT INTO orders VALUES ('\u001b[31mred', NULL, UTC_TIMESTAMP(), 1)");
    await shop.project.run(['sync']);
    await shop.database.execute("INSERT INTO orders VALUES ('\u001b[32mgreen', NULL, UTC_TIMESTAMP(), 1)");
    await shop.project.run(['sync']);
    const { stdout } = await shop.project.run(['faults']);
    expect(stdout).toMatch(/\[32mgreen/);
    expect(stdout).not.toContain('\u001b');
  });

  it('of a model that is gone are gone', async () => {
    await shop.project.run(['sync']);
    expect(await csv()).toHaveLength(1);
    const [yaml, sql] = ['customers.yml', 'customers.sql'].map((name) =>
      shop.project.read(`models/${name}`),
    ) as [string, string];
    await shop.project.write(
      'models/clients.yml',
      yaml.replace(', email: email }', ' }\nignore_columns: [email]'),
    );
    await shop.project.write('models/clients.sql', sql);
    await shop.project.write(
      'models/customers.yml',
      yaml.replace('  name', '  surname').replace(/ {2}points.*\n/, ''),
    );
    await shop.project.write('models/customers.sql', 'SELECT id, email, name AS surname FROM customers');
    await shop.project.run(['sync', '--select', 'clients']);
    expect((await csv()).map(({ model }) => model)).toEqual(['customers']);
  });
});

// Counts decide here, whatever server they come from.
describeOnServers(
  'thresholds of faults',
  (server) => {
    let shop: SmallShop;

    beforeEach(async () => {
      shop = await openDirtyShop(server);
    });
    afterEach(() => shop.close());

    it('over a declared threshold stop the run before anything is sent', async () => {
      shop.project.edit('models/customers.yml', /$/, 'guardrails: { faults: { share: 20%, rows: 1 } }\n');
      const planned = await shop.project.run(['plan']);
      expect(planned.exitCode).toBe(3);
      expect(planned.stdout).toMatch(
        /stop: customers: 1 of 5 rows \(20 %\) are faults; the threshold is 20 % and 1 row\. A sync would be stopped/,
      );
      const stopped = await shop.project.run(['sync']);
      expect(stopped.exitCode).toBe(3);
      expect(stopped.stderr).toMatch(/error\[faults_over_threshold\]: customers: 1 of 5 rows/);
      expect(batchRequests(shop.sandbox)).toBe(0);
      expect(shop.project.exists('millrace.lock')).toBe(false);
      // What stopped it can be worked with, and the history tells.
      expect(await csvOf(shop)).toMatchObject([{ key: '4' }]);
      const { runs } = await shop.project.json(['history']);
      expect(runs[0]).toMatchObject({ outcome: 'stopped', errorCode: 'faults_over_threshold' });
      expect(runs[0].models[0]).toMatchObject({ rows: 5, faults: 1, operations: 4, accepted: 0, notSent: 4 });
      await shop.database.execute("UPDATE customers SET email = 'd@x.example' WHERE id = 4");
      expect(await shop.project.json(['sync'])).toMatchObject({ exitCode: 0, run: { outcome: 'done' } });
      expect(shop.sandbox.admin.people()).toHaveLength(5);
    });

    it('the threshold of the project holds for every model that has none of its own', async () => {
      shop.project.edit('millrace.yml', /$/, 'guardrails: { faults: { rows: 1 } }\n');
      expect((await shop.project.run(['sync'])).exitCode).toBe(3);
      shop.project.edit('models/customers.yml', /$/, 'guardrails: { faults: off }\n');
      expect((await shop.project.run(['sync'])).exitCode).toBe(0);
      shop.project.edit('models/customers.yml', 'faults: off', 'faults: { rows: 2 }');
      expect((await shop.project.run(['sync'])).exitCode).toBe(0);
    });

    it('a saved plan is held against the thresholds too', async () => {
      expect((await shop.project.run(['plan', '--out', `${shop.project.folder}/plan.json`])).exitCode).toBe(
        0,
      );
      shop.project.edit('models/customers.yml', /$/, 'guardrails: { faults: { rows: 1 } }\n');
      const applied = await shop.project.run(['apply', `${shop.project.folder}/plan.json`]);
      expect(applied.stderr).toMatch(/faults_over_threshold/);
      expect(applied.exitCode).toBe(3);
      expect(batchRequests(shop.sandbox)).toBe(0);
    });

    it('are warned of without a threshold: from 1 % and 10 rows on, not in a first run', async () => {
      const add = (from: number) =>
        shop.database.query(
          `INSERT INTO customers SELECT ${from} + id, 'nonsense', 'X', 1 FROM customers WHERE id <= 3`,
          [],
        );
      expect((await shop.project.json(['sync'])).run.warnings).toEqual([]);
      for (const from of [10, 20, 30]) await add(from);
      const { exitCode, run } = await shop.project.json(['sync']);
      expect(run.warnings).toEqual([
        { model: 'customers', level: 'critical', message: 'customers: 10 of 14 rows (71 %) are faults' },
      ]);
      expect(exitCode).toBe(0);
      const { stderr } = await shop.project.run(['sync']);
      expect(stderr).toMatch(/customers: 10 of 14 rows \(71 %\) are faults/);
    });
  },
  { flavours: ['mariadb'] },
);
