import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { caseName } from '../cases/case-name.ts';
import { type RunningSandbox, startSandbox } from '../start-sandbox.ts';
import { connectTo, type Reply, type SandboxClient } from '../testing/sandbox-client.ts';

const BASIC = `Basic ${Buffer.from('sandbox-site:sandbox-key').toString('base64')}`;

let european: RunningSandbox;
let american: RunningSandbox;
let clients: Readonly<Record<'eu' | 'us', SandboxClient>>;

beforeAll(async () => {
  european = await startSandbox({ region: 'eu' });
  american = await startSandbox({ region: 'us' });
  clients = { eu: connectTo(european), us: connectTo(american) };
});
beforeEach(() => {
  european.admin.reset();
  american.admin.reset();
});
afterAll(async () => {
  await clients.eu.close();
  await clients.us.close();
  await european.close();
  await american.close();
});

/** An identify that arrives at a host of that name. */
const identifyAt = (region: 'eu' | 'us', host: string): Promise<Reply> =>
  clients[region].track('PUT', '/api/v1/customers/a%40x.com?x=1', {}, { host, authorization: BASIC });

test.each([301, 302, 307, 308] as const)(
  caseName(5, 'a workspace in the EU redirects from the US host, with status %i'),
  async (status) => {
    european.admin.setSwitches({ regionRedirectStatus: status });
    const reply = await identifyAt('eu', 'track.example:8700');
    expect(reply.status).toBe(status);
    expect(reply.headers['location']).toBe('http://track-eu.example:8700/api/v1/customers/a%40x.com?x=1');
    expect(european.admin.info().people).toBe(0);
    expect((await identifyAt('eu', 'track-eu.example:8700')).status).toBe(200);
    expect(european.admin.info().people).toBe(1);
  },
);

test(caseName(6, 'a workspace in the US is unknown at the EU host'), async () => {
  expect((await identifyAt('us', 'track-eu.example:8700')).status).toBe(401);
  expect(american.admin.info().people).toBe(0);
  expect((await identifyAt('us', 'track.example:8700')).status).toBe(200);
});

test.each(['track.example', 'track-eu.example', 'localhost'])(
  caseName(4, 'the region is told at the host %s'),
  async (host) => {
    const headers = { host, authorization: BASIC };
    for (const region of ['eu', 'us'] as const) {
      const reply = await clients[region].track('GET', '/api/v1/accounts/region', undefined, headers);
      expect(reply.json).toMatchObject({ region });
    }
  },
);

test.each(['localhost:8700', '127.0.0.1:8700', '[::1]:8700', 'tracks.example', 'my-track-eu.example', ''])(
  'a host called %j is at home everywhere',
  async (host) => {
    expect((await identifyAt('eu', host)).status).toBe(200);
    expect((await identifyAt('us', host)).status).toBe(200);
  },
);
