import { Pool } from 'undici';
import type { CustomerioSettings } from '../../core/contract/connection-settings.ts';
import type { Answer } from './read-answer.ts';

const CONNECT_TIMEOUT_MS = 10_000;

/** Longest answer read: a full batch with every item refused is far below it. */
const ANSWER_BYTES_MAX = 5_000_000;

/** Kept-alive connections to the Track API, with its credentials. */
export class HttpClient {
  private readonly pool: Pool;
  private readonly basePath: string;
  private readonly headers: Readonly<Record<string, string>>;

  constructor(settings: CustomerioSettings) {
    const url = new URL(settings.trackUrl);
    const timeoutMs = settings.timeoutSeconds * 1000;
    this.basePath = url.pathname.replace(/\/+$/, '');
    this.pool = new Pool(url.origin, {
      connections: settings.requestsInFlight,
      connect: { timeout: CONNECT_TIMEOUT_MS },
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
      maxResponseSize: ANSWER_BYTES_MAX,
    });
    const credentials = Buffer.from(`${settings.siteId}:${settings.apiKey}`).toString('base64');
    this.headers = {
      authorization: `Basic ${credentials}`,
      'content-type': 'application/json',
      accept: 'application/json',
      'user-agent': 'millrace',
    };
  }

  /** @throws undici's errors when there is no answer. Redirects are not followed. */
  async request(method: 'GET' | 'POST', path: string, body?: Buffer): Promise<Answer> {
    const response = await this.pool.request({
      method,
      path: this.basePath + path,
      headers: this.headers,
      body: body ?? null,
    });
    return {
      status: response.statusCode,
      body: await response.body.text(),
      location: headerText(response.headers['location']),
      retryAfter: headerText(response.headers['retry-after']),
    };
  }

  /** Waits for nothing: what is under way is cut. */
  close(): Promise<void> {
    return this.pool.destroy();
  }
}

function headerText(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}
