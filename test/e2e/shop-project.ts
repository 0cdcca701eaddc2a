import type { SandboxOptions } from '../../src/sandbox/start-sandbox.ts';
import { type RunningSandbox, startSandbox } from '../../src/sandbox/start-sandbox.ts';
import type { TestServer } from '../servers/provided-servers.ts';
import { createDatabase, type TestDatabase } from '../servers/servers.ts';
import { emptyProject, type TestProject } from '../support/test-project.ts';

/** A small shop, a sandbox and a project between them. */
export interface SmallShop {
  readonly database: TestDatabase;
  readonly sandbox: RunningSandbox;
  readonly project: TestProject;
  /** Another project folder over the same shop and workspace, as on another machine: state left behind. */
  cloneProject(): Promise<TestProject>;
  /** Adds a paid order of now. */
  order(orderId: string, customerId: number): Promise<void>;
  close(): Promise<void>;
}

const MILLRACE_YML = `namespace: small-shop
identity: { canonical: id }
mysql: { url: "\${MYSQL_URL}" }
customerio:
  region: us
  site_id: \${CUSTOMERIO_SITE_ID}
  api_key: \${CUSTOMERIO_API_KEY}
  app_key: \${CUSTOMERIO_APP_KEY}
  track_url: \${CUSTOMERIO_TRACK_URL}
  app_url: \${CUSTOMERIO_APP_URL}
`;

const CUSTOMERS_YML = `kind: people
person: { id: id, email: email }
attributes:
  name: { type: string, when_null: keep }
  points: { type: integer, when_null: clear }
`;

const ORDERS_YML = `kind: event
event: order_placed
event_id: order_id
occurred_at: paid_at
person: { id: customer_id }
properties:
  amount: { type: decimal }
`;

/** Three customers, no orders. */
export async function openSmallShop(
  server: TestServer,
  sandboxOptions: SandboxOptions = {},
): Promise<SmallShop> {
  const database = await createDatabase(server);
  await database.execute(
    'CREATE TABLE customers (id INT PRIMARY KEY, email VARCHAR(100), name VARCHAR(100), points INT)',
    "INSERT INTO customers VALUES (1, 'a@x.example', 'Anna', 10), (2, 'b@x.example', NULL, NULL), (3, 'c@x.example', 'Çelik 😀', 30)",
    'CREATE TABLE orders (order_id VARCHAR(40) PRIMARY KEY, customer_id INT, paid_at DATETIME NULL, amount DECIMAL(10,2))',
  );
  const sandbox = await startSandbox(sandboxOptions);
  const connections = { mysqlUrl: database.url, trackUrl: sandbox.url };
  const makeProject = async () => {
    const project = emptyProject(connections);
    await project.write('millrace.yml', MILLRACE_YML);
    await project.write('models/customers.yml', CUSTOMERS_YML);
    await project.write('models/customers.sql', 'SELECT id, email, name, points FROM customers\n');
    await project.write('models/orders.yml', ORDERS_YML);
    await project.write('models/orders.sql', 'SELECT order_id, customer_id, paid_at, amount FROM orders\n');
    return project;
  };
  const project = await makeProject();
  return {
    database,
    sandbox,
    project,
    cloneProject: async () => {
      const clone = await makeProject();
      if (project.exists('millrace.lock')) await clone.write('millrace.lock', project.read('millrace.lock'));
      return clone;
    },
    order: async (orderId, customerId) => {
      await database.query('INSERT INTO orders VALUES (?, ?, UTC_TIMESTAMP(), 12.50)', [orderId, customerId]);
    },
    close: async () => {
      project.remove();
      await sandbox.close();
      await database.drop();
    },
  };
}
