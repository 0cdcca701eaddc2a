import { rm, writeFile } from 'node:fs/promises';
import { findFreePort } from './free-port.ts';
import { type Credentials, initSql } from './init-sql.ts';
import { LocalServerError } from './local-server-error.ts';
import { type RunFolder, removeRunFolder } from './run-folder.ts';
import type { RunningServer } from './running-server.ts';
import { isZoneName, LOOPBACK, serverArguments } from './server-arguments.ts';
import { type ServerBinaries, serverName } from './server-binaries.ts';
import { serverEnvironment } from './server-environment.ts';
import { isPortTaken, lastLines, readLogTail } from './server-log.ts';
import { formatServerUrl } from './server-url.ts';
import type { ResolvedOptions } from './start-options.ts';
import { SupervisedProcess } from './supervised-process.ts';
import { waitUntilReady } from './wait-until-ready.ts';

export interface OwnedServerParts {
  readonly binaries: ServerBinaries;
  readonly options: ResolvedOptions;
  readonly folder: RunFolder;
  readonly dataDirectory: string;
  readonly admin: Credentials;
}

/** Nobody takes five free ports in a row from under us. */
const PORT_TRIES = 5;

/** A small server ends in about a second; one with unwritten pages on a slow disk needs longer. */
const STOP_WITHIN_MS = 20_000;

/** An orphan that keeps its data gets this long to close its files. */
const ORPHAN_GRACE_S = 20;

/**
 * ```
 * new ──launch──▶ running ──kill──▶ down ──restart──▶ running
 *                    │  └──────────restart───────────────┘
 *                    └──────stop (also from down)──────▶ gone
 * ```
 */
export class OwnedServer implements RunningServer {
  readonly host = LOOPBACK;
  readonly #parts: OwnedServerParts;
  #port = 0;
  #process: SupervisedProcess | undefined;
  #isGone = false;

  constructor(parts: OwnedServerParts) {
    this.#parts = parts;
  }

  get flavour(): RunningServer['flavour'] {
    return this.#parts.binaries.flavour;
  }

  get version(): string {
    return this.#parts.binaries.version;
  }

  get port(): number {
    return this.#port;
  }

  get socket(): string {
    return this.#parts.folder.socket;
  }

  get adminUser(): string {
    return this.#parts.admin.user;
  }

  get adminPassword(): string {
    return this.#parts.admin.password;
  }

  get adminUrl(): string {
    return formatServerUrl({ host: LOOPBACK, port: this.#port, ...this.#parts.admin });
  }

  get dataDirectory(): string {
    return this.#parts.dataDirectory;
  }

  get logFile(): string {
    return this.#parts.folder.logFile;
  }

  get pid(): number {
    return this.#process?.pid ?? 0;
  }

  get isRunning(): boolean {
    return this.#process?.isRunning ?? false;
  }

  /** The first start: looks for a port unless one was asked for. */
  async launch(): Promise<void> {
    const { port } = this.#parts.options;
    for (let attempt = 1; ; attempt += 1) {
      this.#port = port ?? (await findFreePort());
      const log = await this.#start();
      if (log === undefined) return;
      if (port !== undefined || attempt >= PORT_TRIES || !isPortTaken(log)) throw this.#notStarted(log);
    }
  }

  async restart(): Promise<void> {
    if (this.#isGone) throw new Error('a server that was stopped for good cannot be restarted');
    await this.#process?.stop(STOP_WITHIN_MS);
    const log = await this.#start();
    if (log !== undefined) throw this.#notStarted(log);
  }

  async kill(): Promise<void> {
    await this.#process?.kill();
  }

  async stop(): Promise<void> {
    if (this.#isGone) return;
    this.#isGone = true;
    await this.#process?.stop(STOP_WITHIN_MS);
    await removeRunFolder(this.#parts.folder.directory);
  }

  /** Starts the process and waits until it serves; returns the end of its log when it does not. */
  async #start(): Promise<string | undefined> {
    const { folder, admin } = this.#parts;
    await writeFile(folder.initFile, initSql(admin), { mode: 0o600 });
    await rm(folder.logFile, { force: true });
    const process = await this.#spawn();
    this.#process = process;
    const address = { host: LOOPBACK, port: this.#port, ...admin };
    const isReady = await waitUntilReady(process, address);
    // It holds a password.
    await rm(folder.initFile, { force: true });
    if (isReady) return undefined;
    await process.kill();
    return readLogTail(folder.logFile);
  }

  #spawn(): Promise<SupervisedProcess> {
    const { binaries, options, folder, dataDirectory } = this.#parts;
    const places = { ...folder, dataDirectory, port: this.#port };
    const timeZone = isZoneName(options.timeZone) ? options.timeZone : undefined;
    return SupervisedProcess.start({
      command: [...binaries.command, ...serverArguments(binaries, places, options)],
      environment: serverEnvironment(process.env, timeZone),
      runDirectory: folder.directory,
      orphanGraceS: options.dataDirectory === undefined ? 0 : ORPHAN_GRACE_S,
      logFile: folder.logFile,
    });
  }

  #notStarted(log: string): LocalServerError {
    return new LocalServerError(
      `${serverName(this.#parts.binaries)} did not start. Its log ends:\n${lastLines(log)}`,
      {
        hint: isPortTaken(log)
          ? `Port ${this.#port} is taken: end what listens there, or leave the port out.`
          : 'If the system confines the installed server (AppArmor on Ubuntu does), name another with MILLRACE_MYSQLD, or a running one with MILLRACE_DEMO_MYSQL.',
      },
    );
  }
}
