import { describe, expect, it } from 'vitest';
import { isZoneName, type ServerPlaces, serverArguments } from './server-arguments.ts';
import type { ServerBinaries } from './server-binaries.ts';
import { resolveOptions, type StartOptions } from './start-options.ts';

const PLACES: ServerPlaces = {
  dataDirectory: '/run/data',
  socket: '/run/sock',
  pidFile: '/run/pid',
  temporaryDirectory: '/run/tmp',
  filesDirectory: '/run/files',
  initFile: '/run/init.sql',
  port: 4711,
};

function argumentsOf(flavour: 'mariadb' | 'mysql', options: StartOptions = {}): readonly string[] {
  const binaries: ServerBinaries = {
    flavour,
    version: '1.2.3',
    origin: 'cache',
    command: ['ld.so', 'server'],
    treeArguments: ['--basedir=/tree/usr'],
    serverFile: '/tree/usr/sbin/server',
  };
  return serverArguments(binaries, PLACES, resolveOptions({ cacheDirectory: '/cache', ...options }));
}

describe('serverArguments', () => {
  it('ignores every option file: this must stand first', () => {
    expect(argumentsOf('mysql')[0]).toBe('--no-defaults');
    expect(argumentsOf('mariadb')[0]).toBe('--no-defaults');
  });

  it('keeps the server on the loopback interface and in its own folders', () => {
    expect(argumentsOf('mysql')).toEqual(
      expect.arrayContaining([
        '--basedir=/tree/usr',
        '--bind-address=127.0.0.1',
        '--port=4711',
        '--datadir=/run/data',
        '--socket=/run/sock',
        '--loose-mysqlx=OFF',
      ]),
    );
  });

  it('switches GTIDs on where they are a choice', () => {
    expect(argumentsOf('mysql')).toContain('--gtid-mode=ON');
    expect(argumentsOf('mariadb').join(' ')).not.toContain('gtid');
  });

  it('uses each server’s own name for the redo log', () => {
    expect(argumentsOf('mysql', { redoLogMiB: 7 })).toContain('--loose-innodb-redo-log-capacity=7M');
    expect(argumentsOf('mariadb', { redoLogMiB: 7 })).toContain('--innodb-log-file-size=7M');
  });

  it('is fast by default and durable on demand', () => {
    expect(argumentsOf('mysql')).toEqual(
      expect.arrayContaining(['--sync-binlog=0', '--innodb-flush-method=nosync']),
    );
    const durable = argumentsOf('mysql', { isDurable: true });
    expect(durable).toEqual(
      expect.arrayContaining(['--sync-binlog=1', '--innodb-flush-log-at-trx-commit=1']),
    );
    expect(durable.join(' ')).not.toContain('nosync');
  });

  it('gives offsets to the server and names to its environment', () => {
    expect(argumentsOf('mysql', { timeZone: '+05:30' })).toContain('--default-time-zone=+05:30');
    expect(argumentsOf('mysql', { timeZone: 'Europe/Berlin' })).toContain('--default-time-zone=SYSTEM');
    expect(['SYSTEM', '-03:00', 'Europe/Berlin'].map(isZoneName)).toEqual([false, false, true]);
  });

  it('passes certificates', () => {
    const tls = { caFile: '/ca.pem', certificateFile: '/cert.pem', keyFile: '/key.pem' };
    expect(argumentsOf('mariadb', { tls })).toEqual(
      expect.arrayContaining(['--ssl-ca=/ca.pem', '--ssl-cert=/cert.pem', '--ssl-key=/key.pem']),
    );
  });

  it('puts extra arguments last, where they win', () => {
    expect(argumentsOf('mysql', { extraArguments: ['--skip-log-bin'] }).at(-1)).toBe('--skip-log-bin');
  });
});
