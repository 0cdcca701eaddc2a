import type { ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { describeOnServers } from '../servers/servers.ts';
import { batchRequests } from '../support/batches.ts';
import { type CommandResult, finished } from '../support/test-project.ts';
import { openSmallShop, type SmallShop } from './shop-project.ts';

/** Longer than anything here takes on a busy machine. */
const PATIENCE_MS = 60_000;

/** A service that is running, and what becomes of it. */
interface RunningService {
  readonly child: ChildProcess;
  readonly ended: Promise<CommandResult>;
  readonly url: string;
}

describeOnServers('the service', (server) => {
  let shop: SmallShop;
  const children: ChildProcess[] = [];

  beforeEach(async () => {
    shop = await openSmallShop(server);
    shop.project.edit('millrace.yml', /$/, 'schedule: { every: 1s }\nservice: { listen: "127.0.0.1:0" }\n');
  });

  afterEach(async () => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
    await shop.close();
  });

  async function start(): Promise<RunningService> {
    const child = shop.project.start(['run', '--output', 'json']);
    children.push(child);
    const ended = finished(child);
    const url = await new Promise<string>((resolve, reject) => {
      child.stdout?.on('data', (text: string) => {
        const found = /"url":"([^"]+)"/.exec(text);
        if (found?.[1] !== undefined) resolve(found[1]);
      });
      ended.then(({ stderr }) => reject(new Error(`the service ended:\n${stderr}`)), reject);
    });
    return { child, ended, url };
  }

  async function eventually(isTrue: () => boolean | Promise<boolean>): Promise<void> {
    const until = Date.now() + PATIENCE_MS;
    while (!(await isTrue())) {
      if (Date.now() > until) throw new Error('it did not happen');
      await sleep(100);
    }
  }

  const events = () => shop.sandbox.admin.events().map(({ attributes }) => attributes['order_id']);
  const status = async (url: string) => (await fetch(url)).status;

  it('carries over what changes, one service at a time, beside whoever else writes', async () => {
    const service = await start();
    await eventually(() => shop.sandbox.admin.info().people === 3);
    await shop.order('1', 1);
    await eventually(() => events().length === 1);
    expect(await status(`${service.url}/healthz`)).toBe(200);
    await eventually(async () => (await status(`${service.url}/readyz`)) === 200);
    // A run is counted when it has ended, which is after its events have arrived.
    const metrics = async () => (await fetch(`${service.url}/metrics`)).text();
    const isCounted = /millrace_operations_total\{model="orders",outcome="accepted"\} 1/;
    await eventually(async () => isCounted.test(await metrics()));
    expect(await metrics()).not.toContain('x.example');

    const second = await shop.project.run(['run']);
    expect([second.exitCode, second.stderr]).toEqual([3, expect.stringMatching(/`run` .*process \d+/)]);
    // Whoever writes meanwhile has their turn; the service goes on afterwards.
    await eventually(async () => (await shop.project.run(['sync'])).exitCode === 0);
    await shop.order('2', 2);
    await eventually(() => events().length === 2);

    const requests = batchRequests(shop.sandbox);
    await sleep(3000);
    expect(batchRequests(shop.sandbox)).toBe(requests);

    service.child.kill('SIGTERM');
    const { exitCode } = await service.ended;
    expect(exitCode).toBe(143);
    const { runs } = await shop.project.json(['history']);
    expect(runs.filter(({ command }: { command: string }) => command === 'run').length).toBeGreaterThan(2);
  });

  it('goes on after trouble, tells of it, and after a kill -9', async () => {
    const service = await start();
    await eventually(async () => (await status(`${service.url}/readyz`)) === 200);
    shop.project.edit('models/orders.sql', 'FROM orders', 'FROM no_such_table');
    await eventually(async () => (await status(`${service.url}/readyz`)) === 503);
    const { troubles } = (await (await fetch(`${service.url}/readyz`)).json()) as { troubles: string[] };
    expect(troubles.join()).toMatch(/orders: the last run ended with /);
    expect(await status(`${service.url}/healthz`)).toBe(200);
    service.child.kill('SIGKILL');
    await service.ended;

    shop.project.edit('models/orders.sql', 'FROM no_such_table', 'FROM orders');
    await shop.order('3', 3);
    const again = await start();
    await eventually(() => events().length === 1);
    again.child.kill('SIGINT');
    expect((await again.ended).exitCode).toBe(130);
    expect(events()).toEqual(['3']);
  });

  it('says what is wrong before it starts', async () => {
    shop.project.edit('models/orders.yml', /$/, 'schedule: { after: nobody }\n');
    const { exitCode, stderr } = await shop.project.run(['run']);
    expect([exitCode, stderr]).toEqual([2, expect.stringMatching(/there is no model `nobody` to go after/)]);
  });
});
