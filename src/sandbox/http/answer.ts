import { STATUS_CODES } from 'node:http';

/** An HTTP answer as a value. A body in parts is streamed. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Iterable<string>;
}

/**
 * Headers of the Track API as recorded (wire-fixtures). Left out: those that speak of TLS and HTTP/3 on
 * port 443, which the sandbox does not have. Content-Length and Date are added when the answer is written.
 */
const TRACK_HEADERS = {
  'access-control-allow-origin': '*',
  'cache-control': 'no-cache, no-store, must-revalidate, max-age=0',
  'content-type': 'application/json; charset=utf-8',
  via: '1.1 google',
} as const;

/** Headers of the App API as recorded; its answers come in chunks, without a Content-Length. */
const APP_HEADERS = {
  'access-control-allow-credentials': 'true',
  'access-control-allow-headers':
    'Authorization,Content-Type,x-ui-version,x-is-background-request,x-workspace-hydra-id,x-workspace-id,x-active-session-index',
  'access-control-allow-methods': 'GET, POST, PUT, DELETE, OPTIONS',
  'access-control-allow-origin': 'https://fly.customer.io',
  'access-control-max-age': '7200',
  'cache-control': 'must-revalidate,no-cache,no-store',
  'content-type': 'application/json; charset=utf-8',
  expires: '0',
  pragma: 'no-cache',
  'x-frame-options': 'SAMEORIGIN',
  'x-content-type-options': 'nosniff',
  'x-xss-protection': '1; mode=block',
  'referrer-policy': 'no-referrer-when-downgrade',
  via: '1.1 google',
} as const;

export function trackAnswer(status: number, body: string): Answer {
  return {
    status,
    headers: { ...TRACK_HEADERS, status: `${status} ${STATUS_CODES[status] ?? ''}`.trim() },
    body,
  };
}

export function appAnswer(status: number, body: string): Answer {
  return { status, headers: APP_HEADERS, body: [body] };
}

export function appNoContent(): Answer {
  return { status: 204, headers: APP_HEADERS, body: '' };
}

/** The App API's error envelope. */
export function appError(status: number, detail: string): Answer {
  return appAnswer(status, JSON.stringify({ errors: [{ detail, status }] }));
}

/** 429 of the App API: no body, no Retry-After (case 115). */
export function appTooManyRequests(): Answer {
  return { status: 429, headers: {}, body: '' };
}

export function plainJson(status: number, value: unknown): Answer {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: `${JSON.stringify(value)}\n`,
  };
}

/** Lines of CSV as a file to keep. */
export function csvFile(lines: Iterable<string>): Answer {
  return { status: 200, headers: { 'content-type': 'text/csv; charset=utf-8' }, body: inChunks(lines) };
}

/** One JSON text a line. */
export function ndjson(lines: Iterable<string>): Answer {
  return {
    status: 200,
    headers: { 'content-type': 'application/x-ndjson; charset=utf-8' },
    body: inChunks(lines),
  };
}

/** Lines sent together: a write for each would be ten times slower. */
const LINES_PER_CHUNK = 500;

function* inChunks(lines: Iterable<string>): Generator<string> {
  let chunk: string[] = [];
  for (const line of lines) {
    chunk.push(line, '\n');
    if (chunk.length < LINES_PER_CHUNK * 2) continue;
    yield chunk.join('');
    chunk = [];
  }
  if (chunk.length > 0) yield chunk.join('');
}
