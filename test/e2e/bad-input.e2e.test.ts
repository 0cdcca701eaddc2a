import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { describeOnServers } from '../servers/servers.ts';
import { batchRequests } from '../support/batches.ts';
import { type CommandResult, emptyProject, finished } from '../support/test-project.ts';
import { openSmallShop, type SmallShop } from './shop-project.ts';

/** One clear message: its code, what happened, and a line with the cure. */
function expectError(result: CommandResult, exitCode: number, code: string, text: RegExp): void {
  expect(result.stderr).toMatch(new RegExp(`error\\[${code}\\]: .*`));
  expect(result.stderr).toMatch(text);
  expect(result.stderr.trim().split('\n').at(-1)).toMatch(/^ {2}\S|error\[/);
  expect(result.stderr).not.toMatch(/\n\s+at /);
  expect(result.exitCode).toBe(exitCode);
}

describeOnServers('bad input', (server) => {
  let shop: SmallShop;

  beforeEach(async () => {
    shop = await openSmallShop(server);
  });
  afterEach(() => shop.close());

  const setUrl = (change: (url: URL) => void) => {
    const url = new URL(shop.database.url);
    change(url);
    shop.project.edit('.env', /MYSQL_URL=.*/, `MYSQL_URL=${url.href}`);
  };

  it('wrong password: says so, without repeating it', async () => {
    setUrl((url) => {
      url.password = 'hunter2secret';
    });
    const result = await shop.project.run(['sync']);
    expectError(result, 4, 'source_denied', /doctor/);
    expect(result.stderr + result.stdout).not.toMatch(/hunter2secret/);
  });

  it('a host where nobody answers', async () => {
    setUrl((url) => {
      url.port = '1';
    });
    expectError(
      await shop.project.run(['plan']),
      4,
      'source_unreachable',
      /127\.0\.0\.1:1 did not answer.*ECONNREFUSED/,
    );
  });

  it('a database that is not there', async () => {
    setUrl((url) => {
      url.pathname = '/no_such_database';
    });
    expectError(
      await shop.project.run(['plan']),
      4,
      'source_database_missing',
      /no database `no_such_database`/,
    );
  });

  it('a query that MySQL refuses: names the model, and nothing is sent', async () => {
    shop.project.edit('models/orders.sql', 'FROM orders', 'FORM orders');
    const result = await shop.project.run(['sync']);
    expect(result.exitCode).toBe(2);
    expect(result.stderr).toMatch(
      /models\/orders\.sql:1:1: MySQL refused the query \(model orders\): .*syntax/i,
    );
    expect(batchRequests(shop.sandbox)).toBe(0);
  });

  it('a column renamed under a running project: named, nothing sent, nothing lost', async () => {
    await shop.project.run(['sync']);
    await shop.database.execute('ALTER TABLE customers CHANGE points bonus INT');
    shop.project.edit('models/customers.sql', /SELECT .* FROM/, 'SELECT * FROM');
    const before = batchRequests(shop.sandbox);
    const result = await shop.project.run(['sync']);
    expect(result.exitCode).toBe(2);
    expect(result.stderr).toMatch(
      /models\/customers\.yml:5:3: the query does not return the column `points`/,
    );
    expect(result.stderr).toMatch(
      /models\/customers\.yml:3:1: the query returns `bonus`, which is not declared/,
    );
    expect(batchRequests(shop.sandbox)).toBe(before);
    await shop.database.execute('ALTER TABLE customers CHANGE bonus points INT');
    const accepted = ['--accept-definition', 'customers', '--reason', 'the same columns'];
    const { run } = await shop.project.json(['sync', ...accepted]);
    expect(run.models[0]).toMatchObject({ refreshed: 3, operations: 0 });
  });

  it('a column that can be NULL without a choice', async () => {
    shop.project.edit('models/customers.yml', 'type: integer, when_null: clear', 'type: integer');
    const result = await shop.project.run(['validate', '--connect']);
    expect(result.exitCode).toBe(2);
    expect(result.stderr).toMatch(
      /customers\.yml:5:3: `points`: the column can be NULL, and `when_null` is not chosen/,
    );
  });

  it('wrong Customer.io key', async () => {
    shop.project.edit('.env', /CUSTOMERIO_API_KEY=.*/, 'CUSTOMERIO_API_KEY=nonsense');
    const result = await shop.project.run(['sync']);
    expectError(result, 4, 'destination_unauthorised', /Track API credential/);
    expect(result.stderr).not.toMatch(/nonsense/);
  });

  it('wrong region: nothing is sent', async () => {
    const requests: string[] = [];
    const elsewhere = createServer((request, response) => {
      requests.push(request.url ?? '');
      response.writeHead(200).end('{"url":"https://track-eu.customer.io","region":"eu","environment_id":3}');
    });
    await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
    const { port } = elsewhere.address() as AddressInfo;
    shop.project.edit('.env', /CUSTOMERIO_TRACK_URL=.*/, `CUSTOMERIO_TRACK_URL=http://127.0.0.1:${port}`);
    expectError(await shop.project.run(['sync']), 4, 'destination_wrong_region', /customerio\.region/);
    expect(requests.some((path) => path.includes('batch'))).toBe(false);
    elsewhere.close();
  });

  it('Customer.io away in the middle: what was accepted is kept, the rest goes out next time', async () => {
    shop.sandbox.admin.setFaults({
      match: { event: 'order_placed' },
      action: { kind: 'status', status: 401 },
    });
    await shop.project.run(['sync']);
    await sleep(1100);
    await shop.order('A-1', 1);
    await shop.database.execute('UPDATE customers SET points = 11 WHERE id = 1');
    expectError(await shop.project.run(['sync']), 4, 'destination_unauthorised', /./);
    expect(shop.sandbox.admin.person({ id: '1' })?.attributes['points']).toBe(11);
    shop.sandbox.admin.clearFaults();
    const { run } = await shop.project.json(['sync']);
    expect(run.models).toMatchObject([{ accepted: 0, unchanged: 3 }, { accepted: 1 }]);
    expect(shop.sandbox.admin.events()).toHaveLength(1);
  });

  it('a state file that is damaged: refused with the cure, and the cure works', async () => {
    await shop.project.run(['sync']);
    const folder = join(shop.project.folder, '.millrace');
    const file = readdirSync(folder).find((name) => name.endsWith('.db')) ?? '';
    for (const name of readdirSync(folder)) if (/-(wal|shm)$/.test(name)) rmSync(join(folder, name));
    writeFileSync(join(folder, file), 'Lorem ipsum dolor sit amet. '.repeat(3000));
    expectError(await shop.project.run(['sync']), 4, 'state_corrupt', /move it away and sync/);
    expectError(await shop.project.run(['history']), 4, 'state_corrupt', /./);
    renameSync(join(folder, file), join(folder, 'damaged'));
    const { exitCode, run } = await shop.project.json(['sync']);
    expect([exitCode, run.models[0].accepted]).toEqual([0, 3]);
    expect(shop.sandbox.admin.people()).toHaveLength(3);
  });

  it('two runs at once: the second says who holds the state; readers work meanwhile', async () => {
    shop.sandbox.admin.setFaults({
      match: { path: '/api/v2/batch' },
      action: { kind: 'delay', delayMs: 6000 },
    });
    const first = shop.project.start(['sync']);
    const ended = finished(first);
    // The first batch has arrived, and its answer is waited for.
    while (shop.sandbox.admin.people().length === 0) await sleep(50);
    const [second, plan, history] = await Promise.all([
      shop.project.run(['sync']),
      shop.project.run(['plan']),
      shop.project.run(['history']),
    ]);
    expectError(
      second,
      3,
      'state_busy',
      new RegExp(`\`millrace sync\` is writing.*process ${first.pid} on `),
    );
    expect(plan.exitCode).toBe(0);
    expect(history.stdout).toMatch(/not ended/);
    expect((await ended).exitCode).toBe(0);
    expect((await shop.project.run(['sync'])).exitCode).toBe(0);
  }, 60_000);

  it.each([
    ['SIGTERM', 143],
    ['SIGINT', 130],
  ] as const)(
    '%s: ends soon with %i, and the next run goes on',
    async (signal, exitCode) => {
      shop.sandbox.admin.setFaults({
        match: { path: '/api/v2/batch' },
        action: { kind: 'delay', delayMs: 1500 },
      });
      const child = shop.project.start(['sync']);
      const ended = finished(child);
      await sleep(1500);
      child.kill(signal);
      expect((await ended).exitCode).toBe(exitCode);
      shop.sandbox.admin.clearFaults();
      expect((await shop.project.run(['sync'])).exitCode).toBe(0);
      expect(shop.sandbox.admin.people()).toHaveLength(3);
    },
    60_000,
  );

  it('a disk that is full: says so, and nothing is lost', async (context) => {
    const mount = mkdtempSync(join(tmpdir(), 'millrace-full-'));
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=400k', 'tmpfs', mount]);
    if (mounted.status !== 0) {
      rmSync(mount, { recursive: true });
      context.skip('needs the right to mount a small disk');
    }
    try {
      await shop.database.execute(
        'INSERT INTO customers SELECT 100 + a.id * 1000 + b.id * 100 + c.id * 10 + d.id, NULL, REPEAT(SHA2(RAND(), 256), 1), 1 FROM customers a, customers b, customers c, customers d, customers e GROUP BY 1',
        'INSERT IGNORE INTO customers SELECT id + 100000, NULL, SHA2(id, 512), 1 FROM customers',
        'INSERT IGNORE INTO customers SELECT id + 1000000, NULL, SHA2(id, 512), 1 FROM customers',
        'INSERT IGNORE INTO customers SELECT id + 10000000, NULL, SHA2(id, 512), 1 FROM customers',
        'INSERT IGNORE INTO customers SELECT id + 100000000, NULL, SHA2(id, 512), 1 FROM customers',
      );
      shop.project.edit(
        'millrace.yml',
        'namespace: small-shop',
        `namespace: small-shop\nstate: ${mount}/state`,
      );
      const result = await shop.project.run(['sync']);
      expectError(result, 4, 'state_full', /Free space/);
      spawnSync('mount', ['-o', 'remount,size=50m', mount]);
      const { exitCode } = await shop.project.json(['sync']);
      expect(exitCode).toBe(0);
      const [row] = await shop.database.execute('SELECT COUNT(*) AS n FROM customers');
      expect(shop.sandbox.admin.people()).toHaveLength(Number(row?.['n']));
    } finally {
      spawnSync('umount', [mount]);
      rmSync(mount, { recursive: true, force: true });
    }
  });
});

describe('bad use', () => {
  const project = () =>
    emptyProject({ mysqlUrl: 'mysql://u:p@127.0.0.1:1/d', trackUrl: 'http://127.0.0.1:1' });

  it('a folder without a project', async () => {
    const empty = project();
    expectError(await empty.run(['validate']), 2, 'project_missing', /millrace init/);
    empty.remove();
  });

  it('variables that are not set', async () => {
    const empty = project();
    await empty.run(['init']);
    rmSync(join(empty.folder, '.env'));
    expectError(await empty.run(['sync']), 2, 'variable_missing', /MYSQL_URL.*is not set|CUSTOMERIO/);
    empty.remove();
  });

  it.each([
    [['snyc'], /unknown command 'snyc'.*\(Did you mean sync\?\)/s],
    [['sync', '--slect', 'x'], /unknown option '--slect'/],
    [['sync', '--history-from', 'yesterday'], /Write a date like 2025-01-31/],
    [['plan', '--samples', 'many'], /Write a whole number/],
    [['apply'], /missing required argument 'file'/],
  ])('%j: usage, exit 2', async (argv, text) => {
    const empty = project();
    const result = await empty.run(argv);
    expect(result.stderr).toMatch(text);
    expect(result.exitCode).toBe(2);
    empty.remove();
  });

  it('init: overwrites nothing', async () => {
    const empty = project();
    expect((await empty.run(['init'])).exitCode).toBe(0);
    expectError(await empty.run(['init']), 2, 'file_exists', /millrace\.yml/);
    empty.remove();
  });
});
