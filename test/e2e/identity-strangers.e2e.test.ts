import { rmSync } from 'node:fs';
import { afterEach, expect, it } from 'vitest';
import { describeOnServers } from '../servers/servers.ts';
import { type IdentityShop, openIdentityShop, ordersOf } from './identity-shop.ts';

describeOnServers('an event never makes a person', (server) => {
  let shop: IdentityShop;
  afterEach(() => shop.close());

  const held = async (): Promise<readonly string[]> => {
    const { rows } = await shop.project.json(['faults', '--limit', '100']);
    return rows.map(({ key, code }: { key: string; code: string }) => `${key} ${code}`).sort();
  };
  const madeByEvents = (): number => {
    const tallies = shop.sandbox.admin.counters().inside as Readonly<Record<string, number>>;
    return tallies['people_created_by_events'] ?? 0;
  };

  it('under a canonical id: people from elsewhere are asked for, and whoever is not there waits', async () => {
    await openShop({ identity: '{ canonical: id, people_elsewhere: true }', hasAppKey: true });
    await shop.order('o1', { id: '1' });
    await shop.order('there', { id: 'web-7' });
    await shop.order('not-there', { id: 'web-8' });
    await shop.sync();
    expect(ordersOf(shop.sandbox)).toEqual({ o1: '1', there: 'web-7' });
    expect(await held()).toEqual(['not-there person_unknown']);

    // It went on waiting, and goes out beyond `live_within` when the person comes.
    await shop.database.execute(
      "UPDATE orders SET paid_at = paid_at - INTERVAL 3 HOUR WHERE order_id = 'not-there'",
    );
    await shop.elsewhere({ id: 'web-8' });
    await shop.order('there-again', { id: 'web-7' });
    // Nobody can be asked now.
    shop.sandbox.admin.setFaults({
      match: { path: '/v1/customers' },
      action: { kind: 'status', status: 401 },
    });
    await shop.sync();
    expect(await held()).toEqual(['not-there person_unchecked', 'there-again person_unchecked']);
    shop.sandbox.admin.setFaults([]);
    await shop.sync();
    expect(ordersOf(shop.sandbox)).toEqual({
      o1: '1',
      there: 'web-7',
      'not-there': 'web-8',
      'there-again': 'web-7',
    });
    expect(await held()).toEqual([]);
    expect(madeByEvents()).toBe(0);
  });

  it('under a canonical e-mail, in whatever case; and without an App API key nobody is sent to', async () => {
    await openShop({ identity: '{ canonical: email, people_elsewhere: true }', hasAppKey: true });
    await shop.order('there', { email: 'Web-7@X.example' });
    await shop.order('not-there', { email: 'web-8@x.example' });
    await shop.sync();
    expect(ordersOf(shop.sandbox)).toEqual({ there: 'Web-7@x.example' });
    expect(await held()).toEqual(['not-there person_unknown']);
    shop.project.edit('millrace.yml', /.*app_(key|url).*\n/g, '');
    await shop.order('unasked', { email: 'web-7@x.example' });
    await shop.sync();
    expect(ordersOf(shop.sandbox)).toEqual({ there: 'Web-7@x.example' });
    expect(await held()).toEqual(['not-there person_unchecked', 'unasked person_unchecked']);
    expect(madeByEvents()).toBe(0);
  });

  it('without a people model, too: everybody comes from elsewhere then', async () => {
    await openShop({ identity: '{ canonical: id }', hasAppKey: true });
    for (const ending of ['yml', 'sql']) rmSync(`${shop.project.folder}/models/customers.${ending}`);
    await shop.order('there', { id: 'web-7' });
    await shop.order('not-there', { id: 'web-8' });
    await shop.sync();
    expect(ordersOf(shop.sandbox)).toEqual({ there: 'web-7' });
    expect(await held()).toEqual(['not-there person_unknown']);
    expect(madeByEvents()).toBe(0);
  });

  /** One customer, and somebody whom only Customer.io knows. */
  async function openShop(options: {
    readonly identity: string;
    readonly hasAppKey: boolean;
  }): Promise<void> {
    const isById = options.identity.includes('canonical: id');
    shop = await openIdentityShop(server, {
      ...options,
      orders: 'live_within: 2h\nhold_for: 30h\n',
      ordersPerson: isById ? '{ id: customer_id }' : '{ email: email }',
    });
    await shop.customer('1', 'a@x.example');
    await shop.elsewhere(isById ? { id: 'web-7' } : { email: 'Web-7@x.example' });
    await shop.sync();
    shop.project.edit('millrace.lock', /starts_at: .*/g, 'starts_at: 2020-01-01T00:00:00Z');
  }
});
