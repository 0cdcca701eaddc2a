import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import { expect, it } from 'vitest';
import { sync } from '../../src/app/sync.ts';
import { startSandbox } from '../../src/sandbox/start-sandbox.ts';
import { createDatabase, describeOnServers } from '../servers/servers.ts';
import { toolboxAt } from '../support/chosen-time.ts';
import { describeWithShared } from '../support/shared-data.ts';
import { emptyProject } from '../support/test-project.ts';

const NOW = Date.parse('2025-03-31T12:00:00Z') / 1000;

const MILLRACE_YML = `namespace: platform
identity: { canonical: email }
mysql: { url: "\${MYSQL_URL}" }
customerio:
  region: us
  site_id: \${CUSTOMERIO_SITE_ID}
  api_key: \${CUSTOMERIO_API_KEY}
  track_url: \${CUSTOMERIO_TRACK_URL}
`;

const COMMON_YML = `kind: abandonment
event: cart_abandoned
cart: cart_id
after: 60m
not_after: 7d
person: { email: email }
`;

/** Whose carts they are: an event alone would make nobody. */
const PEOPLE_YML = `kind: people
person: { email: email }
attributes: {}
`;

/** A people model has no `:since`: it is always about everybody. */
function peopleSql(carts: string): string {
  return `SELECT DISTINCT email FROM (${carts.replaceAll(':since', "'2000-01-01'")}) AS carts`;
}

interface Platform {
  readonly yml: string;
  readonly sql: string;
}

const PLATFORMS: Readonly<Record<string, Platform>> = {
  magento2: {
    yml: `last_activity_at: changed_at
item_count: items_count
converted_at: ordered_at
properties:
  cart_value: { type: decimal }
`,
    sql: `SELECT q.entity_id AS cart_id, LOWER(TRIM(COALESCE(c.email, q.customer_email))) AS email,
       i.changed_at, COALESCE(q.items_count, 0) AS items_count, q.base_grand_total AS cart_value,
       (SELECT MAX(o.created_at) FROM sales_order o WHERE o.quote_id = q.entity_id) AS ordered_at
  FROM quote q
  LEFT JOIN customer_entity c ON c.entity_id = q.customer_id
  JOIN (SELECT quote_id, MAX(updated_at) AS changed_at FROM quote_item
         WHERE parent_item_id IS NULL GROUP BY quote_id) i ON i.quote_id = q.entity_id
 WHERE q.is_active = 1 AND i.changed_at >= :since`,
  },
  woocommerce: {
    yml: `last_activity_at: { column: changed_at, time_zone: America/New_York }
superseded_by:
  orders: |
    SELECT LOWER(o.billing_email) AS email, d.date_paid_gmt AS paid_at
      FROM wp_wc_orders o JOIN wp_wc_order_operational_data d ON d.order_id = o.id
     WHERE o.type = 'shop_order' AND d.date_paid_gmt >= :since
  person: email
  ordered_at: paid_at
properties:
  cart_value: { type: decimal }
`,
    sql: `SELECT c.id AS cart_id, LOWER(TRIM(c.email)) AS email, c.time AS changed_at, c.cart_total AS cart_value
  FROM wp_cartflows_ca_cart_abandonment c
 WHERE c.order_status IN ('normal', 'abandoned') AND COALESCE(c.unsubscribed, 0) = 0 AND c.email <> ''`,
  },
  shopware6: {
    yml: `last_activity_at: changed_at
superseded_by:
  orders: |
    SELECT LOWER(TRIM(c.email)) AS email, o.order_date_time AS ordered_at
      FROM order_customer oc
      JOIN \`order\` o ON o.id = oc.order_id AND o.version_id = oc.version_id
      JOIN customer c ON c.id = oc.customer_id
     WHERE oc.version_id = 0x0FA91CE3E96A4BC2BE4BD9CE752C3425 AND o.order_date_time >= :since
  person: email
  ordered_at: ordered_at
`,
    sql: `SELECT c.token AS cart_id, LOWER(TRIM(cu.email)) AS email, c.created_at AS changed_at
  FROM cart c
  JOIN sales_channel_api_context x ON x.token = c.token
  JOIN customer cu ON cu.id = x.customer_id AND cu.active = 1
 WHERE c.created_at >= :since`,
  },
};

/** Real schemas hold zero dates and several statements in one file. */
async function load(url: string, folder: string): Promise<void> {
  const connection = await createConnection({ uri: url, multipleStatements: true, charset: 'utf8mb4' });
  try {
    await connection.query("SET SESSION sql_mode = '', time_zone = '+00:00'");
    for (const file of ['schema.sql', 'seed.sql']) {
      await connection.query(readFileSync(join(folder, file), 'utf8'));
    }
  } finally {
    await connection.end();
  }
}

function expectedEvents(folder: string) {
  return readFileSync(join(folder, 'expected/events_cart_abandoned.tsv'), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [, , email, occurredAt = '', amount] = line.split('\t');
      const timestamp = Math.floor(Date.parse(`${occurredAt.replace(' ', 'T')}Z`) / 1000);
      return { email, timestamp, amount: amount === undefined ? undefined : Number(amount) };
    });
}

for (const [name, { yml, sql }] of Object.entries(PLATFORMS)) {
  describeWithShared(`platforms/${name}`, `Abandoned carts of ${name}`, (folder) => {
    describeOnServers(`abandoned carts of ${name}`, (server) => {
      it('are exactly those that were found by hand', async () => {
        const database = await createDatabase(server);
        await load(database.url, folder);
        const sandbox = await startSandbox({ clock: { startAtMs: NOW * 1000 } });
        const project = emptyProject({ mysqlUrl: database.url, trackUrl: sandbox.url });
        try {
          await project.write('millrace.yml', MILLRACE_YML);
          await project.write('models/carts.yml', COMMON_YML + yml);
          await project.write('models/carts.sql', sql);
          await project.write('models/people.yml', PEOPLE_YML);
          await project.write('models/people.sql', peopleSql(sql));
          const options = {
            projectPath: project.folder,
            select: [],
            command: 'test',
            historyFrom: NOW - 30 * 86_400,
            signal: undefined,
          };
          const toolbox = toolboxAt({ now: NOW });
          await sync(toolbox, options);
          const events = sandbox.admin.events().map(({ person, timestamp, attributes }) => ({
            email: person?.email,
            timestamp,
            amount: attributes['cart_value'],
          }));
          expect(events).toEqual(expectedEvents(folder));
          await sync(toolbox, options);
          expect(sandbox.admin.events()).toHaveLength(events.length);
        } finally {
          project.remove();
          await sandbox.close();
        }
      });
    });
  });
}
