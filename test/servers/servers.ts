import { randomBytes } from 'node:crypto';
import { type Connection, createConnection, type RowDataPacket } from 'mysql2/promise';
import { afterAll, describe, inject, it } from 'vitest';
import { FLAVOUR_NAMES, FLAVOURS, type Flavour } from '../../src/adapters/local-server/flavour.ts';
import type { ServerBinaries } from '../../src/adapters/local-server/server-binaries.ts';
import { formatServerUrl, type ServerAddress } from '../../src/adapters/local-server/server-url.ts';
import type { ProvidedServers, TestServer } from './provided-servers.ts';

export type Row = Readonly<Record<string, unknown>>;

/** A database of its own for one test or suite. */
export interface TestDatabase extends ServerAddress {
  readonly name: string;
  /** mysql://user:password@host:port/name */
  readonly url: string;
  /** Runs statements one after another as the administrator, with this database selected; returns the last one's rows. */
  execute(...statements: readonly string[]): Promise<readonly Row[]>;
  /** Runs one statement with values for its question marks. */
  query(statement: string, values: readonly unknown[]): Promise<readonly Row[]>;
  drop(): Promise<void>;
}

/** An account that may read one database and nothing else. */
export interface TestUser extends ServerAddress {
  readonly url: string;
  drop(): Promise<void>;
}

interface ReadOnlyUserOptions {
  /** Also lets it read the binlog, as capture needs. */
  readonly canReplicate?: boolean;
}

interface Droppable {
  drop(): Promise<void>;
}

/** What tests made and have not dropped yet; `describeOnServers` drops it when its suite ends. */
const made = new Set<Droppable>();

interface DescribeOptions {
  /** Default: both. */
  readonly flavours?: readonly Flavour[];
}

/**
 * Runs a suite on every available server. A kind of server that is not there makes a skipped suite whose name says why.
 * Databases and users that the suite makes are dropped when it ends.
 */
export function describeOnServers(
  name: string,
  suite: (server: TestServer) => void,
  options: DescribeOptions = {},
): void {
  for (const flavour of options.flavours ?? FLAVOURS) {
    const servers = providedServers().servers.filter((server) => server.flavour === flavour);
    for (const server of servers) {
      describe(`${name} [${server.label}]`, () => {
        afterAll(dropEverythingMade);
        suite(server);
      });
    }
    if (servers.length === 0) describeMissing(name, flavour);
  }
}

/** The same for suites that start, kill or configure servers of their own; a server named by its URL cannot serve them. */
export function describeOnBinaries(
  name: string,
  suite: (binaries: ServerBinaries, server: TestServer) => void,
  options: DescribeOptions = {},
): void {
  describeOnServers(
    name,
    (server) => {
      const { binaries } = server;
      if (binaries !== undefined) suite(binaries, server);
      else
        describe.skip('skipped: a server named by its URL cannot be started anew', () =>
          it('needs its program'));
    },
    options,
  );
}

/** Makes an empty utf8mb4 database of a name never used before. Dropped by `drop`, or with the suite. */
export async function createDatabase(server: TestServer): Promise<TestDatabase> {
  const name = uniqueName('millrace_test');
  await execute(server, `CREATE DATABASE ${name} CHARACTER SET utf8mb4`);
  const connection = await connect(server, name);
  const { host, port, user, password } = server;
  const database: TestDatabase = {
    ...{ name, host, port, user, password },
    url: `${formatServerUrl(server)}/${name}`,
    execute: (...statements) => runAll(connection, statements),
    query: (statement, values) => run(connection, statement, values),
    drop: async () => {
      if (!made.delete(database)) return;
      connection.destroy();
      await execute(server, `DROP DATABASE IF EXISTS ${name}`);
    },
  };
  made.add(database);
  return database;
}

/** Makes an account that may only SELECT from the database. Dropped by `drop`, or with the suite. */
export async function createReadOnlyUser(
  server: TestServer,
  database: { readonly name: string },
  options: ReadOnlyUserOptions = {},
): Promise<TestUser> {
  const user = uniqueName('reader');
  const password = randomBytes(12).toString('base64url');
  const account = `'${user}'@'%'`;
  const replication = options.canReplicate
    ? [`GRANT REPLICATION SLAVE, REPLICATION CLIENT ON *.* TO ${account}`]
    : [];
  await execute(
    server,
    `CREATE USER ${account} IDENTIFIED BY '${password}'`,
    `GRANT SELECT ON ${database.name}.* TO ${account}`,
    ...replication,
  );
  const address: ServerAddress = { host: server.host, port: server.port, user, password };
  const reader: TestUser = {
    ...address,
    url: `${formatServerUrl(address)}/${database.name}`,
    drop: async () => {
      if (made.delete(reader)) await execute(server, `DROP USER IF EXISTS ${account}`);
    },
  };
  made.add(reader);
  return reader;
}

/** Runs statements one after another over a connection of their own; returns the last one's rows. */
export async function execute(
  address: ServerAddress,
  ...statements: readonly string[]
): Promise<readonly Row[]> {
  const connection = await connect(address);
  try {
    return await runAll(connection, statements);
  } finally {
    connection.destroy();
  }
}

function describeMissing(name: string, flavour: Flavour): void {
  const reason =
    providedServers().missing.find((each) => each.flavour === flavour)?.reason ?? 'unknown reason';
  const server = FLAVOUR_NAMES[flavour];
  describe.skip(`${name} skipped: no ${server} (${reason})`, () => it.skip(`needs ${server}`));
}

/** Only the projects with `global-setup.ts` have servers; in the unit project nothing is provided. */
function providedServers(): ProvidedServers {
  const provided: ProvidedServers | undefined = inject('testServers');
  return (
    provided ?? {
      servers: [],
      missing: FLAVOURS.map((flavour) => ({ flavour, reason: 'not a .mysql.test.ts file' })),
    }
  );
}

/** Drops what tests left behind, newest first: accounts before their databases. */
async function dropEverythingMade(): Promise<void> {
  for (const each of [...made].toReversed()) await each.drop();
}

/** Dates and DECIMALs come as text, big integers exactly: a helper must not change what a test wants to see. */
function connect({ host, port, user, password }: ServerAddress, database?: string): Promise<Connection> {
  return createConnection({
    ...{ host, port, user, password },
    ...(database === undefined ? {} : { database }),
    dateStrings: true,
    supportBigNumbers: true,
    charset: 'utf8mb4',
  });
}

async function runAll(connection: Connection, statements: readonly string[]): Promise<readonly Row[]> {
  let rows: readonly Row[] = [];
  // In order: later statements use what earlier ones made.
  for (const statement of statements) rows = await run(connection, statement, []);
  return rows;
}

async function run(
  connection: Connection,
  statement: string,
  values: readonly unknown[],
): Promise<readonly Row[]> {
  const [rows] = await connection.query<RowDataPacket[]>(statement, [...values]);
  return Array.isArray(rows) ? rows : [];
}

function uniqueName(stem: string): string {
  return `${stem}_${randomBytes(6).toString('hex')}`;
}
