import type { ServerBinaries } from './server-binaries.ts';
import type { ResolvedOptions } from './start-options.ts';

/** Where one server's files are and where it listens. */
export interface ServerPlaces {
  readonly dataDirectory: string;
  readonly socket: string;
  readonly pidFile: string;
  readonly temporaryDirectory: string;
  /** The only folder that LOAD DATA INFILE and INTO OUTFILE may use. */
  readonly filesDirectory: string;
  /** SQL run before the first client is let in. */
  readonly initFile: string;
  readonly port: number;
}

export const LOOPBACK = '127.0.0.1';

/** All arguments of a server, without the program. `--loose-` marks options that older or other servers do not know. */
export function serverArguments(
  binaries: ServerBinaries,
  places: ServerPlaces,
  options: ResolvedOptions,
): readonly string[] {
  return [
    '--no-defaults',
    ...binaries.treeArguments,
    ...runningUserArguments(),
    ...placeArguments(places),
    ...binlogArguments(binaries),
    ...sizeArguments(binaries, options),
    ...durabilityArguments(binaries, options),
    // A second listener, on all addresses.
    ...(binaries.flavour === 'mysql' ? ['--loose-mysqlx=OFF'] : []),
    '--character-set-server=utf8mb4',
    '--local-infile=ON',
    '--skip-name-resolve',
    ...timeZoneArguments(options.timeZone),
    ...tlsArguments(options),
    ...options.extraArguments,
  ];
}

/** A server refuses to run as root unless told to; anybody else may not name a user. */
export function runningUserArguments(): readonly string[] {
  return process.getuid?.() === 0 ? ['--user=root'] : [];
}

/** A name is given to the server by its environment (TZ): by itself it knows only offsets until zone tables are loaded. */
export function isZoneName(timeZone: string): boolean {
  return timeZone !== 'SYSTEM' && !/^[+-]\d/.test(timeZone);
}

function placeArguments(places: ServerPlaces): readonly string[] {
  return [
    `--datadir=${places.dataDirectory}`,
    `--socket=${places.socket}`,
    `--pid-file=${places.pidFile}`,
    `--tmpdir=${places.temporaryDirectory}`,
    `--secure-file-priv=${places.filesDirectory}`,
    `--init-file=${places.initFile}`,
    `--bind-address=${LOOPBACK}`,
    `--port=${places.port}`,
  ];
}

/** What a capture by binlog needs. MariaDB always has GTIDs (domain 0). */
function binlogArguments(binaries: ServerBinaries): readonly string[] {
  const gtid = binaries.flavour === 'mysql' ? ['--gtid-mode=ON', '--enforce-gtid-consistency=ON'] : [];
  return [
    '--server-id=1',
    '--log-bin=binlog',
    '--binlog-format=ROW',
    '--binlog-row-image=FULL',
    '--loose-binlog-row-metadata=FULL',
    ...gtid,
  ];
}

function sizeArguments(binaries: ServerBinaries, options: ResolvedOptions): readonly string[] {
  const redoLog =
    binaries.flavour === 'mysql' ? '--loose-innodb-redo-log-capacity' : '--innodb-log-file-size';
  return [
    `--innodb-buffer-pool-size=${options.bufferPoolMiB}M`,
    `${redoLog}=${options.redoLogMiB}M`,
    '--max-allowed-packet=64M',
    `--performance-schema=${options.hasPerformanceSchema ? 'ON' : 'OFF'}`,
  ];
}

/**
 * What an undurable server leaves to the kernel outlives its own death by any signal, only not the machine's. For
 * MySQL, doing without fsync saves a third of the start, and without the kernel's asynchronous IO half of the stop.
 */
function durabilityArguments(binaries: ServerBinaries, options: ResolvedOptions): readonly string[] {
  if (options.isDurable) return ['--sync-binlog=1', '--innodb-flush-log-at-trx-commit=1'];
  const undurable = ['--sync-binlog=0', '--innodb-flush-log-at-trx-commit=2'];
  if (binaries.flavour === 'mariadb') return undurable;
  return [...undurable, '--innodb-flush-method=nosync', '--innodb-use-native-aio=OFF'];
}

function timeZoneArguments(timeZone: string): readonly string[] {
  return [`--default-time-zone=${isZoneName(timeZone) ? 'SYSTEM' : timeZone}`];
}

function tlsArguments(options: ResolvedOptions): readonly string[] {
  const { tls } = options;
  if (tls === undefined) return [];
  return [`--ssl-ca=${tls.caFile}`, `--ssl-cert=${tls.certificateFile}`, `--ssl-key=${tls.keyFile}`];
}
