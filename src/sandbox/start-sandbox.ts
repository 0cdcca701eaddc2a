import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { adminHandle, type SandboxAdmin } from './admin-api/admin-handle.ts';
import { type FaultRuleInput, faultRulesSchema } from './faults/fault-rule.ts';
import { trackAnswer } from './http/answer.ts';
import type { RequestLogMode } from './http/request-log.ts';
import { writeAnswer } from './http/write-answer.ts';
import { SandboxCore, type SandboxCredentials, type SandboxSetup } from './sandbox-core.ts';
import type { SandboxCampaign, SandboxSegment } from './sandbox-definitions.ts';
import { serveRequest } from './serve-request.ts';
import { type SwitchChanges, switchesSchema } from './switches.ts';

/** How to start a sandbox. Everything may be left out. */
export interface SandboxOptions {
  /** 0, the default: any free port. */
  readonly port?: number | undefined;
  /** 127.0.0.1 by default. The admin calls answer to this machine alone, whatever the host. */
  readonly host?: string | undefined;
  readonly credentials?: Partial<SandboxCredentials> | undefined;
  readonly region?: 'us' | 'eu' | undefined;
  /** By default random at each start: an empty workspace is a new one. */
  readonly environmentId?: number | undefined;
  readonly switches?: SwitchChanges | undefined;
  readonly clock?: SandboxClockOptions | undefined;
  /** `on` by default; `bodies` keeps what was sent as well. */
  readonly requestLog?: RequestLogMode | undefined;
  readonly faults?: readonly FaultRuleInput[] | undefined;
  readonly campaigns?: readonly SandboxCampaign[] | undefined;
  readonly segments?: readonly SandboxSegment[] | undefined;
}

export interface SandboxClockOptions {
  /** Unix milliseconds; by default what the source says. */
  readonly startAtMs?: number | undefined;
  /** Sandbox milliseconds in a real one; 0 stands still. */
  readonly rate?: number | undefined;
  /** Where time comes from; Date.now by default. */
  readonly source?: (() => number) | undefined;
}

export interface RunningSandbox {
  /** http://host:port, without a path. Track, App and admin calls are all served there. */
  readonly url: string;
  readonly port: number;
  readonly credentials: SandboxCredentials;
  readonly admin: SandboxAdmin;
  /** Cuts every connection and frees the port. */
  close(): Promise<void>;
}

export const DEFAULT_CREDENTIALS: SandboxCredentials = {
  siteId: 'sandbox-site',
  apiKey: 'sandbox-key',
  appKey: 'sandbox-app',
};

const DEFAULT_HOST = '127.0.0.1';
/** Ten thousand clients may knock at once. */
const BACKLOG = 4096;
/** Longer than clients keep a connection idle, so that the server is not the one to close it under a request. */
const KEEP_ALIVE_MS = 65_000;

/**
 * Starts a stand-in for Customer.io: Track API, App API and its own admin calls on one port, state in
 * memory. Throws when the options make no sense or the port is taken.
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<RunningSandbox> {
  const core = new SandboxCore(setupOf(options));
  const closing = new AbortController();
  const server = createSandboxServer(core, closing.signal);
  const host = options.host ?? DEFAULT_HOST;
  const port = await listen(server, host, options.port ?? 0);
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
  core.listensAt(url);
  return {
    url,
    port,
    credentials: core.setup.credentials,
    admin: adminHandle(core),
    close: () => close(server, closing),
  };
}

function setupOf(options: SandboxOptions): SandboxSetup {
  return {
    credentials: { ...DEFAULT_CREDENTIALS, ...options.credentials },
    region: options.region ?? 'us',
    environmentId: options.environmentId,
    switches: switchesSchema.parse(options.switches ?? {}),
    faults: faultRulesSchema.parse(options.faults ?? []),
    requestLog: options.requestLog ?? 'on',
    clockSource: options.clock?.source ?? Date.now,
    clockStartAtMs: options.clock?.startAtMs,
    clockRate: options.clock?.rate ?? 1,
    campaigns: options.campaigns ?? [],
    segments: options.segments ?? [],
  };
}

function createSandboxServer(core: SandboxCore, closing: AbortSignal): Server {
  const server = createServer((incoming, outgoing) => {
    serveRequest(core, incoming, outgoing, closing).catch((error: unknown) => answerBug(outgoing, error));
  });
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  server.on('clientError', (_error, socket) => refuseGarbage(socket));
  return server;
}

/** A fault of the sandbox itself: said aloud, so that no test takes it for Customer.io's behaviour. */
async function answerBug(outgoing: ServerResponse, error: unknown): Promise<void> {
  const cause = error instanceof Error ? (error.stack ?? error.message) : String(error);
  if (outgoing.headersSent || outgoing.destroyed) outgoing.destroy();
  else await writeAnswer(outgoing, trackAnswer(500, `${JSON.stringify({ sandbox_bug: cause })}\n`));
}

/** What is not HTTP gets the shortest answer there is. */
function refuseGarbage(socket: Duplex): void {
  if (socket.writable)
    socket.end('HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
  else socket.destroy();
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
  return new Error(`the sandbox cannot listen on ${host}:${port}: ${hint}`, { cause: error });
}

function close(server: Server, closing: AbortController): Promise<void> {
  closing.abort();
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
