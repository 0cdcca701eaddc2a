import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createConnection, type RowDataPacket } from 'mysql2/promise';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { describeOnBinaries, execute } from '../../../test/servers/servers.ts';
import { hasProcess } from './process-identity.ts';
import type { RunningServer } from './running-server.ts';
import type { ServerBinaries } from './server-binaries.ts';
import { parseServerUrl } from './server-url.ts';
import { compareVersions } from './server-version.ts';
import type { StartOptions } from './start-options.ts';
import { startServer } from './start-server.ts';

/** An orphan is killed at once; a busy machine may take a moment to run the shell that does it. */
const ORPHAN_GONE_WITHIN_MS = 15_000;

describeOnBinaries('a private server', (binaries) => {
  const running: RunningServer[] = [];
  afterEach(async () => {
    await Promise.all(running.splice(0).map((server) => server.stop()));
  });

  /** For tests that change nothing. */
  let shared: RunningServer;
  beforeAll(async () => {
    shared = await startServer(binaries, { timeZone: '+05:30' });
  });
  afterAll(() => shared.stop());

  async function start(options: StartOptions = {}): Promise<RunningServer> {
    const server = await startServer(binaries, options);
    running.push(server);
    return server;
  }

  it('is set up for row capture, bulk loads and speed', async () => {
    const settings = await readSettings(shared);
    expect(settings).toMatchObject({
      log_bin: 'ON',
      binlog_format: 'ROW',
      binlog_row_image: 'FULL',
      max_allowed_packet: String(64 * 1024 * 1024),
      local_infile: 'ON',
      performance_schema: 'OFF',
      skip_name_resolve: 'ON',
      sync_binlog: '0',
      innodb_flush_log_at_trx_commit: '2',
      innodb_buffer_pool_size: String(128 * 1024 * 1024),
      character_set_server: 'utf8mb4',
      time_zone: '+05:30',
      bind_address: '127.0.0.1',
    });
    // MySQL 5.7 does not have it.
    const metadata = settings['binlog_row_metadata'] ?? 'unknown to this server';
    expect(metadata).toBe(
      compareVersions(binaries.version, '8.0.1') >= 0 ? 'FULL' : 'unknown to this server',
    );
    if (binaries.flavour === 'mysql')
      expect(settings).toMatchObject({ gtid_mode: 'ON', enforce_gtid_consistency: 'ON' });
    else expect(settings).toMatchObject({ gtid_domain_id: '0' });
  });

  it('starts with an empty GTID history and counts what is written', async () => {
    const server = await start();
    const position = binaries.flavour === 'mysql' ? '@@GLOBAL.gtid_executed' : '@@GLOBAL.gtid_binlog_pos';
    expect(await value(server, position)).toBe('');
    await execute(address(server), 'CREATE DATABASE shop');
    expect(await value(server, position)).toMatch(binaries.flavour === 'mysql' ? /:1$/ : /^0-1-1$/);
  });

  it('lets nobody in but the administrator', async () => {
    const root = { ...address(shared), user: 'root', password: '' };
    await expect(execute(root, 'SELECT 1')).rejects.toMatchObject({ errno: expect.any(Number) });
    const accounts = await execute(address(shared), 'SELECT User AS user FROM mysql.user ORDER BY User');
    expect(
      accounts.map((row) => row['user']).filter((user) => !/^(mysql|mariadb)\./.test(String(user))),
    ).toEqual(['millrace', 'root']);
  });

  it('keeps port, account and rows over a restart and over a kill', async () => {
    const server = await start();
    const { port, adminUrl } = server;
    await execute(address(server), 'CREATE DATABASE shop', 'CREATE TABLE shop.t (id INT PRIMARY KEY)');
    await execute(address(server), 'INSERT INTO shop.t VALUES (1)');
    const firstPid = server.pid;
    await server.restart();
    expect(server.pid).not.toBe(firstPid);
    await execute(address(server), 'INSERT INTO shop.t VALUES (2)');
    await server.kill();
    expect(server.isRunning).toBe(false);
    await expect(execute(address(server), 'SELECT 1')).rejects.toThrow();
    await server.restart();
    expect(await execute(address(server), 'SELECT id FROM shop.t ORDER BY id')).toEqual([
      { id: 1 },
      { id: 2 },
    ]);
    expect({ port: server.port, adminUrl: server.adminUrl }).toEqual({ port, adminUrl });
  });

  it('leaves neither process nor files behind', async () => {
    const server = await start();
    const folder = dirname(server.socket);
    const { pid } = server;
    expect(existsSync(folder)).toBe(true);
    await server.stop();
    await server.stop();
    expect(hasProcess(pid)).toBe(false);
    expect(existsSync(folder)).toBe(false);
  });

  it('runs beside others of its kind, each with an identity of its own', async () => {
    const [one, other] = await Promise.all([start(), start()]);
    expect(one.port).not.toBe(other.port);
    if (binaries.flavour === 'mysql') {
      expect(await value(one, '@@server_uuid')).not.toBe(await value(other, '@@server_uuid'));
    }
    await execute(address(one), 'CREATE DATABASE only_here');
    expect(await execute(address(other), "SHOW DATABASES LIKE 'only_here'")).toEqual([]);
  });

  it('listens on the loopback interface only', async () => {
    expect(await answers('127.0.0.1', shared.port)).toBe(true);
    expect(await answers('127.0.0.2', shared.port)).toBe(false);
  });

  it('takes a zone by name, with its summer time', async () => {
    const server = await start({ timeZone: 'America/New_York' });
    const [row] = await execute(
      address(server),
      'SELECT FROM_UNIXTIME(1767225600) AS winter, FROM_UNIXTIME(1782864000) AS summer',
    );
    expect(row).toEqual({ winter: '2025-12-31 19:00:00', summer: '2026-06-30 20:00:00' });
  });

  it.runIf(binaries.flavour === 'mysql')(
    'speaks TLS with certificates of its own, or with those it is given',
    async () => {
      const file = (name: string): string => join(shared.dataDirectory, name);
      expect(await tlsCipher(shared, file('ca.pem'))).toMatch(/AES|CHACHA/);
      const tls = {
        caFile: file('ca.pem'),
        certificateFile: file('client-cert.pem'),
        keyFile: file('client-key.pem'),
      };
      const server = await start({ tls });
      expect(await tlsCipher(server, tls.caFile)).toMatch(/AES|CHACHA/);
      expect(await readSettings(server)).toMatchObject({ ssl_cert: tls.certificateFile });
    },
  );

  it('obeys extra arguments over its own', async () => {
    const server = await start({ extraArguments: ['--binlog-row-image=MINIMAL', '--max-connections=17'] });
    expect(await readSettings(server)).toMatchObject({ binlog_row_image: 'MINIMAL', max_connections: '17' });
  });

  it('keeps a data folder that was asked for, and uses it again', async () => {
    const parent = mkdtempSync(join(tmpdir(), 'kept-data-'));
    try {
      const dataDirectory = join(parent, 'data');
      const first = await start({ dataDirectory });
      await execute(address(first), 'CREATE DATABASE kept');
      await first.stop();
      const second = await start({ dataDirectory });
      expect(await execute(address(second), "SHOW DATABASES LIKE 'kept'")).toHaveLength(1);
      await second.stop();
    } finally {
      rmSync(parent, { recursive: true });
    }
  });

  it('refuses a folder that is not its own', async () => {
    await expect(start({ dataDirectory: process.cwd() })).rejects.toThrow(
      /not empty and was not made by Millrace/,
    );
  });

  it('says what the log says when the server does not start, and leaves nothing', async () => {
    // A folder of its own: other test runs come and go in the usual one.
    const parent = mkdtempSync(join(tmpdir(), 'not-started-'));
    vi.stubEnv('TMPDIR', parent);
    try {
      const attempt = start({ extraArguments: ['--no-such-option'] });
      await expect(attempt).rejects.toThrow(/did not start[\s\S]*no-such-option/);
      expect(readdirSync(parent)).toEqual([]);
    } finally {
      vi.unstubAllEnvs();
      rmSync(parent, { recursive: true });
    }
  });

  it('is killed with its parent, and its files go too', async () => {
    const orphan = await startInChild(binaries);
    expect(hasProcess(orphan.pid)).toBe(true);
    process.kill(orphan.parentPid, 'SIGKILL');
    await expect.poll(() => hasProcess(orphan.pid), { timeout: ORPHAN_GONE_WITHIN_MS }).toBe(false);
    await expect.poll(() => existsSync(orphan.folder), { timeout: ORPHAN_GONE_WITHIN_MS }).toBe(false);
  });

  it('is killed with its parent even when the shell between them was killed first', async () => {
    const orphan = await startInChild(binaries);
    process.kill(parentOf(orphan.pid), 'SIGKILL');
    await sleep(100);
    expect(hasProcess(orphan.pid)).toBe(true);
    process.kill(orphan.parentPid, 'SIGKILL');
    await expect.poll(() => hasProcess(orphan.pid), { timeout: ORPHAN_GONE_WITHIN_MS }).toBe(false);
    rmSync(orphan.folder, { recursive: true, force: true });
  });
});

function address(server: RunningServer): ReturnType<typeof parseServerUrl> {
  return parseServerUrl(server.adminUrl, 'adminUrl');
}

/** The cipher of a connection that trusts only this authority. */
async function tlsCipher(server: RunningServer, caFile: string): Promise<unknown> {
  // The certificates that MySQL makes name no host.
  const ssl = { ca: readFileSync(caFile), verifyIdentity: false };
  const connection = await createConnection({ uri: server.adminUrl, ssl });
  try {
    const [rows] = await connection.query<RowDataPacket[]>("SHOW SESSION STATUS LIKE 'Ssl_cipher'");
    return rows[0]?.['Value'];
  } finally {
    connection.destroy();
  }
}

async function value(server: RunningServer, expression: string): Promise<unknown> {
  const [row] = await execute(address(server), `SELECT ${expression} AS value`);
  return row?.['value'];
}

async function readSettings(server: RunningServer): Promise<Record<string, unknown>> {
  const rows = await execute(address(server), 'SHOW GLOBAL VARIABLES');
  return Object.fromEntries(rows.map((row) => [String(row['Variable_name']), row['Value']]));
}

function answers(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, host);
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

function parentOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
}

interface Orphan {
  readonly parentPid: number;
  readonly pid: number;
  readonly folder: string;
}

/** Starts a server in another Node process, which then waits to be killed. */
async function startInChild(binaries: ServerBinaries): Promise<Orphan> {
  const program = `
    const { runnerImport } = await import('vite');
    const { module } = await runnerImport(${JSON.stringify(join(import.meta.dirname, 'start-server.ts'))});
    const server = await module.startServer(${JSON.stringify(binaries)});
    console.log(JSON.stringify({ pid: server.pid, socket: server.socket }));
    setInterval(() => {}, 1000);
  `;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(child.stdout, 'data');
  const told: { pid: number; socket: string } = JSON.parse(String(line));
  return { parentPid: child.pid ?? 0, pid: told.pid, folder: dirname(told.socket) };
}
