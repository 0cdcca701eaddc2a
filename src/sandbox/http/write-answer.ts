import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { Answer } from './answer.ts';

/** Sends an answer. A streamed one waits for a slow reader, and stops when the reader is gone. */
export async function writeAnswer(outgoing: ServerResponse, answer: Answer): Promise<void> {
  if (typeof answer.body === 'string') {
    outgoing.writeHead(answer.status, { ...answer.headers, ...lengthOf(answer.status, answer.body) });
    outgoing.end(answer.body);
    return;
  }
  outgoing.writeHead(answer.status, answer.headers);
  for (const part of answer.body) {
    if (outgoing.destroyed) return;
    // Serial on purpose: the next part is made only when there is room for it.
    if (!outgoing.write(part)) await drained(outgoing);
  }
  outgoing.end();
}

/** An answer without content must not speak of its length (RFC 9110, section 8.6). */
function lengthOf(status: number, body: string): Readonly<Record<string, string>> {
  return status === 204 ? {} : { 'content-length': String(Buffer.byteLength(body)) };
}

async function drained(outgoing: ServerResponse): Promise<void> {
  const settled = new AbortController();
  const { signal } = settled;
  await Promise.race([once(outgoing, 'drain', { signal }), once(outgoing, 'close', { signal })]);
  settled.abort();
}
