// People a second that the sandbox takes through v2 batch, without segments and with a handful; and how long a
// jump of the clock takes while they are all under way.
//
//   npm run --silent build && node test/bench/sandbox-speed.mjs [people] [rounds]
import { fork } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Pool } from 'undici';

const HERE = dirname(fileURLToPath(import.meta.url));
const PEOPLE = Number(process.argv[2] ?? 100_000);
const ROUNDS = Number(process.argv[3] ?? 5);
/** 2,000 people of this size make a batch of somewhat less than 500 KB. */
const PEOPLE_PER_BATCH = 2000;
const CONNECTIONS = 4;
const DAY_S = 86_400;
const START_S = Date.UTC(2026, 10, 23, 12) / 1000;

const SEGMENTS = [
  { id: 1, name: 'Lapsed', when: { attribute: 'last_order_at', before_past: '90d' } },
  { id: 2, name: 'Recent', when: { attribute: 'last_order_at', within_past: '30d' } },
  {
    id: 3,
    name: 'VIP',
    when: {
      and: [
        { attribute: 'plan', eq: 'pro' },
        { attribute: 'total', gt: 500 },
      ],
    },
  },
  { id: 4, name: 'Reachable', when: { not: { attribute: 'unsubscribed', eq: true } } },
  { id: 5, name: 'Buyers', when: { event: 'order_placed', within_past: '30d' } },
];
const CAMPAIGNS = [
  {
    id: 10,
    name: 'Replenish',
    trigger: { event: 'order_placed' },
    steps: [{ wait: '21d' }, { message: 'Time for more' }],
  },
  { id: 11, name: 'Winback', trigger: { segment: 'Lapsed' }, steps: [{ message: 'We miss you' }] },
];

if (process.send === undefined) await measure();
else await serve(JSON.parse(process.argv[2]));

/** The sandbox in a process of its own. */
async function serve(workspace) {
  const { startSandbox } = await import(
    pathToFileURL(join(HERE, '../../dist/sandbox/start-sandbox.js')).href
  );
  const clock = { startAtMs: START_S * 1000, rate: 0 };
  const sandbox = await startSandbox({ workspace, clock, requestLog: 'off' });
  process.send({ url: sandbox.url, credentials: sandbox.credentials });
  process.on('message', () => {
    const { user, system } = process.cpuUsage();
    process.send((user + system) / 1_000_000);
  });
  process.on('disconnect', () => process.exit());
}

async function measure() {
  const people = batches((n) => identify(n));
  const orders = batches((n) => order(n));
  for (let round = 1; round <= ROUNDS; round += 1) {
    for (const [name, workspace] of [
      ['no segments', {}],
      ['5 segments', { segments: SEGMENTS }],
      ['5 segments, 2 campaigns', { segments: SEGMENTS, campaigns: CAMPAIGNS }],
    ]) {
      await inSandbox(workspace, async (timed, send, admin) => {
        const peopleTime = await timed(() => send(people));
        const ordersTime = await timed(() => send(orders));
        const jump = await timed(() => admin('/_sandbox/clock', { advance: '21d' }));
        console.log(
          `round ${round}, ${name}: ${rate(peopleTime)} people, ${rate(ordersTime)} events; 21 days in ${jump.wallS.toFixed(2)} s (${jump.cpuS.toFixed(2)} s of processor)`,
        );
      });
    }
  }
}

/** By the clock, and by the processor time of the sandbox alone, which other work on the machine disturbs less. */
function rate({ wallS, cpuS }) {
  const perSecond = (seconds) => Math.round(PEOPLE / seconds).toLocaleString('en');
  return `${perSecond(wallS)}/s (${perSecond(cpuS)}/s of processor)`;
}

async function inSandbox(workspace, work) {
  const child = fork(fileURLToPath(import.meta.url), [JSON.stringify(workspace)]);
  const { url, credentials } = await new Promise((resolve) => child.once('message', resolve));
  const pool = new Pool(url, { connections: CONNECTIONS, bodyTimeout: 0, headersTimeout: 0 });
  const authorization = `Basic ${Buffer.from(`${credentials.siteId}:${credentials.apiKey}`).toString('base64')}`;
  const post = async (path, body) => {
    const answer = await pool.request({ method: 'POST', path, headers: { authorization }, body });
    const text = await answer.body.text();
    if (answer.statusCode !== 200) throw new Error(`${answer.statusCode} ${text.slice(0, 200)}`);
  };
  const send = async (bodies) => {
    const left = [...bodies];
    const worker = async () => {
      for (let body = left.pop(); body !== undefined; body = left.pop()) await post('/api/v2/batch', body);
    };
    await Promise.all(Array.from({ length: CONNECTIONS }, worker));
  };
  const cpu = () =>
    new Promise((resolve) => {
      child.once('message', resolve);
      child.send('cpu');
    });
  const timed = async (job) => {
    const [startedAt, cpuBefore] = [performance.now(), await cpu()];
    await job();
    return { wallS: (performance.now() - startedAt) / 1000, cpuS: (await cpu()) - cpuBefore };
  };
  try {
    await work(timed, send, (path, body) => post(path, JSON.stringify(body)));
  } finally {
    await pool.close();
    child.kill();
  }
}

function batches(itemOf) {
  const bodies = [];
  for (let from = 0; from < PEOPLE; from += PEOPLE_PER_BATCH) {
    const batch = Array.from({ length: Math.min(PEOPLE_PER_BATCH, PEOPLE - from) }, (_, at) =>
      itemOf(from + at),
    );
    bodies.push(JSON.stringify({ batch }));
  }
  return bodies;
}

function identify(n) {
  return {
    type: 'person',
    action: 'identify',
    identifiers: { id: `c${n}` },
    attributes: {
      email: `c${n}@shop.example`,
      plan: n % 3 === 0 ? 'pro' : 'free',
      total: n % 1000,
      last_order_at: START_S - (n % 120) * DAY_S,
      unsubscribed: n % 50 === 0,
    },
  };
}

function order(n) {
  return {
    type: 'person',
    action: 'event',
    identifiers: { id: `c${n}` },
    name: 'order_placed',
    timestamp: START_S - (n % 60),
    attributes: { sku: 'C-1', category: 'collagen', order_value: n % 90 },
  };
}
