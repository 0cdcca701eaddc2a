import { afterEach, describe, expect, it } from 'vitest';
import { describeOnServers } from '../servers/servers.ts';
import { type IdentityShop, type IdentityShopOptions, openIdentityShop, ordersOf } from './identity-shop.ts';

interface Withheld {
  readonly model: string;
  readonly key: string;
  readonly code: string;
}

// What happens here does not depend on the server; what does is tested on both beside the source.
describeOnServers(
  'identity',
  (server) => {
    let shop: IdentityShop;
    const open = async (options: IdentityShopOptions) => {
      shop = await openIdentityShop(server, options);
    };
    afterEach(() => shop.close());

    const sync = () => shop.project.json(['sync']);
    const withheld = async (): Promise<readonly string[]> => {
      const { rows } = await shop.project.json(['faults', '--limit', '1000']);
      return (rows as readonly Withheld[]).map(({ model, key, code }) => `${model} ${key} ${code}`).sort();
    };
    const people = () =>
      shop.sandbox.admin
        .people()
        .map(({ id, email }) => `${id ?? '-'} ${email ?? '-'}`)
        .sort();

    describe('under the canonical identifier id', () => {
      it('resolves events by e-mail, phone and device, in whatever form they are written', async () => {
        await open({
          identity: '{ canonical: id, default_country: DE }',
          ordersPerson: '{ id: customer_id, email: email, device: device, phone: visitor }',
        });
        await shop.customer('1', 'Anna@X.example', { phone: '030 123456' });
        await shop.customer('2', 'b@x.example', { phone: '+49 151 23456789' });
        await shop.database.execute(
          "INSERT INTO logins VALUES ('2', ' B.Two@X.example', NULL, 'dev-2'), ('2', NULL, NULL, 'dev-3')",
        );
        await sync();
        await shop.order('o1', { id: '1' });
        await shop.order('o2', { email: ' anna@x.EXAMPLE ' });
        await shop.order('o3', { email: 'b.two@x.example' });
        await shop.order('o4', { device: 'dev-3' });
        await shop.order('o5', { visitor: '(030) 12 34 56' });
        await shop.order('o6', { visitor: '0049 151 234567 89' });
        await shop.order('o7', { email: 'not-an-address' });
        await shop.order('o8', { device: 'dev-unknown' });
        await shop.order('o9', {});
        await sync();
        expect(ordersOf(shop.sandbox)).toEqual({ o1: '1', o2: '1', o3: '2', o4: '2', o5: '1', o6: '2' });
        expect(await withheld()).toEqual([
          'orders o7 not_an_email',
          'orders o8 person_unknown',
          'orders o9 person_missing',
        ]);
        expect(people()).toEqual(['1 anna@x.example', '2 b@x.example']);
        expect(shop.sandbox.admin.people().map(({ attributes }) => attributes['phone'])).toEqual([
          '+4930123456',
          '+4915123456789',
        ]);
      });

      it('keeps nothing in the clear, follows changes, and needs no reading of identities for events', async () => {
        await open({ identity: '{ canonical: id }' });
        await shop.customer('1', 'a@x.example');
        await shop.customer('2', 'b@x.example');
        await shop.database.execute("INSERT INTO logins VALUES ('1', NULL, NULL, 'dev-1')");
        await sync();
        await shop.order('o1', { device: 'dev-1' });
        await shop.project.run(['sync', '--select', 'orders']);
        expect(ordersOf(shop.sandbox)).toEqual({ o1: '1' });
        await shop.database.execute("UPDATE logins SET customer_id = '2'");
        await sync();
        await shop.order('o2', { device: 'dev-1' });
        await sync();
        expect(ordersOf(shop.sandbox)).toEqual({ o1: '1', o2: '2' });
        await shop.database.execute('DELETE FROM logins');
        await sync();
        await shop.order('o3', { device: 'dev-1' });
        await sync();
        expect(ordersOf(shop.sandbox)).toEqual({ o1: '1', o2: '2' });
      });

      it.each(['by_email', 'hold', 'refuse'] as const)(
        'guests: %s, and their later registration',
        async (guests) => {
          await open({ identity: `{ canonical: id, guests: ${guests} }` });
          await shop.customer('1', 'a@x.example');
          await sync();
          await shop.order('o1', { email: 'Guest@X.example' });
          await sync();
          const afterOrder = {
            by_email: ['- guest@x.example', '1 a@x.example'],
            hold: ['1 a@x.example'],
            refuse: ['1 a@x.example'],
          };
          expect(people()).toEqual(afterOrder[guests]);
          const codes = { by_email: [], hold: ['orders o1 guest'], refuse: ['orders o1 guest_refused'] };
          expect(await withheld()).toEqual(codes[guests]);
          if (guests === 'by_email') {
            const tallies = shop.sandbox.admin.counters().inside as Readonly<Record<string, number>>;
            expect(tallies['people_created_by_events'] ?? 0).toBe(0);
          }
          await shop.customer('7', 'guest@x.example');
          await sync();
          await shop.order('o2', { email: 'guest@x.example' });
          await sync();
          expect(people()).toEqual(['1 a@x.example', '7 guest@x.example']);
          expect(ordersOf(shop.sandbox)).toEqual({ o1: '7', o2: '7' });
          expect(shop.sandbox.admin.activities('failed_attribute_change')).toEqual([]);
          expect(await withheld()).toEqual([]);
        },
      );

      it('events wait for their person as long as declared, and are not live after it', async () => {
        await open({ identity: '{ canonical: id }', orders: 'live_within: 2h\nhold_for: 30h\n' });
        await shop.customer('1', 'a@x.example');
        await sync();
        // Starts lie in the past, so that events of some hours ago are looked at.
        for (const path of ['millrace.lock'])
          shop.project.edit(path, /starts_at: .*/g, 'starts_at: 2020-01-01T00:00:00Z');
        await shop.order('waiting', { id: '9' }, 20);
        await shop.order('overdue', { id: '9' }, 40);
        await shop.order('late', { id: '1' }, 20);
        await shop.project.run(['sync']);
        const held = await withheld();
        expect(held).toEqual([
          'orders late late',
          'orders overdue person_overdue',
          'orders waiting person_unknown',
        ]);
        await shop.customer('9', 'n@x.example');
        await sync();
        expect(ordersOf(shop.sandbox)).toEqual({ waiting: '9' });
        expect(await withheld()).toEqual(['orders late late', 'orders overdue late']);
      });

      it('unresolved events are refused or sent anonymously, as the model says', async () => {
        await open({ identity: '{ canonical: id }', orders: 'unresolved: refuse\n' });
        await shop.customer('1', 'a@x.example');
        await sync();
        await shop.order('o1', { device: 'd9' });
        await shop.order('o2', { id: '99' });
        const { run } = await sync();
        expect(await withheld()).toEqual(['orders o1 person_unresolved', 'orders o2 person_unresolved']);
        expect(run.models.find(({ model }: { model: string }) => model === 'orders')).toMatchObject({
          faults: 2,
        });
        await shop.close();
        await open({
          identity: '{ canonical: id }',
          orders: 'unresolved: anonymous\n',
          ordersPerson: '{ id: customer_id, anonymous_id: visitor }',
          customersPerson: '{ id: id, email: email, anonymous_id: phone }',
        });
        await shop.customer('1', 'a@x.example');
        await sync();
        await shop.order('o1', { visitor: 'cookie-7' });
        await shop.order('o2', { id: '1' });
        const { run: second } = await sync();
        expect(second.models.find(({ model }: { model: string }) => model === 'orders')).toMatchObject({
          accepted: 2,
        });
        expect(shop.sandbox.admin.info()).toMatchObject({ anonymous_events: 1, people: 1 });
        await shop.customer('2', 'b@x.example', { phone: 'cookie-7' });
        await sync();
        expect(ordersOf(shop.sandbox)).toEqual({ o1: '2', o2: '1' });
        const { run: third } = await sync();
        expect(third.models.every(({ operations }: { operations: number }) => operations === 0)).toBe(true);
      });
    });
  },
  { flavours: ['mariadb'] },
);
