import { afterEach, expect, it } from 'vitest';
import { describeOnServers } from '../servers/servers.ts';
import { type CaptureShop, openCaptureShop } from './capture-shop.ts';

describeOnServers('people who are erased while only changes are read', (server) => {
  let shop: CaptureShop;
  afterEach(() => shop.close());

  it('are sent anew when they are released, though their rows did not change', async () => {
    shop = await openCaptureShop(server);
    await shop.query('CREATE TABLE gone (customer_id INT PRIMARY KEY)');
    await shop.project.write(
      'models/gone.yml',
      'kind: erasure\noperation: suppress\nperson: { id: customer_id }\nremoved: release\n',
    );
    await shop.project.write('models/gone.sql', 'SELECT customer_id FROM gone\n');
    await shop.query(
      "INSERT INTO customers VALUES (1, 'a@x.example', 'Anna', NOW() - INTERVAL 2 DAY), (2, 'b@x.example', 'Ben', NOW() - INTERVAL 2 DAY)",
    );
    await shop.sync();
    await shop.sync();
    expect(shop.person('2')).toMatchObject({ name: 'Ben' });
    await shop.query('INSERT INTO gone VALUES (2)');
    await shop.sync();
    expect(shop.person('2')).toBeUndefined();
    const held = await shop.sync();
    expect(shop.model(held, 'customers')).toMatchObject({ held: 1, operations: 0 });
    await shop.query('DELETE FROM gone');
    await shop.sync();
    expect(shop.person('2')).toBeUndefined();
    await shop.sync();
    expect(shop.person('2')).toMatchObject({ name: 'Ben' });
    expect(shop.model(await shop.sync(), 'customers')).toMatchObject({ held: 0, operations: 0 });
  });

  it('by a run of their own: the next whole read after the release sends them', async () => {
    shop = await openCaptureShop(server);
    await shop.query('CREATE TABLE gone (customer_id INT PRIMARY KEY)');
    await shop.project.write(
      'models/gone.yml',
      'kind: erasure\noperation: delete\nperson: { id: customer_id }\nremoved: release\n',
    );
    await shop.project.write('models/gone.sql', 'SELECT customer_id FROM gone\n');
    await shop.query("INSERT INTO customers VALUES (2, 'b@x.example', 'Ben', NOW() - INTERVAL 2 DAY)");
    await shop.sync();
    await shop.query('INSERT INTO gone VALUES (2)');
    await shop.sync({ select: ['gone'] });
    await shop.sync({ select: ['customers'] });
    expect(shop.person('2')).toBeUndefined();
    await shop.query('DELETE FROM gone');
    await shop.sync({ select: ['gone'] });
    await shop.sync({ isFull: true });
    expect(shop.person('2')).toMatchObject({ name: 'Ben' });
  });
});
