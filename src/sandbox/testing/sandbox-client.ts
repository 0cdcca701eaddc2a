import { Client, type Dispatcher } from 'undici';
import type { RunningSandbox } from '../start-sandbox.ts';

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  /** The body parsed as JSON; undefined when it is empty. */
  readonly json: unknown;
}

export type SentHeaders = Readonly<Record<string, string>>;

/** Plain HTTP calls to a sandbox, for its own tests: nothing is encoded, retried or checked on the way. */
export interface SandboxClient {
  /** A Track call with the right key, unless `headers` say otherwise. Strings go out as they are. */
  track(method: string, path: string, body?: unknown, headers?: SentHeaders): Promise<Reply>;
  batch(...items: readonly unknown[]): Promise<Reply>;
  entity(item: unknown): Promise<Reply>;
  app(method: string, path: string, body?: unknown, headers?: SentHeaders): Promise<Reply>;
  /** A Pipelines call with the right key, in strict mode or not. */
  pipelines(kind: string, body: unknown, headers?: SentHeaders): Promise<Reply>;
  admin(method: string, path: string, body?: unknown): Promise<Reply>;
  close(): Promise<void>;
}

export function connectTo(sandbox: Pick<RunningSandbox, 'url' | 'credentials'>): SandboxClient {
  const client = new Client(sandbox.url);
  const { siteId, apiKey, appKey, pipelinesKey } = sandbox.credentials;
  const pipelinesBasic = Buffer.from(`${pipelinesKey}:`).toString('base64');
  const basic = `Basic ${Buffer.from(`${siteId}:${apiKey}`).toString('base64')}`;
  const track: SandboxClient['track'] = (method, path, body, headers = { authorization: basic }) =>
    call(client, method, path, body, headers);
  return {
    track,
    batch: (...items) => track('POST', '/api/v2/batch', { batch: items }),
    entity: (item) => track('POST', '/api/v2/entity', item),
    app: (method, path, body, headers = { authorization: `Bearer ${appKey}` }) =>
      call(client, method, path, body, headers),
    pipelines: (kind, body, headers = {}) =>
      call(client, 'POST', `/v1/${kind}`, body, { authorization: `Basic ${pipelinesBasic}`, ...headers }),
    admin: (method, path, body) => call(client, method, path, body, {}),
    close: () => client.destroy(),
  };
}

async function call(
  client: Client,
  method: string,
  path: string,
  body: unknown,
  headers: SentHeaders,
): Promise<Reply> {
  const answer = await client.request({
    method: method as Dispatcher.HttpMethod,
    path,
    headers: body === undefined ? headers : { 'content-type': 'application/json', ...headers },
    body: sentBody(body),
  });
  const text = await answer.body.text();
  return { status: answer.statusCode, headers: answer.headers, text, json: parsed(text) };
}

function sentBody(body: unknown): string | Buffer | null {
  if (body === undefined) return null;
  return typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
}

function parsed(text: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A v2 identify of a person by id. */
export function identifyById(id: string, attributes: object = {}, more: object = {}): object {
  return { type: 'person', action: 'identify', identifiers: { id }, attributes, ...more };
}

/** A v2 event of a person by id. */
export function eventById(id: string, name: string, more: object = {}): object {
  return { type: 'person', action: 'event', identifiers: { id }, name, ...more };
}
