import { cacheDirectory } from './cache-directory.ts';
import { type OnProgress, SILENT } from './on-progress.ts';

/** Certificate files in PEM form. Without them MySQL makes its own (`ca.pem` in the data folder), MariaDB speaks no TLS. */
export interface TlsFiles {
  readonly caFile: string;
  readonly certificateFile: string;
  readonly keyFile: string;
}

export interface StartOptions {
  /** Kept when the server stops, and used again when it holds what an earlier start left. Default: a temporary folder. */
  readonly dataDirectory?: string;
  /** Where initialised data folders are kept for the next start. Default: see `cacheDirectory`. */
  readonly cacheDirectory?: string;
  /** Default: a free one. */
  readonly port?: number;
  /** "SYSTEM" (default), an offset ("+05:30"), or a zone name ("Europe/Berlin"; then the server's SYSTEM zone is that one). */
  readonly timeZone?: string;
  readonly bufferPoolMiB?: number;
  readonly redoLogMiB?: number;
  /** True: nothing committed is lost when the machine fails. Default false: only a failure of the server is survived. */
  readonly isDurable?: boolean;
  readonly hasPerformanceSchema?: boolean;
  readonly tls?: TlsFiles;
  /** Server options that win over all others: `--binlog-row-image=MINIMAL`, `--skip-log-bin`. */
  readonly extraArguments?: readonly string[];
  readonly onProgress?: OnProgress;
}

export interface ResolvedOptions extends Required<Omit<StartOptions, 'dataDirectory' | 'port' | 'tls'>> {
  readonly dataDirectory: string | undefined;
  readonly port: number | undefined;
  readonly tls: TlsFiles | undefined;
}

/** Room for a demo shop's hot rows; servers of a test run stand side by side in small machines. */
const BUFFER_POOL_MIB = 128;

/** What both servers take by themselves. The files are that big from the start: more would cost every test run disk. */
const REDO_LOG_MIB = 96;

export function resolveOptions(options: StartOptions): ResolvedOptions {
  return {
    dataDirectory: options.dataDirectory,
    cacheDirectory: options.cacheDirectory ?? cacheDirectory(process.env),
    port: options.port,
    timeZone: options.timeZone ?? 'SYSTEM',
    bufferPoolMiB: options.bufferPoolMiB ?? BUFFER_POOL_MIB,
    redoLogMiB: options.redoLogMiB ?? REDO_LOG_MIB,
    isDurable: options.isDurable ?? false,
    hasPerformanceSchema: options.hasPerformanceSchema ?? false,
    tls: options.tls,
    extraArguments: options.extraArguments ?? [],
    onProgress: options.onProgress ?? SILENT,
  };
}
