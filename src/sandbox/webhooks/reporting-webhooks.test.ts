import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type RunningSandbox, startSandbox, type WorkspaceInput } from '../start-sandbox.ts';
import { connectTo, eventById, identifyById, type SandboxClient } from '../testing/sandbox-client.ts';
import { ReportSender } from './report-sender.ts';
import { signReport } from './sign-report.ts';

const NOW_S = Date.UTC(2026, 10, 23, 12) / 1000;
const ULID = '01DXF6DT00EHKHQQN49EQ165BD';
const KEY = 'a signing key';

interface Received {
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** A webhook of a user, which answers as it is told. */
class Receiver {
  readonly received: Received[] = [];
  readonly #server: Server;
  #statuses: number[] = [];

  constructor() {
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const status = this.#statuses.shift() ?? 200;
        this.received.push({ headers: request.headers, body: Buffer.concat(chunks).toString() });
        response.writeHead(status).end();
      });
    });
  }

  async open(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/hook?x=1`;
  }

  /** The statuses of the next answers; then 200 again. */
  answerWith(...statuses: readonly number[]): void {
    this.#statuses = [...statuses];
  }

  reports(): readonly Record<string, unknown>[] {
    return this.received.map(({ body }) => JSON.parse(body) as Record<string, unknown>);
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}

/** Waits for something that happens by itself, ten seconds at most. */
async function eventually(check: () => void): Promise<void> {
  const giveUpAt = performance.now() + 10_000;
  for (;;) {
    try {
      check();
      return;
    } catch (error) {
      if (performance.now() > giveUpAt) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

let receiver: Receiver;
let url: string;

beforeEach(async () => {
  receiver = new Receiver();
  url = await receiver.open();
});
afterEach(() => receiver.close());

describe('reports on the messages of a sandbox', () => {
  let sandbox: RunningSandbox;
  let client: SandboxClient;

  async function start(more: WorkspaceInput = {}): Promise<void> {
    sandbox = await startSandbox({
      clock: { startAtMs: NOW_S * 1000, rate: 0 },
      environmentId: 4711,
      workspace: {
        campaigns: [
          {
            id: 1,
            name: 'Thanks',
            trigger: { event: 'order_placed' },
            steps: [{ wait: '1h' }, { message: 'Thank you', subject: 'Thanks' }],
          },
        ],
        reporting_webhooks: [{ url, signing_key: KEY }],
        ...more,
      },
    });
    client = connectTo(sandbox);
  }
  afterEach(async () => {
    await client.close();
    await sandbox.close();
  });

  test('are sent where a message would have been, with the fields that are documented', async () => {
    await start();
    await client.batch(
      identifyById('1', { email: 'a@x.example' }),
      eventById('1', 'order_placed', { id: ULID }),
    );
    sandbox.admin.setClock({ advance: '1h' });
    await eventually(() => expect(receiver.received).toHaveLength(2));
    const [message] = sandbox.admin.messages();
    const [journey] = sandbox.admin.journeys();
    expect(receiver.reports()[0]).toEqual({
      event_id: expect.stringMatching(/^[0-9A-HJKMNP-TV-Z]{26}$/),
      object_type: 'email',
      metric: 'sent',
      timestamp: NOW_S + 3600,
      data: {
        campaign_id: 1,
        action_id: 1002,
        customer_id: '1',
        delivery_id: message?.id,
        journey_id: journey?.id,
        trigger_event_id: ULID,
        identifiers: { id: '1', email: 'a@x.example', cio_id: sandbox.admin.person({ id: '1' })?.cio_id },
        recipient: 'a@x.example',
        subject: 'Thanks',
      },
    });
    expect(receiver.reports()[1]).toMatchObject({ metric: 'delivered' });
    const ids = receiver.reports().map((report) => report['event_id']);
    expect(new Set(ids).size).toBe(2);
  });

  test('are signed over v0, time and body', async () => {
    await start();
    await client.batch(identifyById('1', { email: 'ü@x.example' }), eventById('1', 'order_placed'));
    sandbox.admin.setClock({ advance: '1h' });
    await eventually(() => expect(receiver.received.length).toBeGreaterThan(0));
    const { headers, body } = receiver.received[0] as Received;
    const timestamp = String(headers['x-cio-timestamp']);
    const expected = createHmac('sha256', KEY).update(`v0:${timestamp}:${body}`).digest('hex');
    expect(headers['x-cio-signature']).toBe(expected);
    expect(headers['content-type']).toBe('application/json');
    expect(Math.abs(Number(timestamp) - Date.now() / 1000)).toBeLessThan(60);
  });

  test('come by themselves when the time has come, though nobody looks', async () => {
    await start();
    await client.batch(identifyById('1', { email: 'a@x.example' }), eventById('1', 'order_placed'));
    await client.admin('POST', '/_sandbox/clock', { rate: 100_000 });
    await eventually(() => expect(receiver.received).toHaveLength(2));
  });

  test('tell failures and conversions, and of each webhook only what it asked for', async () => {
    const other = new Receiver();
    const otherUrl = await other.open();
    await start({
      campaigns: [
        {
          id: 1,
          name: 'Thanks',
          trigger: { event: 'order_placed' },
          steps: [{ message: 'A', channel: 'sms' }, { message: 'B' }, { message: 'C', sending: 'draft' }],
          goal: { event: 'came_back' },
        },
      ],
      reporting_webhooks: [
        { url, signing_key: KEY, metrics: ['failed', 'drafted', 'converted'] },
        { url: otherUrl, signing_key: 'x', metrics: ['sent'] },
      ],
    });
    await client.batch(
      identifyById('1', { email: 'a@x.example' }),
      identifyById('2', { email: 'b@x.example', unsubscribed: true }),
      eventById('1', 'order_placed'),
      eventById('2', 'order_placed'),
      eventById('1', 'came_back'),
    );
    await eventually(() => {
      expect(receiver.reports().map(({ metric, object_type }) => `${metric} ${object_type}`)).toEqual([
        'failed sms',
        'drafted email',
        'converted email',
      ]);
      expect(other.reports()).toMatchObject([{ metric: 'sent', data: { recipient: 'a@x.example' } }]);
    });
    expect(receiver.reports()[0]).toMatchObject({ data: { failure_message: 'the person has no phone' } });
    other.close();
  });

  test('are off where no webhook is defined, and can be switched on', async () => {
    await start({ reporting_webhooks: [] });
    await client.batch(identifyById('1', { email: 'a@x.example' }), eventById('1', 'order_placed'));
    sandbox.admin.setClock({ advance: '1h' });
    expect(sandbox.admin.messages()).toHaveLength(1);
    expect(sandbox.admin.webhooks()).toEqual([]);
    await client.admin('POST', '/_sandbox/definitions', { reporting_webhooks: [{ url, signing_key: KEY }] });
    await client.batch(eventById('1', 'order_placed'));
    sandbox.admin.setClock({ advance: '1h' });
    await eventually(() =>
      expect(sandbox.admin.webhooks()).toMatchObject([{ url, sent: 2, waiting: 0, lost: 0 }]),
    );
    expect(receiver.received).toHaveLength(2);
  });

  test('a webhook that fails is asked again, and later reports wait behind', async () => {
    await start();
    receiver.answerWith(500, 404);
    await client.batch(identifyById('1', { email: 'a@x.example' }), eventById('1', 'order_placed'));
    sandbox.admin.setClock({ advance: '1h' });
    await eventually(() => expect(sandbox.admin.webhooks()).toMatchObject([{ sent: 2, lost: 0 }]));
    expect(receiver.reports().map(({ metric }) => metric)).toEqual(['sent', 'sent', 'sent', 'delivered']);
  });
});

describe('the sender of reports', () => {
  const webhook = (to: string) => ({ url: to, signingKey: KEY, metrics: [] });

  test('says what is wrong with a webhook that nobody answers', async () => {
    receiver.close();
    const sender = new ReportSender();
    sender.send(webhook(url), '{}');
    sender.send(webhook(url), '{}');
    await eventually(() => {
      expect(sender.statuses()).toMatchObject([
        { waiting: 2, sent: 0, lost: 0, trouble: expect.stringContaining('ECONNREFUSED') },
      ]);
    });
    sender.close();
    // What is dropped at the close is lost, and nothing more is taken.
    await eventually(() => expect(sender.statuses()).toMatchObject([{ sent: 0, lost: 1 }]));
    sender.send(webhook(url), '{}');
    expect(sender.statuses()[0]?.sent).toBe(0);
  });

  test('redirects are not followed: they count as failures', async () => {
    receiver.answerWith(302);
    const sender = new ReportSender();
    sender.send(webhook(url), '{}');
    await eventually(() => expect(sender.statuses()).toMatchObject([{ sent: 1 }]));
    expect(receiver.received).toHaveLength(2);
    sender.close();
  });

  test('the signature is that of the documents’ formula', () => {
    expect(signReport('key', 1_613_063_089, '{}')).toBe(
      createHmac('sha256', 'key').update('v0:1613063089:{}').digest('hex'),
    );
  });
});
