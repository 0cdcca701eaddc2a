import type { Answer } from './read-answer.ts';
import { Pool } from './undici-pool.ts';

const CONNECT_TIMEOUT_MS = 10_000;

/** Which API of Customer.io to speak to, and as whom. */
export interface HttpSettings {
  /** Without a slash at the end. */
  readonly url: string;
  /** The whole header. */
  readonly authorization: string;
  readonly connectionsMax: number;
  readonly timeoutSeconds: number;
  readonly answerBytesMax: number;
}

/** Kept-alive connections to one API, with its credentials. */
export class HttpClient {
  private readonly pool: Pool;
  private readonly basePath: string;
  private readonly headers: Readonly<Record<string, string>>;

  constructor(settings: HttpSettings) {
    const url = new URL(settings.url);
    const timeoutMs = settings.timeoutSeconds * 1000;
    this.basePath = url.pathname.replace(/\/+$/, '');
    this.pool = new Pool(url.origin, {
      connections: settings.connectionsMax,
      connect: { timeout: CONNECT_TIMEOUT_MS },
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
      maxResponseSize: settings.answerBytesMax,
    });
    this.headers = {
      authorization: settings.authorization,
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
