import { type RunningSandbox, startSandbox } from '../../src/sandbox/start-sandbox.ts';
import type { TestServer } from '../servers/provided-servers.ts';
import { createDatabase, type TestDatabase } from '../servers/servers.ts';
import { emptyProject, type TestProject } from '../support/test-project.ts';

/** Two hundred customers, their tiers in a table of their own, and an answer to e-mail. */
export interface TierShop {
  readonly database: TestDatabase;
  readonly sandbox: RunningSandbox;
  readonly project: TestProject;
  /** Items of batches sent since the last call, as texts. */
  sent(): readonly string[];
  /** What Customer.io holds of a person. */
  held(id: number): Readonly<Record<string, unknown>> | undefined;
  close(): Promise<void>;
}

export const TIER_PEOPLE = 200;

export const TIER_YAML = `kind: people
person: { id: id }
attributes:
  vip_tier: { type: string, one_of: [none, gold], when_null: clear }
  points: { type: decimal, when_null: clear }
  last_order_at: { type: timestamp, when_null: clear }
  email_consent: { type: boolean, role: consent(email) }
`;

export const TIER_SQL = `SELECT c.id, t.vip_tier, c.points, c.last_order_at, c.email_consent
FROM customers c LEFT JOIN tiers t ON t.customer_id = c.id
`;

export async function openTierShop(server: TestServer): Promise<TierShop> {
  const database = await createDatabase(server);
  const ids = Array.from({ length: TIER_PEOPLE }, (_, index) => index + 1);
  await database.execute(
    `CREATE TABLE customers (id INT PRIMARY KEY, points DECIMAL(10,2) NULL, last_order_at DATETIME NULL,
       email_consent TINYINT NULL)`,
    `INSERT INTO customers VALUES ${ids.map((id) => `(${id}, 10.50, '2026-03-01 10:00:00', 1)`).join(', ')}`,
    'CREATE TABLE tiers (customer_id INT PRIMARY KEY, vip_tier VARCHAR(10) NOT NULL)',
    `INSERT INTO tiers VALUES ${ids.map((id) => `(${id}, 'gold')`).join(', ')}`,
  );
  const sandbox = await startSandbox({ requestLog: 'bodies' });
  const project = emptyProject({ mysqlUrl: database.url, trackUrl: sandbox.url });
  await project.write(
    'millrace.yml',
    `namespace: tier-shop
identity: { canonical: id }
mysql: { url: "\${MYSQL_URL}" }
customerio: { region: us, site_id: s, api_key: "\${CUSTOMERIO_API_KEY}", track_url: "\${CUSTOMERIO_TRACK_URL}" }
`,
  );
  project.edit('millrace.yml', 'site_id: s', 'site_id: "${CUSTOMERIO_SITE_ID}"');
  await project.write('models/customers.yml', TIER_YAML);
  await project.write('models/customers.sql', TIER_SQL);
  let read = 0;
  return {
    database,
    sandbox,
    project,
    sent: () => {
      const batches = sandbox.admin.requests().filter(({ path }) => path === '/api/v2/batch');
      const items = batches
        .slice(read)
        .flatMap(({ body }) => (JSON.parse(String(body)) as { readonly batch: readonly unknown[] }).batch);
      read = batches.length;
      return items.map((item) => JSON.stringify(item));
    },
    held: (id) => sandbox.admin.people().find((person) => person.id === String(id))?.attributes,
    close: async () => {
      project.remove();
      await sandbox.close();
      await database.drop();
    },
  };
}
