import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { LocalServerError } from './local-server-error.ts';
import { mariadbBootstrapSql } from './mariadb-bootstrap.ts';
import { type ProgramResult, runProgram } from './run-program.ts';
import { runningUserArguments } from './server-arguments.ts';
import { type ServerBinaries, serverName } from './server-binaries.ts';
import { serverEnvironment } from './server-environment.ts';
import { lastLines } from './server-log.ts';

/** MySQL takes 3 s on an idle machine, MariaDB less than one; a busy machine with a slow disk may take a minute. */
const INITIALISE_WITHIN_MS = 180_000;

/** Small redo logs keep the folder small; the server enlarges them when it starts. 8 MiB makes MySQL wait for itself. */
const REDO_LOG_MIB: Readonly<Record<ServerBinaries['flavour'], number>> = { mariadb: 8, mysql: 32 };

/** Fills an empty folder with a server's system tables. Its one account is root@localhost without a password. */
export async function initialiseData(binaries: ServerBinaries, directory: string): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const result =
    binaries.flavour === 'mysql' ? await mysql(binaries, directory) : await mariadb(binaries, directory);
  if (result.outcome !== 'ok') throw notInitialised(binaries, result);
  // The server's own identity: two servers of one identity cannot replicate, nor be told apart by GTID.
  await rm(join(directory, 'auto.cnf'), { force: true });
}

function mysql(binaries: ServerBinaries, directory: string): Promise<ProgramResult> {
  return run(binaries, [
    ...commonArguments(binaries, directory),
    '--initialize-insecure',
    `--loose-innodb-redo-log-capacity=${REDO_LOG_MIB.mysql}M`,
    // The packaged default names a folder that only an installed package has.
    '--secure-file-priv=NULL',
  ]);
}

async function mariadb(binaries: ServerBinaries, directory: string): Promise<ProgramResult> {
  const sql = await mariadbBootstrapSql(binaries);
  const options = [
    ...commonArguments(binaries, directory),
    '--bootstrap',
    `--innodb-log-file-size=${REDO_LOG_MIB.mariadb}M`,
    '--enforce-storage-engine=',
    '--max-allowed-packet=8M',
  ];
  return run(binaries, options, sql);
}

function commonArguments(binaries: ServerBinaries, directory: string): readonly string[] {
  return ['--no-defaults', ...binaries.treeArguments, `--datadir=${directory}`, ...runningUserArguments()];
}

function run(
  binaries: ServerBinaries,
  serverArguments: readonly string[],
  input = '',
): Promise<ProgramResult> {
  const [program, ...leading] = binaries.command;
  return runProgram(program, [...leading, ...serverArguments], {
    timeoutMs: INITIALISE_WITHIN_MS,
    environment: serverEnvironment(process.env),
    input,
  });
}

function notInitialised(binaries: ServerBinaries, result: ProgramResult): LocalServerError {
  const reason = result.outcome === 'failed' ? `it said:\n${lastLines(result.errorOutput)}` : result.outcome;
  return new LocalServerError(`${serverName(binaries)} could not make a data folder: ${reason}`, {
    hint: 'Check that the disk has room. If the system confines the installed server (AppArmor on Ubuntu does), name another with MILLRACE_MYSQLD, or a running one with MILLRACE_DEMO_MYSQL.',
  });
}
