import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { adminHandle } from './admin-api/admin-handle.ts';
import type { SandboxAdmin } from './admin-api/sandbox-admin.ts';
import { SandboxCore } from './sandbox-core.ts';
import { SandboxError } from './sandbox-error.ts';
import type { SandboxCredentials, SandboxOptions } from './sandbox-options.ts';
import { createSandboxServer } from './sandbox-server.ts';
import { readOptions, resume } from './sandbox-setup.ts';
import { StateKeeper } from './state-file/state-keeper.ts';

export type {
  PersonQuery,
  SandboxActivity,
  SandboxAdmin,
  SandboxCampaignReading,
  SandboxCounters,
  SandboxEvent,
  SandboxInfo,
  SandboxJourney,
  SandboxMessage,
  SandboxObject,
  SandboxPerson,
  SandboxSegmentReading,
  SandboxSnapshot,
  SandboxWebhookReading,
} from './admin-api/sandbox-admin.ts';
export type * from './definitions/workspace-input.ts';
export type { FaultRuleInput } from './faults/fault-rule.ts';
export type { LoggedRequest, RequestLogMode } from './http/request-log.ts';
export type { ClockChange, ClockReading } from './sandbox-clock.ts';
export type { SandboxCampaign, SandboxSegment } from './sandbox-definitions.ts';
export type { SandboxClockOptions, SandboxCredentials, SandboxOptions } from './sandbox-options.ts';
export type { SwitchChanges, Switches } from './switches.ts';

export interface RunningSandbox {
  /** http://host:port, without a path. Track, App and admin calls are all served there. */
  readonly url: string;
  readonly port: number;
  readonly credentials: SandboxCredentials;
  readonly admin: SandboxAdmin;
  /** Cuts every connection and frees the port. */
  close(): Promise<void>;
}

/** How often what is due by itself is looked for while webhooks wait to hear of it. */
const REPORTING_INTERVAL_MS = 200;
const DEFAULT_HOST = '127.0.0.1';
/** Ten thousand clients may knock at once. */
const BACKLOG = 4096;

/**
 * Starts a stand-in for Customer.io: Track API, App API and its own admin calls on one port, state in
 * memory. Throws when the options make no sense or the port is taken.
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<RunningSandbox> {
  const core = new SandboxCore(await readOptions(options));
  const closing = new AbortController();
  const server = createSandboxServer(() => core, closing.signal);
  const host = options.host ?? DEFAULT_HOST;
  const keeper = await keeperFor(core, options);
  const port = await listen(server, host, options.port ?? 0).catch(async (error: unknown) => {
    await keeper?.close();
    throw error;
  });
  keeper?.start();
  const reporting = setInterval(() => core.reportDue(), REPORTING_INTERVAL_MS).unref();
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
  core.listensAt(url, host);
  return {
    url,
    port,
    credentials: core.setup.credentials,
    admin: adminHandle(core),
    close: async () => {
      clearInterval(reporting);
      core.reports.close();
      await close(server, closing);
      await keeper?.close();
    },
  };
}

function keeperFor(core: SandboxCore, options: SandboxOptions): Promise<StateKeeper> | undefined {
  const { stateFile, onTrouble = (trouble) => process.emitWarning(trouble) } = options;
  if (stateFile === undefined) return undefined;
  return StateKeeper.open(core, stateFile, (snapshot) => resume(core, options, snapshot), onTrouble);
}

function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(explainListenError(error, host, port)));
    server.listen({ host, port, backlog: BACKLOG }, () => resolve((server.address() as AddressInfo).port));
  });
}

function explainListenError(error: NodeJS.ErrnoException, host: string, port: number): Error {
  const isTaken = error.code === 'EADDRINUSE';
  const hint = isTaken ? 'the port is taken; choose another, or 0 for any free one' : error.message;
  return new SandboxError(`the sandbox cannot listen on ${host}:${port}: ${hint}`, { cause: error });
}

function close(server: Server, closing: AbortController): Promise<void> {
  closing.abort();
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
