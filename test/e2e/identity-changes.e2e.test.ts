import { afterEach, describe, expect, it } from 'vitest';
import { describeOnServers } from '../servers/servers.ts';
import { type IdentityShop, type IdentityShopOptions, openIdentityShop, ordersOf } from './identity-shop.ts';

// What happens here depends on Customer.io; which of the servers holds the rows makes no difference.
const FLAVOURS = { flavours: ['mariadb'] } as const;

describeOnServers(
  'identities that change',
  (server) => {
    let shop: IdentityShop;
    const open = async (options: IdentityShopOptions): Promise<void> => {
      shop = await openIdentityShop(server, options);
    };
    afterEach(() => shop.close());

    const people = () =>
      shop.sandbox.admin
        .people()
        .map(({ id, email, attributes }) => `${id ?? '-'} ${email ?? '-'} ${attributes['name'] ?? '-'}`)
        .sort();
    const held = async (): Promise<readonly string[]> => {
      const { rows } = await shop.project.json(['faults', '--limit', '100']);
      return rows.map(({ key, code }: { key: string; code: string }) => `${key} ${code}`).sort();
    };
    const update = (assignment: string) => shop.database.execute(`UPDATE customers SET ${assignment}`);
    const withKey = () => shop.project.write('.env', envOf('sandbox-app'));
    const envOf = (appKey: string) =>
      shop.project.read('.env').replace(/CUSTOMERIO_APP_KEY=.*/, `CUSTOMERIO_APP_KEY=${appKey}`);

    describe('a changed e-mail address under a canonical id', () => {
      it('goes as an attribute where the workspace allows it and that is declared', async () => {
        await open({
          identity: '{ canonical: id, allow_email_update: true }',
          sandbox: { switches: { allowEmailUpdateWithId: true } },
        });
        await shop.customer('1', 'old@x.example');
        await shop.sync();
        await update("email = 'new@x.example'");
        const plan = (await shop.project.run(['plan'])).stdout;
        expect(plan).toMatch(/1 person has a new e-mail address/);
        await shop.sync();
        expect(people()).toEqual(['1 new@x.example N']);
      });

      it.each(['allow_email_update: false', 'may_share: []'])(
        'goes under the cio_id where the workspace does not, with an App API key (%s)',
        async (declared) => {
          await open({ identity: `{ canonical: id, ${declared} }`, hasAppKey: true });
          await shop.customer('1', 'old@x.example');
          await shop.sync();
          await update("email = 'new@x.example', name = 'M'");
          await shop.order('o1', { id: '1' });
          await shop.sync();
          expect(people()).toEqual(['1 new@x.example M']);
          expect(ordersOf(shop.sandbox)).toEqual({ o1: '1' });
          expect(shop.sandbox.admin.activities('failed_attribute_change')).toEqual([]);
        },
      );

      it('is withheld and told where nothing says that it could arrive; the rest of the row goes', async () => {
        await open({ identity: '{ canonical: id }' });
        await shop.customer('1', 'old@x.example');
        await shop.sync();
        await update("email = 'new@x.example', name = 'M'");
        await shop.sync();
        expect(people()).toEqual(['1 old@x.example M']);
        expect(await held()).toEqual(['1 email_change_impossible']);
        expect(shop.sandbox.admin.activities('failed_attribute_change')).toEqual([]);
        await withKey();
        await shop.sync();
        expect(people()).toEqual(['1 new@x.example M']);
        expect(await held()).toEqual([]);
        expect((await shop.project.run(['sync'])).stdout).toContain('Nothing to send');
      });

      it('is looked for afterwards: one that never shows up is a reject, and is sent again', async () => {
        await open({
          identity: '{ canonical: id, allow_email_update: true }',
          hasAppKey: true,
          sandbox: { switches: { allowEmailUpdateWithId: true } },
        });
        await shop.customer('1', 'old@x.example');
        await shop.sync();
        await update("email = 'new@x.example'");
        shop.sandbox.admin.setFaults({ match: { path: '/api/v2/batch' }, action: { kind: 'silent-drop' } });
        const { exitCode } = await shop.project.run(['sync']);
        expect(exitCode).toBe(1);
        expect(await held()).toEqual(['1 200 not_applied']);
        shop.sandbox.admin.setFaults([]);
        await shop.sync();
        expect(people()).toEqual(['1 new@x.example N']);
        expect(await held()).toEqual([]);
      });

      it('waits for an address that another person is about to leave; a swap is never merged', async () => {
        await open({ identity: '{ canonical: id }', hasAppKey: true });
        await shop.customer('1', 'a@x.example');
        await shop.customer('2', 'b@x.example');
        await shop.sync();
        await update("email = CASE id WHEN '1' THEN 'b@x.example' ELSE 'c@x.example' END");
        await shop.sync();
        await shop.sync();
        expect(people()).toEqual(['1 b@x.example N', '2 c@x.example N']);
        await update("email = CASE id WHEN '1' THEN 'c@x.example' ELSE 'b@x.example' END, name = 'S'");
        await shop.sync();
        expect(people()).toEqual(['1 b@x.example N', '2 c@x.example N']);
        expect(await held()).toEqual(['1 email_taken', '2 email_taken']);
        await shop.project.run(['identity', 'report', '--out', `${shop.project.folder}/merges.yml`]);
        expect(shop.project.read('merges.yml')).toContain('merges: []');
      });

      it('of a reused id goes out when that is accepted, as a change', async () => {
        await open({ identity: '{ canonical: id }', hasAppKey: true });
        await shop.customer('1', 'old@x.example');
        await shop.customer('2', 'b@x.example');
        await shop.sync();
        await shop.database.execute("DELETE FROM customers WHERE id = '1'");
        await shop.sync();
        await shop.customer('1', 'new@x.example', { name: 'R' });
        await shop.order('o1', { id: '1' });
        await shop.sync();
        expect(people()).toEqual(['1 old@x.example N', '2 b@x.example N']);
        expect(await held()).toEqual(['1 id_reused', 'o1 person_in_conflict']);
        shop.project.edit(
          'millrace.yml',
          'canonical: id',
          'canonical: id, accept: { id_reused: "same human" }',
        );
        await shop.sync();
        expect(people()).toEqual(['1 new@x.example R', '2 b@x.example N']);
        expect(ordersOf(shop.sandbox)).toEqual({ o1: '1' });
      });
    });

    describe('a changed address under a canonical e-mail', () => {
      const EMAIL = {
        identity: '{ canonical: email }',
        customersPerson: '{ email: email, id: id, phone: phone }',
        ordersPerson: '{ email: email }',
      };

      it('is the same person: consent and history stay, nobody is made; as plan and apply', async () => {
        await open({ ...EMAIL, hasAppKey: true });
        await shop.customer('1', 'old@x.example');
        await shop.sync();
        await shop.order('before', { email: 'old@x.example' });
        await shop.sync();
        await shop.elsewhere({ email: 'old@x.example' }, { unsubscribed: true });
        const [before] = shop.sandbox.admin.people();
        await update("email = 'New@x.example'");
        await shop.order('by-old', { email: 'old@x.example' });
        await shop.order('by-new', { email: 'new@X.example' });
        const file = `${shop.project.folder}/plan.json`;
        const planned = await shop.project.run(['plan', '--out', file]);
        expect(planned.stdout).toMatch(/1 person has a new address/);
        expect((await shop.project.run(['apply', file])).exitCode).toBe(0);
        const [after, ...others] = shop.sandbox.admin.people();
        expect(others).toEqual([]);
        expect(after).toMatchObject({ cio_id: before?.cio_id, id: '1', email: 'new@x.example' });
        expect(after?.attributes['unsubscribed']).toBe(true);
        expect(ordersOf(shop.sandbox)).toEqual({ before: '1', 'by-old': '1', 'by-new': '1' });
        expect((await shop.project.run(['sync'])).stdout).toContain('Nothing to send');
        const tallies = shop.sandbox.admin.counters().inside as Readonly<Record<string, number>>;
        expect(tallies['people_created_by_events'] ?? 0).toBe(0);
      });

      it('waits without an App API key, for it would become a second person', async () => {
        await open(EMAIL);
        await shop.customer('1', 'old@x.example');
        await shop.sync();
        await update("email = 'new@x.example'");
        await shop.order('by-old', { email: 'old@x.example' });
        await shop.order('by-new', { email: 'new@x.example' });
        await shop.sync();
        expect(people()).toEqual(['1 old@x.example N']);
        expect(await held()).toEqual(['by-new person_unknown', 'new@x.example address_change_impossible']);
        expect(ordersOf(shop.sandbox)).toEqual({ 'by-old': '1' });
        // Once more: Customer.io still has the first of the three.
        await update("email = 'newer@x.example'");
        await shop.sync();
        expect(people()).toEqual(['1 old@x.example N']);
        await shop.database.execute("UPDATE orders SET email = 'newer@x.example' WHERE order_id = 'by-new'");
        await withKey();
        await shop.sync();
        expect(people()).toEqual(['1 newer@x.example N']);
        expect(ordersOf(shop.sandbox)).toEqual({ 'by-old': '1', 'by-new': '1' });
        expect(await held()).toEqual([]);
      });

      it('that another profile has is held; the merge that is proposed settles it', async () => {
        await open({ ...EMAIL, hasAppKey: true });
        await shop.elsewhere({ email: 'new@x.example' }, { name: 'newsletter', plan: 'x' });
        await shop.customer('1', 'old@x.example');
        await shop.sync();
        await update("email = 'new@x.example'");
        await shop.sync();
        expect(await held()).toEqual(['new@x.example email_taken']);
        await mergeProposed(1);
        expect(people()).toHaveLength(1);
        await shop.sync();
        expect(people()).toEqual(['1 new@x.example N']);
        expect(shop.sandbox.admin.people()[0]?.attributes['plan']).toBe('x');
        expect(await held()).toEqual([]);
        expect((await shop.project.run(['sync'])).stdout).toContain('Nothing to send');
      });
    });

    describe('merges', () => {
      it('join two people of the shop: keys, events and values of both lead to one', async () => {
        await open({ identity: '{ canonical: id }', hasAppKey: true });
        await shop.customer('1', 'a@x.example');
        await shop.customer('2', 'b@x.example', { name: 'Second' });
        await shop.sync();
        await update("email = 'a@x.example'");
        await shop.order('o1', { email: 'a@x.example' });
        await shop.order('o2', { id: '2' });
        await shop.sync();
        expect(ordersOf(shop.sandbox)).toEqual({});
        await mergeProposed(1);
        expect(people()).toEqual(['1 a@x.example N']);
        await shop.sync();
        expect(people()).toEqual(['1 a@x.example N']);
        expect(ordersOf(shop.sandbox)).toEqual({ o1: '1', o2: '1' });
        expect(await held()).toEqual(['2 merged_away']);
        const { report } = await shop.project.json(['identity', 'report']);
        expect(report).toMatchObject({ counts: [], merged: 1 });
        await shop.sync();
        expect(people()).toEqual(['1 a@x.example N']);
      });

      it('give a profile from elsewhere to the person of the shop who has its address', async () => {
        await open({ identity: '{ canonical: id }', hasAppKey: true });
        await shop.elsewhere({ id: 'old-shop' }, { email: 'taken@x.example', plan: 'x' });
        await shop.customer('30', 'taken@x.example');
        await shop.sync();
        await shop.order('o1', { id: '30' });
        await shop.sync();
        expect(await held()).toEqual(['30 email_taken', 'o1 person_in_conflict']);
        await mergeProposed(1);
        await shop.sync();
        expect(people()).toEqual(['30 taken@x.example N']);
        expect(shop.sandbox.admin.people()[0]?.attributes['plan']).toBe('x');
        expect(ordersOf(shop.sandbox)).toEqual({ o1: '30' });
        expect(await held()).toEqual([]);
      });
    });

    async function mergeProposed(merges: number): Promise<void> {
      const file = `${shop.project.folder}/merges.yml`;
      expect((await shop.project.run(['identity', 'report', '--out', file])).exitCode).toBe(0);
      const merged = await shop.project.json(['identity', 'merge', file]);
      expect(merged.merges).toHaveLength(merges);
      for (const merge of merged.merges) expect(merge).toMatchObject({ outcome: 'merged' });
    }
  },
  FLAVOURS,
);
