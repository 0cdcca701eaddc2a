import type { TestDatabase } from '../servers/servers.ts';
import type { TestProject } from './test-project.ts';

/** Tables with many people and events, made by the server itself; deterministic. */
export async function makeBigShop(database: TestDatabase, people: number, events: number): Promise<void> {
  await database.execute(
    'CREATE TABLE digits (n INT UNSIGNED NOT NULL PRIMARY KEY)',
    'INSERT INTO digits VALUES (0),(1),(2),(3),(4),(5),(6),(7),(8),(9)',
    'CREATE TABLE numbers (n INT UNSIGNED NOT NULL PRIMARY KEY)',
    `INSERT INTO numbers
       SELECT a.n * 100000 + b.n * 10000 + c.n * 1000 + d.n * 100 + e.n * 10 + f.n
         FROM digits a, digits b, digits c, digits d, digits e, digits f
        WHERE a.n * 100000 + b.n * 10000 + c.n * 1000 < ${Math.max(people, events)}`,
    `CREATE TABLE people AS
       SELECT n + 1 AS id,
              CONCAT('person', n + 1, '@example.com') AS email,
              n % 17 AS total_orders,
              ROUND(n * 7919 % 100000 / 100, 2) AS lifetime_value,
              FROM_UNIXTIME(1600000000 + n) AS last_order_at,
              ELT(n % 4 + 1, 'none', 'silver', 'gold', NULL) AS vip_tier
         FROM numbers WHERE n < ${people}`,
    'ALTER TABLE people ADD PRIMARY KEY (id)',
    `CREATE TABLE orders AS
       SELECT n + 1 AS order_id,
              n * 31 % ${people} + 1 AS customer_id,
              UTC_TIMESTAMP() - INTERVAL n SECOND AS paid_at,
              n % 500 AS amount
         FROM numbers WHERE n < ${events}`,
    'ALTER TABLE orders ADD PRIMARY KEY (order_id)',
  );
}

/** A project over these tables. */
export async function writeBigShopProject(project: TestProject): Promise<void> {
  await project.write(
    'millrace.yml',
    `namespace: big-shop
identity: { canonical: id }
mysql: { url: "\${MYSQL_URL}" }
customerio:
  region: us
  site_id: \${CUSTOMERIO_SITE_ID}
  api_key: \${CUSTOMERIO_API_KEY}
  app_key: \${CUSTOMERIO_APP_KEY}
  track_url: \${CUSTOMERIO_TRACK_URL}
  app_url: \${CUSTOMERIO_APP_URL}
`,
  );
  await project.write(
    'models/people.yml',
    `kind: people
person: { id: id, email: email }
attributes:
  total_orders: { type: integer, when_null: reject }
  lifetime_value: { type: decimal, when_null: reject }
  last_order_at: { type: timestamp, when_null: clear }
  vip_tier: { type: string, when_null: clear }
`,
  );
  await project.write(
    'models/people.sql',
    'SELECT id, email, total_orders, lifetime_value, last_order_at, vip_tier FROM people ORDER BY id\n',
  );
  await project.write(
    'models/order_placed.yml',
    `kind: event
event: order_placed
event_id: order_id
occurred_at: paid_at
person: { id: customer_id }
properties:
  amount: { type: integer }
`,
  );
  await project.write(
    'models/order_placed.sql',
    'SELECT order_id, customer_id, paid_at, amount FROM orders ORDER BY order_id\n',
  );
}
