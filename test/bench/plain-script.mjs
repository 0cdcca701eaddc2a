// What one would write by hand: mysql2 rows as objects, v2 batches filled by bytes. No state, no checks, no retries.
// Usage: plain-script.mjs MYSQL_URL TRACK_URL
import mysql from 'mysql2';
import { Pool } from 'undici';

const [, , mysqlUrl, trackUrl] = process.argv;
const BATCH_BYTES = 500_000;
const IN_FLIGHT = 4;

const connection = mysql.createConnection({ uri: mysqlUrl, dateStrings: true });
const pool = new Pool(trackUrl, { connections: IN_FLIGHT });
const inFlight = new Set();
let items = [];
let bytes = 12;

const seconds = (text) =>
  text === null ? null : Math.floor(Date.parse(`${text.replace(' ', 'T')}Z`) / 1000);

for await (const row of connection.query('SELECT * FROM people').stream()) {
  const item = JSON.stringify({
    type: 'person',
    action: 'identify',
    identifiers: { id: String(row.id) },
    attributes: {
      email: row.email,
      total_orders: row.total_orders,
      lifetime_value: Number(row.lifetime_value),
      first_order_at: seconds(row.first_order_at),
      last_order_at: seconds(row.last_order_at),
      last_category: row.last_category,
      sms_opt_in: Boolean(row.sms_opt_in),
      email_consent: Boolean(row.email_consent),
      vip_tier: row.vip_tier,
      is_refunder: Boolean(row.is_refunder),
    },
  });
  const size = Buffer.byteLength(item) + 1;
  if (bytes + size > BATCH_BYTES) await send();
  items.push(item);
  bytes += size;
}
if (items.length > 0) await send();
await Promise.all(inFlight);
connection.end();
await pool.close();

async function send() {
  const body = `{"batch":[${items.join(',')}]}`;
  items = [];
  bytes = 12;
  while (inFlight.size >= IN_FLIGHT) await Promise.race(inFlight);
  const request = post(body).finally(() => inFlight.delete(request));
  inFlight.add(request);
}

async function post(body) {
  const headers = { 'content-type': 'application/json', authorization: 'Basic c2l0ZTprZXk=' };
  const response = await pool.request({ method: 'POST', path: '/api/v2/batch', headers, body });
  await response.body.text();
}
