import { afterEach, beforeEach, expect, it } from 'vitest';
import { sync } from '../../src/app/sync.ts';
import { eventIdBytes, eventIdText } from '../../src/core/identity/event-id.ts';
import { type RunningSandbox, startSandbox } from '../../src/sandbox/start-sandbox.ts';
import { createDatabase, describeOnServers, type TestDatabase } from '../servers/servers.ts';
import { toolboxAt } from '../support/chosen-time.ts';
import { emptyProject, type TestProject } from '../support/test-project.ts';

const MILLRACE_YML = `namespace: acme
identity: { canonical: id }
mysql: { url: "\${MYSQL_URL}" }
customerio:
  region: us
  site_id: \${CUSTOMERIO_SITE_ID}
  api_key: \${CUSTOMERIO_API_KEY}
  track_url: \${CUSTOMERIO_TRACK_URL}
`;

const CARTS_YML = `kind: abandonment
event: cart_abandoned
cart: cart_id
last_activity_at: updated_at
item_count: items
converted_at: ordered_at
after: 30m
not_after: 24h
person: { id: customer_id }
properties:
  items: { type: integer }
`;

const at = (clock: string) => Date.parse(`2026-11-23T${clock}Z`) / 1000;
const idOf = (...parts: readonly string[]) => eventIdText(eventIdBytes('acme', 'cart_abandoned', parts));

describeOnServers('the life of carts', (server) => {
  let database: TestDatabase;
  let sandbox: RunningSandbox;
  let project: TestProject;
  const clock = { now: at('09:00:00') };

  beforeEach(async () => {
    clock.now = at('09:00:00');
    database = await createDatabase(server);
    await database.execute(
      'CREATE TABLE carts (cart_id INT PRIMARY KEY, customer_id INT, updated_at DATETIME NOT NULL, ordered_at DATETIME, items INT NOT NULL)',
    );
    sandbox = await startSandbox({ clock: { source: () => clock.now * 1000 } });
    project = emptyProject({ mysqlUrl: database.url, trackUrl: sandbox.url });
    await project.write('millrace.yml', MILLRACE_YML);
    await project.write('models/carts.yml', CARTS_YML);
    await project.write('models/carts.sql', 'SELECT * FROM carts\n');
    await project.write('models/customers.yml', 'kind: people\nperson: { id: id }\nattributes: {}\n');
    await project.write('models/customers.sql', 'SELECT 7 AS id UNION ALL SELECT 8\n');
    await syncAt('09:00:00');
  });
  afterEach(async () => {
    project.remove();
    await sandbox.close();
    await database.drop();
  });

  const toolbox = toolboxAt(clock);
  const syncAt = async (time: string) => {
    clock.now = at(time);
    const result = await sync(toolbox, {
      projectPath: project.folder,
      select: [],
      command: 'test',
      historyFrom: undefined,
      signal: undefined,
    });
    return result.models.find(({ model }) => model === 'carts');
  };
  const cart = (id: number, time: string, items = 1, customer: number | null = 7) =>
    database.query('REPLACE INTO carts VALUES (?, ?, ?, NULL, ?)', [
      id,
      customer,
      `2026-11-23 ${time}`,
      items,
    ]);
  const sentIds = () => sandbox.admin.events().map(({ id }) => id);

  it('one event when it was quiet, another one when it is opened again, under the promised ids', async () => {
    await cart(77, '10:00:00');
    expect(await syncAt('10:29:59')).toMatchObject({ rows: 1, notDue: 1, operations: 0 });
    expect(await syncAt('10:30:00')).toMatchObject({ accepted: 1 });
    expect(sentIds()).toEqual(['01DXF6DT001G7WGX50QW3GMPAZ']);
    expect(await syncAt('10:31:00')).toMatchObject({ unchanged: 1, operations: 0 });
    await cart(77, '10:20:00');
    expect(await syncAt('11:00:00')).toMatchObject({ unchanged: 1, operations: 0 });
    await cart(77, '11:00:00');
    expect(await syncAt('11:30:00')).toMatchObject({ accepted: 1 });
    expect(sentIds()).toEqual([idOf('77', '2026-11-23 10:00:00'), idOf('77', '2026-11-23 11:00:00')]);
  });

  it('none when it was emptied or bought, or is too old', async () => {
    await cart(1, '10:00:00', 0, 1);
    await cart(2, '10:00:00', 1, 2);
    await database.execute("UPDATE carts SET ordered_at = '2026-11-23 10:05:00' WHERE cart_id = 2");
    expect(await syncAt('10:40:00')).toMatchObject({ rows: 2, notDue: 2, operations: 0 });
    await cart(3, '10:00:00', 1, 3);
    clock.now = at('10:00:00') + 86_401;
    const later = new Date(clock.now * 1000).toISOString();
    expect(later).toBe('2026-11-24T10:00:01.000Z');
    await sync(toolbox, {
      projectPath: project.folder,
      select: [],
      command: 'test',
      historyFrom: undefined,
      signal: undefined,
    });
    expect(sandbox.admin.events()).toEqual([]);
  });

  it("one for a guest's cart and the one it becomes at login", async () => {
    await cart(1, '10:00:00', 2, null);
    await syncAt('10:05:00');
    await database.execute('UPDATE carts SET customer_id = 7 WHERE cart_id = 1');
    await cart(2, '10:10:00', 2, 7);
    expect(await syncAt('10:31:00')).toMatchObject({ rows: 2, notDue: 2 });
    expect(await syncAt('10:40:00')).toMatchObject({ accepted: 1 });
    await database.execute('DELETE FROM carts WHERE cart_id = 2');
    expect(await syncAt('10:45:00')).toMatchObject({ unchanged: 1, operations: 0 });
    expect(sentIds()).toEqual([idOf('2', '2026-11-23 10:10:00')]);
  });

  it('the same id when the answer was lost, also when the row has changed since', async () => {
    await cart(77, '10:00:00');
    sandbox.admin.setFaults({
      match: { path: '/api/v2/batch' },
      action: { kind: 'status', status: 401, applied: true },
    });
    await expect(syncAt('10:30:00')).rejects.toMatchObject({ code: 'destination_unauthorised' });
    sandbox.admin.clearFaults();
    await cart(77, '10:20:00');
    expect(await syncAt('10:40:00')).toMatchObject({ operations: 0, notDue: 1 });
    expect(await syncAt('10:50:00')).toMatchObject({ accepted: 1 });
    expect(sentIds()).toEqual([idOf('77', '2026-11-23 10:00:00')]);
  });

  it('by observed change where the source knows no time: silent at first, then once a session', async () => {
    project.edit(
      'models/carts.yml',
      'last_activity_at: updated_at',
      'observe: items\nignore_columns: [updated_at]',
    );
    await cart(1, '10:00:00');
    await database.execute("INSERT INTO carts VALUES (2, 8, '2026-11-20 10:00:00', NULL, 1)");
    expect(await syncAt('10:00:00')).toMatchObject({ notDue: 2 });
    expect(await syncAt('10:40:00')).toMatchObject({ notDue: 2, operations: 0 });
    await cart(1, '10:00:00', 2);
    expect(await syncAt('11:00:00')).toMatchObject({ notDue: 2 });
    expect(await syncAt('11:30:00')).toMatchObject({ accepted: 1 });
    expect(await syncAt('11:35:00')).toMatchObject({ unchanged: 1, operations: 0 });
  });

  it('a throttle lets one event of a cart pass in each hour', async () => {
    await project.write(
      'models/updates.yml',
      `kind: event
event: cart_updated
event_id: cart_id
throttle: 1h
occurred_at: updated_at
person: { id: customer_id }
`,
    );
    await project.write('models/updates.sql', 'SELECT cart_id, customer_id, updated_at FROM carts\n');
    await syncAt('09:30:00');
    for (const time of ['10:00:00', '10:05:00', '10:59:00', '11:00:00', '11:30:00']) {
      await cart(1, time);
      await syncAt(time);
    }
    const times = sandbox.admin.events('cart_updated').map(({ timestamp }) => timestamp);
    expect(times).toEqual([at('10:00:00'), at('11:00:00')]);
  });

  it('two rows of one cart are faults, and neither is spoken of', async () => {
    await cart(1, '10:00:00');
    project.edit(
      'models/carts.sql',
      'FROM carts',
      'FROM (SELECT * FROM carts UNION ALL SELECT * FROM carts) c',
    );
    expect(await syncAt('10:40:00')).toMatchObject({ rows: 2, faults: 2, operations: 0 });
  });
});
