import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { describeOnServers } from '../servers/servers.ts';
import { openSmallShop, type SmallShop } from './shop-project.ts';

describeOnServers('the dictionary', (server) => {
  let shop: SmallShop;

  beforeEach(async () => {
    shop = await openSmallShop(server);
  });
  afterEach(() => shop.close());

  it('is written without a server, and with --sample tells of rows without a value of theirs', async () => {
    const out = `${shop.project.folder}/dictionary`;
    const plain = await shop.project.run(['docs', '--out', out], { environment: { MYSQL_URL: 'nowhere' } });
    expect([plain.exitCode, plain.stdout]).toEqual([0, expect.stringContaining('dictionary.html')]);
    const before = readFileSync(`${out}/dictionary.md`, 'utf8');
    expect(before).toContain('| `points` | integer |');

    await shop.project.run(['sync']);
    const { dictionary } = await shop.project.json(['docs', '--out', out, '--sample']);
    expect(dictionary.sections).toMatchObject([
      {
        name: 'customers',
        rowsMeasured: 3,
        fields: [
          { name: 'email', measure: { nullShare: 0, shapes: ['a@a.a'] } },
          { name: 'name', measure: { nullShare: 1 / 3 } },
          { name: 'points', since: expect.stringMatching(/^20/) },
        ],
      },
      { name: 'order_placed', rowsMeasured: 0 },
    ]);
    const texts = ['md', 'html'].map((ending) => readFileSync(`${out}/dictionary.${ending}`, 'utf8'));
    for (const text of texts) expect(text).not.toMatch(/a@x\.example|Anna|Çelik/);
  });

  it("is published into Customer.io's Data Index", async () => {
    shop.project.edit('models/customers.yml', 'type: integer,', 'type: integer, means: Points & stars,');
    shop.project.edit('models/orders.yml', 'event: order_placed', 'event: order_placed\nmeans: Paid');
    const out = `${shop.project.folder}/dictionary`;
    const { published } = await shop.project.json(['docs', '--out', out, '--publish']);
    expect(published).toEqual({ attributes: 1, events: 1 });
    const { attributes, events } = shop.sandbox.admin.dataIndex();
    expect(attributes).toContainEqual(
      expect.objectContaining({ name: 'points', description: 'Points & stars' }),
    );
    expect(events).toContainEqual(expect.objectContaining({ name: 'order_placed', description: 'Paid' }));
    shop.project.edit('.env', /CUSTOMERIO_APP_KEY=.*/, 'CUSTOMERIO_APP_KEY=');
    const { exitCode, stderr } = await shop.project.run(['docs', '--out', out, '--publish']);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('needs an App API key')]);
  });

  it('names workspaces that it does not know', async () => {
    await shop.project.run(['sync']);
    const { exitCode, stderr } = await shop.project.run(['docs', '--workspace', 'us-1']);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('no workspace `us-1`')]);
  });
});
