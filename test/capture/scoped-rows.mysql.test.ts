import { afterAll, beforeAll, expect, it } from 'vitest';
import { validate } from '../../src/app/validate.ts';
import { loadShop } from '../../src/demo/load-shop.ts';
import { makeShop } from '../../src/demo/shop-data.ts';
import { createDatabase, describeOnServers, type TestDatabase } from '../servers/servers.ts';
import { toolboxAt } from '../support/chosen-time.ts';
import { emptyProject, projectFrom, type TestProject } from '../support/test-project.ts';

const NOWHERE = 'http://127.0.0.1:1';
const now = Math.floor(Date.now() / 1000);

const check = async (project: TestProject, scopeKeys: number) => {
  const { scoped } = await validate(toolboxAt({ now }), {
    projectPath: project.folder,
    select: [],
    isConnected: true,
    isSampled: false,
    scopeKeys,
  });
  return { compared: Object.fromEntries(scoped?.compared ?? []), advice: scoped?.advice ?? [] };
};

describeOnServers('scoped rows of the shop', (server) => {
  let database: TestDatabase;
  let project: TestProject;

  beforeAll(async () => {
    database = await createDatabase(server);
    await loadShop(database.url, makeShop({ customers: 900, now, seed: 5 }));
    project = projectFrom('examples/shop', { mysqlUrl: database.url, trackUrl: NOWHERE });
  });
  afterAll(() => project.remove());

  it('are those of the whole query, also after deletes, and no table is read whole for them', async () => {
    const all = {
      customers: 400,
      order_placed: 400,
      refund_issued: expect.any(Number),
      subscription_canceled: expect.any(Number),
      checkout_started: expect.any(Number),
      cart_updated: expect.any(Number),
    };
    expect(await check(project, 400)).toEqual({ compared: all, advice: [] });
    for (const table of ['customers', 'orders', 'order_items', 'refunds', 'subscriptions']) {
      await database.execute(`DELETE FROM ${table} WHERE id % 3 = 0`);
    }
    expect(await check(project, 400)).toEqual({ compared: all, advice: [] });
  });

  it('differ when a part counts over several keys, or the outer query has no scope', async () => {
    const broken = projectFrom('examples/shop', { mysqlUrl: database.url, trackUrl: NOWHERE });
    try {
      broken.edit('models/people/customers.sql', 'PARTITION BY o.customer_id', 'PARTITION BY o.currency');
      await expect(check(broken, 300)).rejects.toMatchObject({
        code: 'scope_differs',
        problems: [{ message: expect.stringMatching(/^of 300 keys, .*: rows are others for \d+$/), line: 8 }],
      });
      broken.edit('models/people/customers.sql', '/* scope: c.id */', '');
      await expect(check(broken, 10)).rejects.toMatchObject({
        problems: [{ message: expect.stringMatching(/rows came for \d+ that were not asked for/) }],
      });
    } finally {
      broken.remove();
    }
  });

  it('are read with a table scan when an index is missing, which is told with the index', async () => {
    await database.execute('DROP INDEX by_customer ON orders');
    const { advice } = await check(project, 0);
    expect(advice.map(({ hint }) => hint)).toContainEqual(
      expect.stringMatching(/^CREATE INDEX by_key ON `orders` \(`customer_id`\)/),
    );
  });
});

/** Types of keys, and keys that are easily mistaken for each other. */
const KEYS: readonly (readonly [type: string, keys: readonly string[]])[] = [
  [
    'BIGINT UNSIGNED',
    ['18446744073709551615', '18446744073709551614', '9007199254740993', '9007199254740992', '1'],
  ],
  ['INT(8) ZEROFILL', ['7', '70', '700']],
  ['DECIMAL(20,2)', ['1.50', '1.05', '100']],
  ['VARCHAR(40)', ["o'neill", '007', '7', '😀', 'back\\slash', '100%', 'a_b', '"q"', 'tab\there', 'é']],
  ['VARCHAR(40) COLLATE utf8mb4_bin', ['a', 'A', 'é', 'e', "x'y"]],
  ['VARCHAR(40) CHARACTER SET latin1', ['ä', 'b', "c'd"]],
  ["ENUM('red', 'blue', '1')", ['red', 'blue', '1']],
];

describeOnServers('scoped rows by keys of every sort', (server) => {
  it.each(KEYS)('%s', async (type, keys) => {
    const database = await createDatabase(server);
    const project = emptyProject({ mysqlUrl: database.url, trackUrl: NOWHERE });
    try {
      await database.execute(
        `CREATE TABLE people (id ${type} NOT NULL PRIMARY KEY, name VARCHAR(40))`,
        'CREATE TABLE filler (n INT PRIMARY KEY)',
      );
      for (const key of keys) await database.query('INSERT INTO people VALUES (?, ?)', [key, `of ${key}`]);
      await project.write(
        'millrace.yml',
        'namespace: acme\nidentity: { canonical: id }\nmysql: { url: "${MYSQL_URL}" }\ncustomerio: { region: us, site_id: "${CUSTOMERIO_SITE_ID}", api_key: "${CUSTOMERIO_API_KEY}" }\n',
      );
      await project.write(
        'models/people.yml',
        'kind: people\nperson: { id: id }\nattributes:\n  name: { type: string, when_null: keep }\n',
      );
      await project.write(
        'models/people.sql',
        'SELECT p.id, p.name FROM people p WHERE TRUE /* scope: p.id */',
      );
      // One key after the other, too: then a key that brings another one's row is seen.
      for (const size of [1, 2, 50]) {
        const { compared } = await check(project, size);
        expect(compared['people']).toBe(Math.min(size, keys.length));
      }
    } finally {
      project.remove();
    }
  });
});
