import { type RunningSandbox, type SandboxOptions, startSandbox } from '../../src/sandbox/start-sandbox.ts';
import { connectTo, type SandboxClient } from '../../src/sandbox/testing/sandbox-client.ts';
import type { TestServer } from '../servers/provided-servers.ts';
import { createDatabase, type TestDatabase } from '../servers/servers.ts';
import { emptyProject, type TestProject } from './test-project.ts';

export interface ConsentShopOptions {
  readonly canonical?: 'id' | 'email';
  readonly region?: 'us' | 'eu';
  /** Write `allow_opt_in` and `consent_at`. */
  readonly allowOptIn?: boolean;
  readonly appKey?: string;
  readonly sandbox?: SandboxOptions;
  /** Under `guardrails:`. */
  readonly guardrails?: string;
}

/** Customers with three consents, a sandbox and a project between them. */
export interface ConsentShop {
  readonly database: TestDatabase;
  readonly sandbox: RunningSandbox;
  readonly client: SandboxClient;
  readonly project: TestProject;
  /** Runs a statement over the customers. */
  shop(statement: string): Promise<void>;
  /** What Customer.io holds of a person, by number. */
  held(id: number): Readonly<Record<string, unknown>> | undefined;
  /** The person changes something at Customer.io, as in its preference centre. */
  answers(id: number, attributes: Readonly<Record<string, unknown>>): Promise<void>;
  /** Items sent by Millrace since the last call, parsed, in the order of sending. */
  sent(): readonly SentItem[];
  close(): Promise<void>;
}

export interface SentItem {
  readonly action: string;
  readonly identifiers: Readonly<Record<string, string>>;
  readonly attributes: Readonly<Record<string, unknown>>;
}

export const SMS = 'sms_opt_in';
export const EMAIL = 'unsubscribed';
export const TOPIC = 'cio_subscription_preferences.topics.topic_3';

export function emailOf(id: number): string {
  return `person${id}@x.example`;
}

export async function openConsentShop(
  server: TestServer,
  { canonical = 'id', region = 'us', allowOptIn = false, ...more }: ConsentShopOptions = {},
): Promise<ConsentShop> {
  const database = await createDatabase(server);
  await database.execute(
    `CREATE TABLE customers (
      id INT PRIMARY KEY, email VARCHAR(100), name VARCHAR(100) NOT NULL DEFAULT 'x', points INT NULL,
      email_consent TINYINT NULL, email_consent_at DATETIME NULL,
      sms TINYINT(1) NULL, sms_at DATETIME NULL,
      newsletter TINYINT NULL, newsletter_at DATETIME NULL)`,
  );
  const sandbox = await startSandbox({ region, requestLog: 'bodies', ...more.sandbox });
  const client = connectTo(sandbox);
  const project = emptyProject({
    mysqlUrl: database.url,
    trackUrl: sandbox.url,
    ...(more.appKey !== undefined && { appKey: more.appKey }),
  });
  await writeProject(project, { canonical, region, allowOptIn, guardrails: more.guardrails ?? '{}' });
  const person = (id: number) => (canonical === 'id' ? { id: String(id) } : { email: emailOf(id) });
  let read = 0;
  return {
    database,
    sandbox,
    client,
    project,
    shop: async (statement) => void (await database.execute(statement)),
    held: (id) => sandbox.admin.person(person(id))?.attributes,
    answers: async (id, attributes) => {
      await client.entity({ type: 'person', action: 'identify', identifiers: person(id), attributes });
    },
    sent: () => {
      const batches = sandbox.admin.requests().filter(({ path }) => path === '/api/v2/batch');
      const fresh = batches.slice(read);
      read = batches.length;
      return fresh.flatMap(({ body }) => (JSON.parse(body ?? '{}') as { batch: SentItem[] }).batch);
    },
    close: async () => {
      project.remove();
      await client.close();
      await sandbox.close();
      await database.drop();
    },
  };
}

async function writeProject(
  project: TestProject,
  options: {
    readonly canonical: string;
    readonly region: string;
    readonly allowOptIn: boolean;
    readonly guardrails: string;
  },
): Promise<void> {
  await project.write(
    'millrace.yml',
    `namespace: consents
time_zone: UTC
identity: { canonical: ${options.canonical} }
mysql: { url: "\${MYSQL_URL}" }
customerio:
  region: ${options.region}
  site_id: \${CUSTOMERIO_SITE_ID}
  api_key: \${CUSTOMERIO_API_KEY}
  app_key: \${CUSTOMERIO_APP_KEY}
  track_url: \${CUSTOMERIO_TRACK_URL}
  app_url: \${CUSTOMERIO_APP_URL}
guardrails: ${options.guardrails}
`,
  );
  const allow = (column: string): string =>
    options.allowOptIn ? `, allow_opt_in: true, consent_at: ${column}` : '';
  const unused = options.allowOptIn ? '' : 'ignore_columns: [email_consent_at, sms_at, newsletter_at]\n';
  await project.write(
    'models/customers.yml',
    `kind: people
person: { id: id, email: email }
${unused}attributes:
  name: { type: string }
  points: { type: integer, when_null: keep }
  email_consent: { type: boolean, role: consent(email)${allow('email_consent_at')} }
  sms_opt_in: { type: boolean, column: sms, role: consent(sms)${allow('sms_at')} }
  newsletter: { type: boolean, role: consent(topic 3)${allow('newsletter_at')} }
`,
  );
  await project.write(
    'models/customers.sql',
    `SELECT id, email, name, points, email_consent, email_consent_at, sms, sms_at, newsletter, newsletter_at
  FROM customers ORDER BY id
`,
  );
}
