// How many people a second the sandbox takes through v2 batch, for each mode of its request log: the sandbox in one
// process, a client that only sends in another, as in use. The client's share is measured against a server that
// answers without looking. The second figure counts the sandbox's own CPU time instead of the clock's: it does not
// depend on what else the machine does.
//
//   npm run bench -- --sandbox
//   node test/bench/sandbox.mjs --people 300000 --rounds 5       (after npm run build)
import { fork } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Client } from 'undici';

const HERE = dirname(fileURLToPath(import.meta.url));
const ROOT = join(HERE, '../..');
const { values } = parseArgs({
  options: {
    sandbox: { type: 'boolean' },
    people: { type: 'string', default: '200000' },
    rounds: { type: 'string', default: '5' },
  },
});
const PEOPLE = Number(values.people);
const ROUNDS = Number(values.rounds);
/** Below 500,000 bytes, as a real sender packs. */
const BATCH_BYTES = 480_000;
/** Requests under way at once. */
const IN_FLIGHT = 4;

const folder = mkdtempSync(join(tmpdir(), 'millrace-bench-sandbox-'));
const CASES = [
  ['a server that only answers', { stub: true }],
  ['sandbox, request log off', { requestLog: 'off' }],
  ['sandbox, request log on', { requestLog: 'on' }],
  ['sandbox, request log with bodies', { requestLog: 'bodies' }],
  ['sandbox, state kept in a file', { requestLog: 'off', stateFile: join(folder, 'state.ndjson') }],
  ['sandbox, everybody enters a campaign', { requestLog: 'off', workspace: 'shop' }],
  ['sandbox, the same people again, changed', { requestLog: 'off', again: true }],
];

const first = batches(0);
const changed = batches(1);
console.log(`Node ${process.version}, ${cpus().length} × ${cpus()[0].model.trim()}`);
console.log(
  `${PEOPLE.toLocaleString('en')} people with 10 attributes each in ${first.length} batches, ${IN_FLIGHT} at once; medians of ${ROUNDS} rounds (minimum … maximum).\n`,
);
const rates = new Map(CASES.map(([label]) => [label, []]));
try {
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [label, settings] of CASES) rates.get(label).push(await measure(settings));
  }
  for (const [label, list] of rates) console.log(`  ${label.padEnd(42)} ${rateText(list)}`);
  mkdirSync(join(ROOT, 'bench-results'), { recursive: true });
  writeFileSync(join(ROOT, 'bench-results/sandbox.json'), `${JSON.stringify([...rates], null, 2)}\n`);
} finally {
  rmSync(folder, { recursive: true });
}

/** People a second, from the first byte sent to the last answer. */
async function measure(settings) {
  const child = settings.stub
    ? fork(join(HERE, 'stub.mjs'))
    : fork(join(HERE, 'sandbox-process.mjs'), [JSON.stringify(settings)]);
  const { port, authorization = '' } = await new Promise((resolve) => child.once('message', resolve));
  const clients = Array.from({ length: IN_FLIGHT }, () => new Client(`http://127.0.0.1:${port}`));
  try {
    if (settings.again) await send(clients, first, authorization);
    const cpuBefore = settings.stub ? 0 : await cpuOf(child);
    const begunAt = performance.now();
    await send(clients, settings.again ? changed : first, authorization);
    const perSecond = PEOPLE / ((performance.now() - begunAt) / 1000);
    const perCpuSecond = settings.stub
      ? undefined
      : PEOPLE / (((await cpuOf(child)) - cpuBefore) / 1_000_000);
    return { perSecond, perCpuSecond };
  } finally {
    for (const client of clients) await client.destroy();
    child.kill();
    await new Promise((resolve) => child.once('close', resolve));
    rmSync(join(folder, 'state.ndjson'), { force: true });
  }
}

async function cpuOf(child) {
  const answer = new Promise((resolve) => child.once('message', resolve));
  child.send('cpu');
  return (await answer).cpuMicroseconds;
}

async function send(clients, bodies, authorization) {
  const waiting = bodies.values();
  await Promise.all(
    clients.map(async (client) => {
      for (const body of waiting) {
        const headers = { authorization, 'content-type': 'application/json' };
        const answer = await client.request({ method: 'POST', path: '/api/v2/batch', headers, body });
        const text = await answer.body.text();
        if (answer.statusCode !== 200 || text.includes('errors')) throw new Error(text.slice(0, 200));
      }
    }),
  );
}

/** Bodies of full batches, made beforehand. `edition` changes two attributes of each person. */
function batches(edition) {
  const bodies = [];
  let items = [];
  let bytes = 0;
  for (let at = 0; at < PEOPLE; at += 1) {
    const item = JSON.stringify(person(at, edition));
    if (bytes + item.length > BATCH_BYTES) {
      bodies.push(Buffer.from(`{"batch":[${items.join(',')}]}`));
      items = [];
      bytes = 0;
    }
    items.push(item);
    bytes += item.length + 1;
  }
  bodies.push(Buffer.from(`{"batch":[${items.join(',')}]}`));
  return bodies;
}

function person(at, edition) {
  return {
    type: 'person',
    action: 'identify',
    identifiers: { id: String(at + 1) },
    attributes: {
      email: `person${at + 1}@example.com`,
      total_orders: (at % 17) + edition,
      lifetime_value: ((at * 7919) % 100_000) / 100 + edition,
      first_order_at: 1_500_000_000 + at * 37,
      last_order_at: 1_600_000_000 + at * 41,
      last_category: ['collagen', 'vitamins', 'tea', 'coffee', 'skincare'][at % 5],
      sms_opt_in: at % 3 === 0,
      email_consent: at % 2 === 0,
      vip_tier: ['none', 'silver', 'gold'][at % 3],
      is_refunder: at % 11 === 0,
    },
  };
}

function rateText(list) {
  const wall = `${spread(list.map(({ perSecond }) => perSecond))} a second`;
  const cpu = list.map(({ perCpuSecond }) => perCpuSecond).filter((rate) => rate !== undefined);
  return cpu.length === 0 ? wall : `${wall}   ${spread(cpu)} a CPU second`;
}

function spread(rates) {
  const sorted = [...rates].sort((a, b) => a - b);
  const say = (rate) => Math.round(rate).toLocaleString('en');
  return `${say(sorted[Math.floor(sorted.length / 2)]).padStart(9)} (${say(sorted[0])} … ${say(sorted.at(-1))})`;
}
