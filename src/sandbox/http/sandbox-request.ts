import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { BODY_BYTES_DRAINED_MAX, BODY_BYTES_READ_MAX } from '../limits.ts';

/** A request, read to its end. */
export interface SandboxRequest {
  readonly method: string;
  /** As sent, without the query. */
  readonly path: string;
  /** The parts of the path, decoded; undefined when the percent-encoding is broken. */
  readonly segments: readonly string[] | undefined;
  readonly query: URLSearchParams;
  /** Path and query, as sent. */
  readonly target: string;
  /** The host that the client believes to speak to. */
  readonly host: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly authorization: string | undefined;
  readonly contentEncoding: string | undefined;
  /** The header by which a client of the Pipelines API asks for true answers. */
  readonly strictMode: string | undefined;
  readonly body: Buffer;
  /** How long the body was; more than `body` holds when it was too long to keep. */
  readonly bodyBytes: number;
  readonly isFromLoopback: boolean;
}

const LOOPBACK = /^(?:127\.|::1$|::ffff:127\.)/;
const ORIGIN = /^https?:\/\/[^/?#]*/i;

/** Reads the whole request. Undefined when the client went away or sent without end. */
export async function readRequest(incoming: IncomingMessage): Promise<SandboxRequest | undefined> {
  const target = (incoming.url ?? '/').replace(ORIGIN, '');
  const queryAt = target.indexOf('?');
  const path = queryAt === -1 ? target : target.slice(0, queryAt);
  const read = await readBody(incoming);
  if (read === undefined) return undefined;
  return {
    method: incoming.method ?? 'GET',
    path,
    segments: decodeSegments(path),
    query: new URLSearchParams(queryAt === -1 ? '' : target.slice(queryAt + 1)),
    target,
    host: incoming.headers.host,
    headers: incoming.headers,
    authorization: incoming.headers.authorization,
    contentEncoding: incoming.headers['content-encoding'],
    strictMode: incoming.headers['x-strict-mode']?.toString(),
    isFromLoopback: LOOPBACK.test(incoming.socket.remoteAddress ?? ''),
    ...read,
  };
}

function decodeSegments(path: string): readonly string[] | undefined {
  try {
    return path.split('/').slice(1).map(decodeURIComponent);
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}

interface ReadBody {
  readonly body: Buffer;
  readonly bodyBytes: number;
}

/** Data events instead of `for await`: a batch arrives in a dozen chunks, and each await costs. */
function readBody(incoming: IncomingMessage): Promise<ReadBody | undefined> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let bodyBytes = 0;
    incoming.on('data', (chunk: Buffer) => {
      bodyBytes += chunk.length;
      if (bodyBytes <= BODY_BYTES_READ_MAX) chunks.push(chunk);
      else if (bodyBytes > BODY_BYTES_DRAINED_MAX) incoming.destroy();
    });
    incoming.on('end', () => resolve({ body: Buffer.concat(chunks), bodyBytes }));
    incoming.on('error', () => resolve(undefined));
    incoming.on('close', () => resolve(undefined));
  });
}
