import type { SandboxOptions } from '../../src/sandbox/start-sandbox.ts';
import { type RunningSandbox, startSandbox } from '../../src/sandbox/start-sandbox.ts';
import { connectTo } from '../../src/sandbox/testing/sandbox-client.ts';
import type { TestServer } from '../servers/provided-servers.ts';
import { createDatabase, type TestDatabase } from '../servers/servers.ts';
import { emptyProject, type TestProject } from '../support/test-project.ts';

/** A shop whose tables name people by different keys, a sandbox and a project between them. */
export interface IdentityShop {
  readonly database: TestDatabase;
  readonly sandbox: RunningSandbox;
  readonly project: TestProject;
  customer(
    id: string,
    email: string | null,
    more?: { readonly name?: string; readonly phone?: string },
  ): Promise<void>;
  /** An order of now, or of some hours ago. */
  order(
    orderId: string,
    by: {
      readonly id?: string;
      readonly email?: string;
      readonly device?: string;
      readonly visitor?: string;
    },
    hoursAgo?: number,
  ): Promise<void>;
  /** Somebody comes to Customer.io from elsewhere, or changes something there. */
  elsewhere(
    identifiers: { readonly id: string } | { readonly email: string },
    attributes?: Readonly<Record<string, unknown>>,
  ): Promise<void>;
  /** Syncs, which must succeed. @returns what the command answers as JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into it freely
  sync(argv?: readonly string[]): Promise<any>;
  close(): Promise<void>;
}

export interface IdentityShopOptions {
  /** The `identity:` section, in braces. */
  readonly identity: string;
  readonly region?: 'us' | 'eu';
  /** Lines added to the orders model. */
  readonly orders?: string;
  readonly customersPerson?: string;
  /** Attributes of the customers besides `name`, in YAML, and their columns. */
  readonly customersAttributes?: string;
  readonly customersColumns?: string;
  readonly ordersPerson?: string;
  readonly hasAppKey?: boolean;
  readonly sandbox?: SandboxOptions;
}

export async function openIdentityShop(
  server: TestServer,
  options: IdentityShopOptions,
): Promise<IdentityShop> {
  const database = await createDatabase(server);
  await database.execute(
    `CREATE TABLE customers (id VARCHAR(100) COLLATE utf8mb4_bin, email VARCHAR(100) COLLATE utf8mb4_bin, name VARCHAR(100),
       phone VARCHAR(40), created_at DATETIME)`,
    'CREATE TABLE logins (customer_id VARCHAR(100) COLLATE utf8mb4_bin, email VARCHAR(100), phone VARCHAR(40), device VARCHAR(40))',
    `CREATE TABLE orders (order_id VARCHAR(40) PRIMARY KEY, customer_id VARCHAR(100) COLLATE utf8mb4_bin, email VARCHAR(100),
       device VARCHAR(40), visitor VARCHAR(40), paid_at DATETIME, amount DECIMAL(10,2))`,
  );
  const region = options.region ?? 'us';
  const sandbox = await startSandbox({ region, requestLog: 'bodies', ...options.sandbox });
  const client = connectTo(sandbox);
  const project = emptyProject({
    mysqlUrl: database.url,
    trackUrl: sandbox.url,
    appKey: options.hasAppKey === true ? 'sandbox-app' : '',
  });
  await writeProject(project, options, region);
  return {
    database,
    sandbox,
    project,
    customer: async (id, email, { name = 'N', phone } = {}) => {
      await database.query('INSERT INTO customers VALUES (?, ?, ?, ?, UTC_TIMESTAMP())', [
        id,
        email,
        name,
        phone ?? null,
      ]);
    },
    order: async (orderId, { id, email, device, visitor }, hoursAgo = 0) => {
      await database.query(
        'INSERT INTO orders VALUES (?, ?, ?, ?, ?, UTC_TIMESTAMP() - INTERVAL ? HOUR, 12.50)',
        [orderId, id ?? null, email ?? null, device ?? null, visitor ?? null, hoursAgo],
      );
    },
    elsewhere: async (identifiers, attributes = {}) => {
      await client.entity({ type: 'person', action: 'identify', identifiers, attributes });
    },
    sync: async (argv = []) => {
      const { exitCode, stdout, stderr } = await project.run(['sync', ...argv, '--output', 'json']);
      if (exitCode !== 0) throw new Error(`sync ended with ${exitCode}:\n${stdout}\n${stderr}`);
      return JSON.parse(stdout);
    },
    close: async () => {
      project.remove();
      await client.close();
      await sandbox.close();
      await database.drop();
    },
  };
}

/** Columns of the orders that a model need not use. */
const UNUSED = ['email', 'device', 'visitor', 'customer_id'];

async function writeProject(
  project: TestProject,
  { identity, orders = '', customersPerson, ordersPerson, ...more }: IdentityShopOptions,
  region: string,
): Promise<void> {
  await project.write(
    'millrace.yml',
    `namespace: identity-shop
identity: ${identity}
mysql: { url: "\${MYSQL_URL}" }
customerio:
  region: ${region}
  site_id: \${CUSTOMERIO_SITE_ID}
  api_key: \${CUSTOMERIO_API_KEY}
  app_key: \${CUSTOMERIO_APP_KEY}
  app_url: \${CUSTOMERIO_TRACK_URL}
  track_url: \${CUSTOMERIO_TRACK_URL}
`,
  );
  const isById = /canonical: id/.test(identity);
  const person = customersPerson ?? '{ id: id, email: email, phone: phone }';
  await project.write(
    'models/customers.yml',
    `kind: people\nperson: ${person}\nattributes:\n  name: { type: string, when_null: keep }\n${more.customersAttributes ?? ''}`,
  );
  await project.write(
    'models/customers.sql',
    `SELECT id, email, phone, name${more.customersColumns ?? ''} FROM customers\n`,
  );
  await project.write(
    'models/identities.yml',
    isById
      ? 'kind: identities\nperson: { id: customer_id, email: email, phone: phone, device: device }\n'
      : 'kind: identities\nperson: { email: email, id: customer_id, phone: phone, device: device }\n',
  );
  await project.write('models/identities.sql', 'SELECT customer_id, email, phone, device FROM logins\n');
  const columns = ordersPerson ?? '{ id: customer_id, email: email, device: device }';
  await project.write(
    'models/orders.yml',
    `kind: event
event: order_placed
event_id: order_id
occurred_at: paid_at
person: ${columns}
${orders}ignore_columns: [${UNUSED.filter((column) => !columns.includes(column)).join(', ')}]
properties:
  amount: { type: decimal }
`,
  );
  await project.write(
    'models/orders.sql',
    'SELECT order_id, customer_id, email, device, visitor, paid_at, amount FROM orders\n',
  );
}

/** Events that the sandbox holds: order → identifiers of its person. */
export function ordersOf(sandbox: RunningSandbox): Readonly<Record<string, string>> {
  return Object.fromEntries(
    sandbox.admin
      .events()
      .map(({ attributes, person }) => [String(attributes['order_id']), String(person?.id ?? person?.email)]),
  );
}
