import { createHmac } from 'node:crypto';

const VERSION = 'v0';

/** The X-CIO-Signature of a body: HMAC-SHA256 over `v0:timestamp:body`, in hexadecimal digits. */
export function signReport(signingKey: string, timestamp: number, body: string): string {
  return createHmac('sha256', signingKey).update(`${VERSION}:${timestamp}:${body}`).digest('hex');
}
