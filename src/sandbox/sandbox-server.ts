import { createServer, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { trackAnswer } from './http/answer.ts';
import { writeAnswer } from './http/write-answer.ts';
import type { SandboxCore } from './sandbox-core.ts';
import { serveRequest } from './serve-request.ts';

/** Longer than clients keep a connection idle, so that the server is not the one to close it under a request. */
const KEEP_ALIVE_MS = 65_000;

export function createSandboxServer(core: () => SandboxCore, closing: AbortSignal): Server {
  const server = createServer((incoming, outgoing) => {
    serveRequest(core(), incoming, outgoing, closing).catch((error: unknown) => answerBug(outgoing, error));
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
