// Measures Millrace side by side with what it is held against. Whole processes, in turn, round by round.
//
//   npm run bench                            100,000 and 1,000,000 people
//   npm run bench -- --small 20000 --large 0 --rounds 2
//   npm run bench -- --identities            the index of identities: see identities.mjs
//   npm run bench -- --capture               what reading only what changed costs: see capture.mjs
//   npm run bench -- --sandbox               how fast the sandbox takes people: see sandbox.mjs
//
// A server is started for it (or BENCH_MYSQL names one: mysql://user:password@host:port); it needs no network.
import { fork, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import mysql from 'mysql2/promise';

if (process.argv.includes('--sandbox')) {
  await import('./sandbox.mjs');
  process.exit();
}

if (process.argv.includes('--capture')) {
  await import('./capture.mjs');
  process.exit();
}

if (process.argv.includes('--identities')) {
  await import('./identities.mjs');
  process.exit();
}

const HERE = dirname(fileURLToPath(import.meta.url));
const ROOT = join(HERE, '../..');
const MILLRACE = join(ROOT, 'dist/main.js');
const { values } = parseArgs({
  options: {
    small: { type: 'string', default: '100000' },
    large: { type: 'string', default: '1000000' },
    rounds: { type: 'string', default: '5' },
  },
});
const SMALL = Number(values.small);
const LARGE = Number(values.large);
const ROUNDS = Number(values.rounds);

const folder = mkdtempSync(join(tmpdir(), 'millrace-bench-'));
const project = join(folder, 'project');
const { openLocalServer } = await import(
  pathToFileURL(join(ROOT, 'dist/adapters/local-server/open-local-server.js')).href
);
const server = await openLocalServer({
  environment: process.env,
  variable: 'BENCH_MYSQL',
  start: { bufferPoolMiB: 1024 },
  onProgress: console.error,
});
const database = `millrace_bench_${process.pid}`;
const mysqlUrl = `${server.url.replace(/\/$/, '')}/${database}`;
const stub = fork(join(HERE, 'stub.mjs'));
const { port } = await new Promise((resolve) => stub.once('message', resolve));
const trackUrl = `http://127.0.0.1:${port}`;
const results = [];

try {
  console.log(
    `${server.flavour} ${server.version}, Node ${process.version}, ${cpus().length} × ${cpus()[0].model.trim()}`,
  );
  console.log(`Medians of ${ROUNDS} rounds (minimum … maximum); ratios are taken round by round.\n`);
  writeProject();
  if (SMALL > 0) await benchFirstSync();
  if (LARGE > 0) await benchUnchanged();
  mkdirSync(join(ROOT, 'bench-results'), { recursive: true });
  writeFileSync(join(ROOT, 'bench-results/latest.json'), `${JSON.stringify(results, null, 2)}\n`);
} finally {
  stub.kill();
  await admin(`DROP DATABASE IF EXISTS ${database}`);
  await server.stop();
  rmSync(folder, { recursive: true });
}

async function benchFirstSync() {
  await fill(SMALL);
  const rounds = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const plain = await measure('plain-script.mjs', [mysqlUrl, trackUrl]);
    forget();
    rounds.push({ plain, millrace: await sync() });
  }
  report(`First sync of ${SMALL.toLocaleString('en')} people × 10 attributes`, rounds, [
    ['plain script (no state, no checks)', 'plain'],
    ['millrace sync', 'millrace', 'plain'],
  ]);
}

async function benchUnchanged() {
  await fill(LARGE);
  forget();
  const first = await sync();
  console.log(
    `First sync of ${LARGE.toLocaleString('en')} people: ${seconds(first.ms)}, peak ${mebibytes(first.kib)}\n`,
  );
  results.push({ title: 'first sync, large', rounds: [{ millrace: first }] });
  const rounds = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const arrays = await measure('read-arrays.mjs', [mysqlUrl]);
    const unchanged = await sync();
    await admin(`UPDATE ${database}.people SET total_orders = total_orders + 1 WHERE id % 100 = ${round}`);
    rounds.push({ arrays, unchanged, changed: await sync() });
  }
  report(`A run over ${LARGE.toLocaleString('en')} people`, rounds, [
    ['only reading the rows as arrays with mysql2', 'arrays'],
    ['millrace sync, nothing changed', 'unchanged', 'arrays'],
    ['millrace sync, 1 % changed', 'changed', 'arrays'],
  ]);
}

function report(title, rounds, lines) {
  console.log(title);
  for (const [label, name, against] of lines) {
    const times = rounds.map((round) => round[name].ms);
    const memory = Math.max(...rounds.map((round) => round[name].kib));
    const ratios = against === undefined ? [] : rounds.map((round) => round[name].ms / round[against].ms);
    const ratio =
      ratios.length === 0
        ? ''
        : `  ×${median(ratios).toFixed(2)} (${spread(ratios, (value) => value.toFixed(2))})`;
    console.log(
      `  ${label.padEnd(44)} ${seconds(median(times))} (${spread(times, seconds)})  peak ${mebibytes(memory)}${ratio}`,
    );
  }
  console.log('');
  results.push({ title, rounds });
}

function sync() {
  return measure(MILLRACE, ['sync', '--project', project]);
}

/** Wall time and peak memory of one process, from its start to its end. */
async function measure(script, argv) {
  const memoryFile = join(folder, 'memory');
  const begunAt = performance.now();
  const child = spawn(
    process.execPath,
    ['--import', pathToFileURL(join(HERE, 'report-memory.mjs')).href, resolve(HERE, script), ...argv],
    {
      env: { ...process.env, BENCH_MEMORY_FILE: memoryFile },
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  let complaints = '';
  child.stderr.on('data', (text) => {
    complaints += text;
  });
  const code = await new Promise((resolve) => child.once('close', resolve));
  if (code !== 0) throw new Error(`${script} ended with ${code}:\n${complaints}`);
  return { ms: performance.now() - begunAt, kib: Number(readFileSync(memoryFile, 'utf8')) };
}

async function fill(people) {
  await admin(`DROP DATABASE IF EXISTS ${database}`);
  await admin(`CREATE DATABASE ${database} CHARACTER SET utf8mb4`);
  await admin(`CREATE TABLE ${database}.people (
    id INT UNSIGNED NOT NULL PRIMARY KEY, email VARCHAR(100) NOT NULL, total_orders INT NOT NULL,
    lifetime_value DECIMAL(12,2) NOT NULL, first_order_at DATETIME NULL, last_order_at DATETIME NULL,
    last_category VARCHAR(40) NULL, sms_opt_in TINYINT(1) NULL, email_consent TINYINT(1) NULL,
    vip_tier VARCHAR(10) NOT NULL, is_refunder TINYINT(1) NOT NULL)`);
  await admin(`CREATE TABLE ${database}.digits (n INT UNSIGNED NOT NULL)`);
  await admin(`INSERT INTO ${database}.digits VALUES (0),(1),(2),(3),(4),(5),(6),(7),(8),(9)`);
  const digits = ['a', 'b', 'c', 'd', 'e', 'f'];
  const n = digits.map((name, index) => `${name}.n * ${10 ** (digits.length - 1 - index)}`).join(' + ');
  await admin(`INSERT INTO ${database}.people
    SELECT n + 1, CONCAT('person', n + 1, '@example.com'), n % 17, (n * 7919 % 100000) / 100,
           FROM_UNIXTIME(1500000000 + n * 37), FROM_UNIXTIME(1600000000 + n * 41),
           ELT(n % 8 + 1, 'collagen', 'vitamins', 'tea', 'coffee', 'skincare', 'protein', 'snacks', NULL),
           IF(n % 5 = 0, NULL, n % 3 = 0), n % 2 = 0, ELT(n % 3 + 1, 'none', 'silver', 'gold'), n % 11 = 0
      FROM (SELECT ${n} AS n FROM ${digits.map((name) => `${database}.digits ${name}`).join(', ')}) numbers
     WHERE n < ${people} ORDER BY n`);
  await admin(`ANALYZE TABLE ${database}.people`);
}

async function admin(sql) {
  const connection = await mysql.createConnection({ uri: server.url });
  try {
    await connection.query(sql);
  } finally {
    await connection.end();
  }
}

function writeProject() {
  mkdirSync(join(project, 'models'), { recursive: true });
  writeFileSync(
    join(project, 'millrace.yml'),
    'namespace: bench\nidentity: { canonical: id }\nmysql: { url: "${MYSQL_URL}" }\n' +
      'customerio: { region: us, site_id: site, api_key: "${KEY}", track_url: "${TRACK_URL}", requests_per_second: 1000 }\n',
  );
  writeFileSync(join(project, '.env'), `MYSQL_URL=${mysqlUrl}\nKEY=key\nTRACK_URL=${trackUrl}\n`);
  writeFileSync(join(project, 'models/people.sql'), 'SELECT * FROM people\n');
  writeFileSync(
    join(project, 'models/people.yml'),
    `kind: people
person: { id: id, email: email }
attributes:
  total_orders: { type: integer, when_null: reject }
  lifetime_value: { type: decimal, when_null: reject }
  first_order_at: { type: timestamp, when_null: clear }
  last_order_at: { type: timestamp, when_null: clear }
  last_category: { type: string, when_null: clear }
  sms_opt_in: { type: boolean, when_null: keep }
  email_consent: { type: boolean, when_null: keep }
  vip_tier: { type: string, one_of: [none, silver, gold], when_null: reject }
  is_refunder: { type: boolean, when_null: reject }
`,
  );
}

/** The next sync is the first one. */
function forget() {
  rmSync(join(project, '.millrace'), { recursive: true, force: true });
  rmSync(join(project, 'millrace.lock'), { force: true });
}

function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

function spread(numbers, write) {
  return `${write(Math.min(...numbers))} … ${write(Math.max(...numbers))}`;
}

function seconds(ms) {
  return `${(ms / 1000).toFixed(2)} s`;
}

function mebibytes(kib) {
  return `${Math.round(kib / 1024)} MiB`;
}
