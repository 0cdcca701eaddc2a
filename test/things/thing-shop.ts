import { openAppApi } from '../../src/adapters/customerio/open-app-api.ts';
import { type PlanCommandResult, plan } from '../../src/app/plan.ts';
import { sync } from '../../src/app/sync.ts';
import type { RunResult } from '../../src/app/write-run.ts';
import type { ModelResult } from '../../src/core/state/run.ts';
import { type RunningSandbox, type SandboxOptions, startSandbox } from '../../src/sandbox/start-sandbox.ts';
import type { TestServer } from '../servers/provided-servers.ts';
import { createDatabase, type TestDatabase } from '../servers/servers.ts';
import { toolboxAt } from '../support/chosen-time.ts';
import { emptyProject, type TestProject } from '../support/test-project.ts';

/** Customers, companies and who works where; a sandbox, and a project between them. */
export interface ThingShop {
  readonly database: TestDatabase;
  readonly sandbox: RunningSandbox;
  readonly project: TestProject;
  /** Writes both files of a model. */
  model(name: string, yaml: string, sql: string): Promise<void>;
  run(): Promise<RunResult>;
  /** Syncs everything; what became of one model. */
  sync(model: string): Promise<ModelResult>;
  plan(): Promise<PlanCommandResult>;
  /** `action subject` of each item sent since the last call, in the order of sending. */
  sent(): readonly string[];
  close(): Promise<void>;
}

export interface ThingShopOptions {
  readonly canonical?: 'id' | 'email';
  readonly sandbox?: SandboxOptions;
  readonly hasAppKey?: boolean;
}

export async function openThingShop(
  server: TestServer,
  { canonical = 'id', sandbox: sandboxOptions, hasAppKey = true }: ThingShopOptions = {},
): Promise<ThingShop> {
  const database = await createDatabase(server);
  await database.execute(
    'CREATE TABLE customers (id VARCHAR(40) PRIMARY KEY, email VARCHAR(100), points INT NULL)',
    "INSERT INTO customers VALUES ('1', 'a@x.example', 1), ('2', 'b@x.example', 2), ('3', 'c@x.example', 3)",
    'CREATE TABLE companies (company_id VARCHAR(200), name VARCHAR(2000), seats INT NULL, founded DATETIME NULL)',
    'CREATE TABLE staff (customer_id VARCHAR(40), email VARCHAR(100), company_id VARCHAR(200), job VARCHAR(100) NULL)',
  );
  const sandbox = await startSandbox({ requestLog: 'bodies', ...sandboxOptions });
  const project = emptyProject({ mysqlUrl: database.url, trackUrl: sandbox.url });
  await project.write('millrace.yml', projectYaml(canonical, hasAppKey));
  const model: ThingShop['model'] = async (name, yaml, sql) => {
    await project.write(`models/${name}.yml`, yaml);
    await project.write(`models/${name}.sql`, `${sql}\n`);
  };
  await model(
    'customers',
    'kind: people\nperson: { id: id, email: email }\nattributes:\n  points: { type: integer, when_null: clear }\n',
    'SELECT id, email, points FROM customers',
  );
  const clock = { now: Math.floor(Date.now() / 1000) };
  const toolbox = { ...toolboxAt(clock), openAppApi };
  const options = { projectPath: project.folder, select: [], historyFrom: undefined, signal: undefined };
  const run = () => sync(toolbox, { ...options, command: 'test' });
  let read = 0;
  return {
    database,
    sandbox,
    project,
    model,
    run,
    sync: async (name) => {
      const found = (await run()).models.find((each) => each.model === name);
      if (found === undefined) throw new Error(`the run has no model ${name}`);
      return found;
    },
    plan: () => plan(toolbox, { ...options, samplesMax: 5, isKept: false }),
    sent: () => {
      const requests = sandbox.admin
        .requests()
        .filter(({ method, path }) => method === 'POST' && path.startsWith('/api/'));
      const fresh = requests.slice(read);
      read = requests.length;
      return fresh.flatMap(({ path, body }) => itemsOf(path, body ?? '{}'));
    },
    close: async () => {
      project.remove();
      await sandbox.close();
      await database.drop();
    },
  };
}

function projectYaml(canonical: string, hasAppKey: boolean): string {
  return `namespace: things
time_zone: UTC
identity: { canonical: ${canonical} }
mysql: { url: "\${MYSQL_URL}" }
customerio:
  region: us
  site_id: \${CUSTOMERIO_SITE_ID}
  api_key: \${CUSTOMERIO_API_KEY}
  track_url: \${CUSTOMERIO_TRACK_URL}
${hasAppKey ? '  app_key: ${CUSTOMERIO_APP_KEY}\n  app_url: ${CUSTOMERIO_APP_URL}\n' : ''}`;
}

interface SentItem {
  readonly action: string;
  readonly identifiers: Readonly<Record<string, string>>;
}

/** v2 items by action and identifiers; calls of v1 by their path and ids. */
function itemsOf(path: string, body: string): readonly string[] {
  const { batch, ids } = JSON.parse(body) as {
    readonly batch?: readonly SentItem[];
    readonly ids?: readonly string[];
  };
  if (ids !== undefined) return [`${path.split('/').slice(4).join(' ')} ${ids.join(',')}`];
  return (batch ?? []).map(({ action, identifiers }) => `${action} ${Object.values(identifiers).join(' ')}`);
}
