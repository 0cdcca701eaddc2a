import type { Flavour } from '../../src/adapters/local-server/flavour.ts';
import type { ServerBinaries } from '../../src/adapters/local-server/server-binaries.ts';

/** A server that tests may use, as it crosses from the main process into the tests'. */
export interface TestServer {
  readonly flavour: Flavour;
  readonly version: string;
  /** "MySQL 9.7.4" */
  readonly label: string;
  readonly host: string;
  readonly port: number;
  /** An account that may do everything. */
  readonly user: string;
  readonly password: string;
  readonly url: string;
  /** To start another private server of the same kind; undefined for a server named by its URL. */
  readonly binaries: ServerBinaries | undefined;
  /** Undefined for a server named by its URL. */
  readonly dataDirectory: string | undefined;
}

/** A kind of server that the tests would use if it were there. */
export interface MissingServer {
  readonly flavour: Flavour;
  readonly reason: string;
}

export interface ProvidedServers {
  readonly servers: readonly TestServer[];
  readonly missing: readonly MissingServer[];
}

declare module 'vitest' {
  interface ProvidedContext {
    testServers: ProvidedServers;
  }
}
