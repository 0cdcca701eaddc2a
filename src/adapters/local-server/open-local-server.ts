import { askServerVersion } from './ask-server.ts';
import { cacheDirectory, type Environment } from './cache-directory.ts';
import { findServer, PROGRAM_VARIABLE } from './find-server.ts';
import { type Flavour, type WantedFlavour, wantedFlavours } from './flavour.ts';
import { LocalServerError } from './local-server-error.ts';
import { type OnProgress, SILENT } from './on-progress.ts';
import type { RunningServer } from './running-server.ts';
import type { ServerBinaries } from './server-binaries.ts';
import { formatServerUrl, parseServerUrl } from './server-url.ts';
import type { StartOptions } from './start-options.ts';
import { startServer } from './start-server.ts';
import { unpackServer } from './unpack-server.ts';

export interface OpenOptions {
  readonly environment: Environment;
  /** The variable that may name a server by its URL: MILLRACE_DEMO_MYSQL. */
  readonly variable: string;
  /** Default: any. */
  readonly wanted?: WantedFlavour;
  readonly start?: Omit<StartOptions, 'cacheDirectory' | 'onProgress'>;
  readonly onProgress?: OnProgress;
}

/** A server to work with: started by us, or one that the user named. */
export interface LocalServer {
  readonly flavour: Flavour;
  readonly version: string;
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly url: string;
  /** Undefined when the server is the user's: then it is left running by `stop`. */
  readonly started: RunningServer | undefined;
  stop(): Promise<void>;
}

/** MariaDB first: a quarter of MySQL's download, ready in half the time, and from the system's own stable suite. */
const UNPACK_ORDER: readonly Flavour[] = ['mariadb', 'mysql'];

/**
 * Brings up a server by the first way that works: the one the variable names, one installed or fetched earlier, one
 * fetched now. Only a server that was named on purpose must work; otherwise the next way is tried.
 */
export async function openLocalServer(options: OpenOptions): Promise<LocalServer> {
  const url = options.environment[options.variable];
  if (url) return openNamed(url, options.variable);
  const failures: LocalServerError[] = [];
  for (const provide of waysToBinaries(options)) {
    try {
      const binaries = await provide();
      if (binaries !== undefined) return ownServer(await startServer(binaries, startOptions(options)));
    } catch (error) {
      if (!(error instanceof LocalServerError) || options.environment[PROGRAM_VARIABLE]) throw error;
      failures.push(error);
    }
  }
  throw combine(failures, options);
}

function waysToBinaries(options: OpenOptions): readonly (() => Promise<ServerBinaries | undefined>)[] {
  const wanted = options.wanted ?? 'any';
  const cache = cacheDirectory(options.environment);
  const fetched = UNPACK_ORDER.filter((flavour) => wantedFlavours(wanted).includes(flavour));
  return [
    () => findServer(wanted, options.environment),
    ...fetched.map((flavour) => () => unpackServer(flavour, cache, options.onProgress ?? SILENT)),
  ];
}

function startOptions(options: OpenOptions): StartOptions {
  return {
    ...options.start,
    cacheDirectory: cacheDirectory(options.environment),
    onProgress: options.onProgress ?? SILENT,
  };
}

function ownServer(started: RunningServer): LocalServer {
  const { flavour, version, host, port, adminUser: user, adminPassword: password, adminUrl: url } = started;
  return { flavour, version, host, port, user, password, url, started, stop: () => started.stop() };
}

async function openNamed(url: string, variable: string): Promise<LocalServer> {
  const address = parseServerUrl(url, variable);
  const version = await askServerVersion(address).catch((cause: unknown) => {
    throw unreachable(variable, `${address.host}:${address.port}`, cause);
  });
  if (version === undefined) throw unreachable(variable, `${address.host}:${address.port}`, undefined);
  return {
    ...version,
    ...address,
    url: formatServerUrl(address),
    started: undefined,
    stop: () => Promise.resolve(),
  };
}

function unreachable(variable: string, where: string, cause: unknown): LocalServerError {
  const reason = cause instanceof Error ? cause.message : 'it does not answer like MySQL';
  return new LocalServerError(`The server that ${variable} names (${where}) cannot be used: ${reason}`, {
    hint: `Check host, port, user and password in ${variable}, or unset it so that Millrace starts a server of its own.`,
    cause,
  });
}

function combine(failures: readonly LocalServerError[], options: OpenOptions): LocalServerError {
  const [first, ...others] = failures;
  const last = others.at(-1) ?? first;
  if (first === undefined || last === undefined || others.length === 0) {
    return (
      first ??
      new LocalServerError('No server was found.', { hint: `Set ${options.variable} to a server's URL.` })
    );
  }
  return new LocalServerError(failures.map((failure) => failure.message).join('\n'), {
    hint: last.hint,
    cause: first,
  });
}
