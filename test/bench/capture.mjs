// What a run costs that reads what changed, beside one that reads everything and finds the same.
//
//   npm run bench -- --capture                        100,000 people with a million orders, 1 % of the people changed
//   npm run bench -- --capture --people 20000 --rounds 2
//
// The server's own count of rows read, and the time from the begin of a run to its end, as the history tells it.
import { execFileSync, fork } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import mysql from 'mysql2/promise';

const HERE = dirname(fileURLToPath(import.meta.url));
const ROOT = join(HERE, '../..');
const { values } = parseArgs({
  options: {
    capture: { type: 'boolean' },
    people: { type: 'string', default: '100000' },
    rounds: { type: 'string', default: '3' },
  },
});
const PEOPLE = Number(values.people);
const ROUNDS = Number(values.rounds);
const ORDERS_EACH = 10;

const folder = mkdtempSync(join(tmpdir(), 'millrace-bench-'));
const { openLocalServer } = await import(
  pathToFileURL(join(ROOT, 'dist/adapters/local-server/open-local-server.js')).href
);
const server = await openLocalServer({
  environment: process.env,
  variable: 'BENCH_MYSQL',
  start: { bufferPoolMiB: 512 },
  onProgress: console.error,
});
const database = `millrace_bench_${process.pid}`;
const mysqlUrl = `${server.url.replace(/\/$/, '')}/${database}`;
const stub = fork(join(HERE, 'stub.mjs'));
const { port } = await new Promise((resolve) => stub.once('message', resolve));
const connection = await mysql.createConnection({ uri: server.url });

try {
  console.log(
    `${server.flavour} ${server.version}, Node ${process.version}, ${cpus().length} × ${cpus()[0].model.trim()}`,
  );
  await fill();
  writeProject();
  await sync([]);
  const rounds = [];
  for (let round = 1; round <= ROUNDS; round += 1) {
    // Every round changes others; those of the one before lie behind the overlap.
    await new Promise((resolve) => setTimeout(resolve, 3000));
    await connection.query(
      `UPDATE people SET name = CONCAT('round ', ${round}), updated_at = NOW() WHERE id % 100 = ${round}`,
    );
    const changes = await sync([]);
    const whole = await sync(['--full']);
    rounds.push({ changes, whole });
    console.log(
      `round ${round}: ${changes.keys} keys in ${changes.ms} ms, ${changes.rows} rows read; ` +
        `everything in ${whole.ms} ms, ${whole.rows} rows read; missed ${whole.missed}`,
    );
  }
  const ratios = (of) => rounds.map(({ changes, whole }) => of(whole) / of(changes)).sort((a, b) => a - b);
  const median = (sorted) => sorted[Math.floor(sorted.length / 2)].toFixed(1);
  console.log(`\nEverything is ${median(ratios(({ rows }) => rows))} times the rows read by the server,`);
  console.log(
    `and ${median(ratios(({ ms }) => ms))} times the run, which besides sends what changed (medians of ${ROUNDS}).`,
  );
} finally {
  await connection.query(`DROP DATABASE IF EXISTS ${database}`);
  await connection.end();
  stub.kill();
  await server.stop();
  rmSync(folder, { recursive: true });
}

async function sync(options) {
  const before = await rowsRead();
  const run = JSON.parse(command(['sync', ...options, '--output', 'json'])).run;
  const rows = (await rowsRead()) - before;
  const stored = JSON.parse(command(['history', run.runId, '--output', 'json'])).run;
  const [{ read }] = run.models;
  return { rows, ms: stored.endedAt - stored.startedAt, keys: read.keys, missed: read.missed };
}

function command(argv) {
  return execFileSync(process.execPath, [join(ROOT, 'dist/main.js'), ...argv, '--project', folder], {
    encoding: 'utf8',
    maxBuffer: 1 << 26,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

async function rowsRead() {
  const [[row]] = await connection.query("SHOW GLOBAL STATUS LIKE 'Innodb_rows_read'");
  return Number(row.Value);
}

async function fill() {
  await connection.query(`CREATE DATABASE ${database} CHARACTER SET utf8mb4`);
  await connection.query(`USE ${database}`);
  await connection.query(`CREATE TABLE people (id INT UNSIGNED PRIMARY KEY, email VARCHAR(100) NOT NULL,
    name VARCHAR(40) NOT NULL, updated_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP, KEY (updated_at))`);
  await connection.query(`CREATE TABLE orders (id INT UNSIGNED PRIMARY KEY, person_id INT UNSIGNED NOT NULL,
    total DECIMAL(10,2) NOT NULL, updated_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
    KEY (person_id, total), KEY (updated_at))`);
  await connection.query('CREATE TABLE digits (n INT UNSIGNED NOT NULL)');
  await connection.query('INSERT INTO digits VALUES (0),(1),(2),(3),(4),(5),(6),(7),(8),(9)');
  const numbers =
    'SELECT a.n * 100000 + b.n * 10000 + c.n * 1000 + d.n * 100 + e.n * 10 + f.n AS n FROM digits a, digits b, digits c, digits d, digits e, digits f';
  await connection.query(`INSERT INTO people
    SELECT n + 1, CONCAT('person', n + 1, '@example.com'), 'new', NOW() - INTERVAL 1 DAY FROM (${numbers}) x WHERE n < ${PEOPLE}`);
  await connection.query(`INSERT INTO orders
    SELECT n + 1, n % ${PEOPLE} + 1, n % 997 / 10, NOW() - INTERVAL 1 DAY FROM (${numbers}) x WHERE n < ${Math.min(PEOPLE * ORDERS_EACH, 1_000_000)}`);
  await connection.query('ANALYZE TABLE people, orders');
}

function writeProject() {
  mkdirSync(join(folder, 'models'), { recursive: true });
  writeFileSync(
    join(folder, 'millrace.yml'),
    'namespace: bench\nidentity: { canonical: id }\nmysql: { url: "${MYSQL_URL}" }\n' +
      'customerio: { region: us, site_id: site, api_key: "${KEY}", track_url: "${TRACK_URL}", requests_per_second: 1000 }\n',
  );
  writeFileSync(join(folder, '.env'), `MYSQL_URL=${mysqlUrl}\nKEY=key\nTRACK_URL=http://127.0.0.1:${port}\n`);
  writeFileSync(
    join(folder, 'models/people.sql'),
    `WITH orders_of AS (
  SELECT o.person_id, COUNT(*) AS total_orders, SUM(o.total) AS spent FROM orders o
   WHERE TRUE /* scope: o.person_id */ GROUP BY o.person_id
)
SELECT p.id, p.email, p.name, COALESCE(o.total_orders, 0) AS total_orders, COALESCE(o.spent, 0) AS spent
  FROM people p LEFT JOIN orders_of o ON o.person_id = p.id
 WHERE TRUE /* scope: p.id */
`,
  );
  writeFileSync(
    join(folder, 'models/people.yml'),
    `kind: people
person: { id: id, email: email }
capture: { overlap: 1s, changed_at: updated_at, tables: { people: id, orders: person_id } }
attributes:
  name: { type: string, when_null: reject }
  total_orders: { type: integer, when_null: reject }
  spent: { type: decimal, when_null: reject }
`,
  );
}
