import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { expect, it } from 'vitest';
import { describeOnServers, execute } from '../servers/servers.ts';
import { emptyProject, finished, MAIN } from '../support/test-project.ts';

const demoFolders = () => readdirSync(tmpdir()).filter((name) => name.startsWith('millrace-demo-'));

describeOnServers('the demo', (server) => {
  const runDemo = (argv: readonly string[]) =>
    spawn(process.execPath, [MAIN, 'demo', ...argv], {
      env: { ...process.env, MILLRACE_DEMO_MYSQL: server.url, NO_COLOR: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });

  it('shows the whole job, ends by itself, and leaves nothing behind', async () => {
    const before = demoFolders();
    const { exitCode, stdout } = await finished(runDemo([]));
    expect(exitCode, stdout).toBe(0);
    expect(stdout).toMatch(/3,005 customers/);
    expect(stdout).toMatch(/customers people {2}3,005 rows: 3,001 new, 0 changed, 0 unchanged, 4 faults/);
    expect(stdout).toMatch(/Sent: [\d,]+ operations accepted, in \d+ requests\./);
    expect(stdout).toMatch(/Nothing to send: 0 requests\./);
    expect(stdout).toMatch(/email {2}"person4@example\.com" → "new\.address@example\.com"/);
    expect(stdout).toMatch(/What Customer\.io holds now\n {3}3,001 people and \d+ events/);
    expect(await execute(server, "SHOW DATABASES LIKE 'millrace\\_demo\\_%'")).toEqual([]);
    expect(
      await execute(server, "SELECT User FROM mysql.user WHERE User LIKE 'millrace\\_reader\\_%'"),
    ).toEqual([]);
    expect(demoFolders()).toEqual(before);
  });

  it('--keep leaves everything running until it is asked to stop', async () => {
    const child = runDemo(['--keep']);
    const ended = finished(child);
    let output = '';
    let markKept = () => {};
    const isKept = new Promise<void>((resolve) => {
      markKept = resolve;
    });
    child.stdout?.on('data', (text: string) => {
      output += text;
      if (output.includes('Project:')) markKept();
    });
    await Promise.race([isKept, ended]);
    const [url] = /http:\/\/127\.0\.0\.1:\d+(?=\/_sandbox\/people)/.exec(output) ?? [];
    expect((await fetch(`${url}/_sandbox/people`)).status).toBe(200);
    child.kill('SIGINT');
    expect((await ended).exitCode).toBe(130);
    expect(await execute(server, "SHOW DATABASES LIKE 'millrace\\_demo\\_%'")).toEqual([]);
  });
});

it('init writes a project that is valid as it is', async () => {
  const project = emptyProject({ mysqlUrl: 'mysql://u:p@127.0.0.1:1/d', trackUrl: 'http://127.0.0.1:1' });
  try {
    expect((await project.run(['init'])).exitCode).toBe(0);
    const { exitCode, stdout, stderr } = await project.run(['validate', '--strict']);
    expect(exitCode, stdout + stderr).toBe(0);
    expect(project.read('.gitignore')).toBe('.env\n.millrace/\n');
    expect(project.exists('.env.example')).toBe(true);
  } finally {
    project.remove();
  }
});
