import { sync } from '../../src/app/sync.ts';
import type { RunResult } from '../../src/app/write-run.ts';
import type { ModelResult } from '../../src/core/state/run.ts';
import { type RunningSandbox, startSandbox } from '../../src/sandbox/start-sandbox.ts';
import type { TestServer } from '../servers/provided-servers.ts';
import { createDatabase, type TestDatabase } from '../servers/servers.ts';
import { toolboxAt } from '../support/chosen-time.ts';
import { emptyProject, type TestProject } from '../support/test-project.ts';

const MILLRACE_YML = `namespace: acme
time_zone: Europe/Berlin
identity: { canonical: CANONICAL }
mysql: { url: "\${MYSQL_URL}" }
customerio:
  region: us
  site_id: \${CUSTOMERIO_SITE_ID}
  api_key: \${CUSTOMERIO_API_KEY}
  track_url: \${CUSTOMERIO_TRACK_URL}
`;

const CUSTOMERS_SQL = `WITH orders_of AS (
  SELECT o.customer_id, COUNT(*) AS number, SUM(o.total) AS spent FROM orders o
   WHERE o.customer_id IS NOT NULL /* scope: o.customer_id */
   GROUP BY o.customer_id
)
SELECT c.id AS customer_id, c.email, c.name, COALESCE(o.number, 0) AS total_orders, COALESCE(o.spent, 0) AS spent
  FROM customers c LEFT JOIN orders_of o ON o.customer_id = c.id
 WHERE TRUE /* scope: c.id */
`;

export const CUSTOMERS_YML = `kind: people
person: { id: customer_id, email: email }
capture:
  changed_at: updated_at
  tables:
    customers: id
    orders: customer_id
    order_items: { by: order_id, keys: SELECT customer_id FROM orders WHERE id IN (:keys) }
attributes:
  name: { type: string, when_null: keep }
  total_orders: { type: integer, when_null: reject }
  spent: { type: decimal, when_null: reject }
`;

const PLACED_SQL = `SELECT o.id AS order_id, o.customer_id, o.placed_at, o.total, o.updated_at
  FROM orders o WHERE o.updated_at >= :since_utc
`;

const PLACED_YML = `kind: event
event: order_placed
event_id: order_id
occurred_at: placed_at
person: { id: customer_id }
capture: { cursor: updated_at }
properties:
  total: { type: decimal }
`;

export interface CaptureShopOptions {
  readonly canonical?: 'id' | 'email';
  /** Type of the customers' keys. */
  readonly idType?: string;
  /** Type of the columns with the time of change. */
  readonly changedType?: string;
}

/** Customers, orders and items with times of change, a sandbox, and a project between them. */
export interface CaptureShop {
  readonly database: TestDatabase;
  readonly sandbox: RunningSandbox;
  readonly project: TestProject;
  sync(options?: { readonly isFull?: boolean; readonly select?: readonly string[] }): Promise<RunResult>;
  /** What became of one model in a run. */
  model(result: RunResult, name: string): ModelResult;
  query(sql: string, values?: readonly unknown[]): Promise<unknown>;
  person(id: string): Readonly<Record<string, unknown>> | undefined;
  events(): readonly string[];
  close(): Promise<void>;
}

/** The real time, which can be moved on: the server's clock is the real one. */
const clock = {
  get now(): number {
    return Math.floor(Date.now() / 1000);
  },
};

export async function openCaptureShop(
  server: TestServer,
  { canonical = 'id', idType = 'INT UNSIGNED', changedType = 'TIMESTAMP' }: CaptureShopOptions = {},
): Promise<CaptureShop> {
  const database = await createDatabase(server);
  const changed = `updated_at ${changedType} NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP, KEY (updated_at)`;
  for (const sql of [
    `CREATE TABLE customers (id ${idType} PRIMARY KEY, email VARCHAR(100), name VARCHAR(100), ${changed})`,
    `CREATE TABLE orders (id INT PRIMARY KEY, customer_id ${idType}, total DECIMAL(10,2) NOT NULL, placed_at DATETIME NOT NULL, ${changed}, KEY (customer_id))`,
    `CREATE TABLE order_items (id INT PRIMARY KEY, order_id INT NOT NULL, name VARCHAR(100), ${changed})`,
  ]) {
    await database.execute(sql);
  }
  const sandbox = await startSandbox();
  const project = emptyProject({ mysqlUrl: database.url, trackUrl: sandbox.url });
  await project.write('millrace.yml', MILLRACE_YML.replace('CANONICAL', canonical));
  await project.write('models/customers.sql', CUSTOMERS_SQL);
  await project.write('models/customers.yml', CUSTOMERS_YML);
  await project.write('models/order_placed.sql', PLACED_SQL);
  await project.write('models/order_placed.yml', PLACED_YML);
  const toolbox = toolboxAt(clock);
  return {
    database,
    sandbox,
    project,
    sync: ({ isFull = false, select = [] } = {}) =>
      sync(toolbox, {
        projectPath: project.folder,
        select,
        command: 'test',
        historyFrom: undefined,
        isFull,
        signal: undefined,
      }),
    model: (result, name) => {
      const found = result.models.find(({ model }) => model === name);
      if (found === undefined) throw new Error(`no model ${name}`);
      return found;
    },
    query: (sql, values = []) => database.query(sql, [...values]),
    person: (id) => sandbox.admin.person({ id })?.attributes,
    events: () => sandbox.admin.events().map(({ attributes }) => String(attributes['order_id'])),
    close: async () => {
      project.remove();
      await sandbox.close();
      await database.drop();
    },
  };
}
