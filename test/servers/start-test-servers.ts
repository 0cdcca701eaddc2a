import { cacheDirectory } from '../../src/adapters/local-server/cache-directory.ts';
import { findServer, inspectNamed } from '../../src/adapters/local-server/find-server.ts';
import { FLAVOUR_NAMES, FLAVOURS, type Flavour } from '../../src/adapters/local-server/flavour.ts';
import { LocalServerError } from '../../src/adapters/local-server/local-server-error.ts';
import { openLocalServer } from '../../src/adapters/local-server/open-local-server.ts';
import type { RunningServer } from '../../src/adapters/local-server/running-server.ts';
import { type ServerBinaries, serverName } from '../../src/adapters/local-server/server-binaries.ts';
import { startServer } from '../../src/adapters/local-server/start-server.ts';
import { unpackServer } from '../../src/adapters/local-server/unpack-server.ts';
import { type NamedServers, parseNamedServers, TEST_VARIABLE } from './named-servers.ts';
import type { MissingServer, ProvidedServers, TestServer } from './provided-servers.ts';

/** Servers for a whole test run, with what ends them. */
export interface StartedServers {
  readonly provided: ProvidedServers;
  stop(): Promise<void>;
}

/** Neither UTC nor a whole hour off: code that forgets to pin the session's zone is wrong by 5 h 30 min. */
const TEST_TIME_ZONE = '+05:30';

type Attempt =
  | { readonly server: TestServer; readonly started?: RunningServer }
  | { readonly missing: MissingServer };

/** Starts one private server of each flavour, or what MILLRACE_TEST_MYSQL names instead. */
export async function startTestServers(environment: NodeJS.ProcessEnv): Promise<StartedServers> {
  const named = parseNamedServers(environment[TEST_VARIABLE]);
  const attempts = named === undefined ? await startEachFlavour(environment) : await useNamed(named);
  const servers = attempts.flatMap((attempt) => ('server' in attempt ? [attempt.server] : []));
  const missing = attempts.flatMap((attempt) => ('missing' in attempt ? [attempt.missing] : []));
  const started = attempts.flatMap((attempt) =>
    'started' in attempt && attempt.started ? [attempt.started] : [],
  );
  return {
    provided: { servers, missing: [...missing, ...unnamedFlavours(servers, missing)] },
    stop: async () => {
      await Promise.all(started.map((server) => server.stop()));
    },
  };
}

function startEachFlavour(environment: NodeJS.ProcessEnv): Promise<readonly Attempt[]> {
  return Promise.all(
    FLAVOURS.map(async (flavour): Promise<Attempt> => {
      try {
        const found = await findServer(flavour, environment);
        return await startOne(
          found ?? (await unpackServer(flavour, cacheDirectory(environment), sayProgress)),
        );
      } catch (error) {
        if (!(error instanceof LocalServerError)) throw error;
        return { missing: { flavour, reason: `${error.message} ${error.hint}` } };
      }
    }),
  );
}

/** What was named on purpose must work, so nothing is caught here. */
async function useNamed(named: NamedServers): Promise<readonly Attempt[]> {
  const programs = named.programs.map(async (file) => startOne(await programAt(file)));
  const urls = named.urls.map(async (url): Promise<Attempt> => {
    const {
      stop: _stop,
      started: _started,
      ...server
    } = await openLocalServer({
      environment: { [TEST_VARIABLE]: url },
      variable: TEST_VARIABLE,
    });
    return {
      server: { ...server, label: serverName(server), binaries: undefined, dataDirectory: undefined },
    };
  });
  return Promise.all([...programs, ...urls]);
}

async function programAt(file: string): Promise<ServerBinaries> {
  const binaries = await inspectNamed(file);
  if (binaries !== undefined) return binaries;
  throw new LocalServerError(`${TEST_VARIABLE} names ${file}, which is no usable MySQL or MariaDB server.`, {
    hint: 'Name server programs (mysqld, mariadbd) or mysql:// URLs, separated by commas.',
  });
}

async function startOne(binaries: ServerBinaries): Promise<Attempt> {
  const started = await startServer(binaries, { timeZone: TEST_TIME_ZONE });
  return { started, server: describeStarted(started, binaries) };
}

function describeStarted(started: RunningServer, binaries: ServerBinaries): TestServer {
  const { flavour, version, host, port, dataDirectory } = started;
  return {
    flavour,
    version,
    label: serverName(started),
    host,
    port,
    user: started.adminUser,
    password: started.adminPassword,
    url: started.adminUrl,
    binaries,
    dataDirectory,
  };
}

function unnamedFlavours(
  servers: readonly TestServer[],
  missing: readonly MissingServer[],
): readonly MissingServer[] {
  const known = new Set<Flavour>([...servers, ...missing].map((each) => each.flavour));
  return FLAVOURS.filter((flavour) => !known.has(flavour)).map((flavour) => ({
    flavour,
    reason: `${TEST_VARIABLE} names no ${FLAVOUR_NAMES[flavour]}`,
  }));
}

/** The first run downloads for some seconds; later ones say nothing. */
function sayProgress(text: string): void {
  process.stderr.write(`test servers: ${text}\n`);
}
