import { afterEach, describe, expect, it } from 'vitest';
import { describeOnServers } from '../servers/servers.ts';
import { type ConsentShop, EMAIL, emailOf, openConsentShop } from '../support/consent-shop.ts';
import { type IdentityShop, openIdentityShop, ordersOf } from './identity-shop.ts';

const ROW = 'INSERT INTO customers (id, email, email_consent) VALUES';

describeOnServers(
  'odd keys',
  (server) => {
    let shop: IdentityShop;
    afterEach(() => shop.close());

    const people = () =>
      shop.sandbox.admin
        .people()
        .map(({ id, email }) => `${id ?? '-'} ${email ?? '-'}`)
        .sort();
    const held = async (): Promise<readonly string[]> => {
      const { rows } = await shop.project.json(['faults', '--limit', '100']);
      return rows.map(({ key, code }: { key: string; code: string }) => `${key.slice(0, 20)} ${code}`).sort();
    };

    it('are read as they are meant, or are faults; nobody is taken for somebody else', async () => {
      shop = await openIdentityShop(server, { identity: '{ canonical: id }', hasAppKey: true });
      const longest = 'i'.repeat(100);
      await shop.database.execute(
        'ALTER TABLE customers MODIFY id VARCHAR(600) COLLATE utf8mb4_bin, MODIFY email VARCHAR(300) COLLATE utf8mb4_bin',
        'ALTER TABLE logins MODIFY customer_id VARCHAR(600) COLLATE utf8mb4_bin',
      );
      await shop.customer('7', ' Padded@X.Example ');
      await shop.customer('007', 'zeros@x.example');
      await shop.customer('Ä-1', 'U\u0308ber@X.example');
      await shop.customer('ä-1', 'plus+tag@x.example');
      await shop.customer(longest, null);
      await shop.customer('l'.repeat(600), 'toolong@x.example');
      await shop.customer('', 'empty@x.example');
      await shop.customer('8', 'not an address');
      await shop.customer('9', '');
      await shop.database.execute(
        "INSERT INTO customers VALUES (NULL, 'null@x.example', 'N', NULL, NULL)",
        `INSERT INTO logins VALUES (NULL, 'x@x.example', NULL, 'd'), ('${'k'.repeat(600)}', 'y@x.example', NULL, 'd'),
         ('7', 'padded@x.example', NULL, ''), ('7', NULL, NULL, NULL)`,
      );
      await shop.sync();
      await shop.order('o1', { email: 'PADDED@x.example' });
      await shop.order('o2', { email: '\u00dcBER@x.example' });
      await shop.order('o3', { email: 'plus@x.example' });
      await shop.order('o4', { id: '007' });
      await shop.order('o5', { id: '0007' });
      await shop.order('o6', { email: 'toolong@x.example' });
      await shop.order('o7', { device: 'd' });
      await shop.sync();
      expect(people()).toEqual(
        [
          '007 zeros@x.example',
          '7 padded@x.example',
          `${longest} -`,
          'Ä-1 über@x.example',
          'ä-1 plus+tag@x.example',
        ].sort(),
      );
      expect(ordersOf(shop.sandbox)).toEqual({ o1: '7', o2: 'Ä-1', o4: '007' });
      expect(await held()).toEqual(
        [
          '(no identifier) person_missing',
          'null@x.example person_missing',
          '8 not_an_email',
          '9 not_an_email',
          ' person_missing',
          'llllllllllllllllllll identifier_too_long',
          'kkkkkkkkkkkkkkkkkkkk identifier_too_long',
          'o3 person_unknown',
          'o5 person_unknown',
          'o6 person_unknown',
          'o7 person_unknown',
        ].sort(),
      );
      expect((await shop.project.json(['identity', 'report'])).report.counts).toEqual([]);
    });

    it('one person in two models is one; whoever comes back under another id can be joined', async () => {
      shop = await openIdentityShop(server, { identity: '{ canonical: id }', hasAppKey: true });
      await shop.project.write(
        'models/points.yml',
        'kind: people\nperson: { id: customer_id }\nattributes:\n  device: { type: string, when_null: keep }\n',
      );
      await shop.project.write('models/points.sql', 'SELECT customer_id, device FROM logins\n');
      await shop.project.write(
        'models/identities.sql',
        "SELECT '' AS customer_id, '' AS email, '' AS phone, '' AS device FROM logins WHERE 1 = 0\n",
      );
      await shop.customer('1', 'a@x.example');
      await shop.database.execute("INSERT INTO logins VALUES ('1', 'a@x.example', NULL, 'd1')");
      await shop.sync();
      expect(people()).toEqual(['1 a@x.example']);
      expect(shop.sandbox.admin.people()[0]?.attributes).toMatchObject({ name: 'N', device: 'd1' });
      // Deleted, and registered again with the same address.
      await shop.database.execute('DELETE FROM customers', 'DELETE FROM logins');
      await shop.sync();
      await shop.customer('2', 'a@x.example', { name: 'Again' });
      await shop.order('o1', { id: '2' });
      await shop.sync();
      expect(people()).toEqual(['1 a@x.example']);
      expect(await held()).toEqual(['2 email_taken', 'o1 person_in_conflict']);
      const file = `${shop.project.folder}/merges.yml`;
      await shop.project.run(['identity', 'report', '--out', file]);
      expect((await shop.project.json(['identity', 'merge', file])).merges).toMatchObject([
        { primary: 'id 2', outcome: 'merged' },
      ]);
      await shop.sync();
      expect(people()).toEqual(['2 a@x.example']);
      expect(ordersOf(shop.sandbox)).toEqual({ o1: '2' });
    });
  },
  { flavours: ['mysql'] },
);

describeOnServers(
  'opt-outs of people whose identity is in doubt',
  (server) => {
    let shop: ConsentShop;
    afterEach(() => shop.close());
    const sync = async (): Promise<void> => {
      const { exitCode, stdout, stderr } = await shop.project.run(['sync']);
      expect(`${exitCode} ${exitCode === 0 ? '' : stdout + stderr}`).toBe('0 ');
    };

    describe('under a canonical id', () => {
      it('go out for whoever is there, and with whoever is made when the conflict is settled', async () => {
        shop = await openConsentShop(server, { canonical: 'id' });
        await shop.shop(`${ROW} (1, '${emailOf(1)}', 1), (2, '${emailOf(2)}', 1)`);
        await sync();
        shop.sent();
        // 1 and 2 share an address now, 3 and 4 another one; 5 has that of a profile from elsewhere.
        await shop.client.entity({
          type: 'person',
          action: 'identify',
          identifiers: { id: 'old-shop' },
          attributes: { email: emailOf(5) },
        });
        await shop.shop('UPDATE customers SET email_consent = 0');
        await shop.shop(`UPDATE customers SET email = '${emailOf(1)}' WHERE id = 2`);
        await shop.shop(`${ROW} (3, '${emailOf(3)}', 0), (4, '${emailOf(3)}', 0), (5, '${emailOf(5)}', 0)`);
        await sync();
        const sent = shop.sent();
        expect(sent.every(({ attributes }) => EMAIL in attributes)).toBe(true);
        expect(sent.map(({ identifiers }) => identifiers['id']).sort()).toEqual(['1', '2', '3', '4', '5']);
        expect([1, 2, 3, 4, 5].map((id) => shop.held(id)?.[EMAIL])).toEqual([
          true,
          true,
          undefined,
          undefined,
          undefined,
        ]);
        await shop.shop(`UPDATE customers SET email = CONCAT('mended', id, '@x.example') WHERE id > 1`);
        await sync();
        expect([1, 2, 3, 4, 5].map((id) => shop.held(id)?.[EMAIL])).toEqual([true, true, true, true, true]);
        shop.sent();
        await sync();
        expect(shop.sent()).toEqual([]);
      });

      it('of somebody merged away reach the one who stays', async () => {
        shop = await openConsentShop(server, { canonical: 'id' });
        await shop.shop(`${ROW} (1, '${emailOf(1)}', 1), (2, '${emailOf(2)}', 1)`);
        await sync();
        await shop.shop(`UPDATE customers SET email = '${emailOf(1)}' WHERE id = 2`);
        await sync();
        const file = `${shop.project.folder}/merges.yml`;
        await shop.project.run(['identity', 'report', '--out', file]);
        expect((await shop.project.run(['identity', 'merge', file])).exitCode).toBe(0);
        await sync();
        await shop.shop('UPDATE customers SET email_consent = 0 WHERE id = 2');
        shop.sent();
        await sync();
        expect(shop.sent()).toMatchObject([{ identifiers: { id: '1' }, attributes: { [EMAIL]: true } }]);
        expect(shop.held(1)?.[EMAIL]).toBe(true);
        expect(shop.held(2)).toBeUndefined();
        await sync();
        expect(shop.sent()).toEqual([]);
      });
    });

    it('under a canonical e-mail reach the profile of the address before, when that can not change', async () => {
      shop = await openConsentShop(server, { canonical: 'email', appKey: '' });
      await shop.shop(`${ROW} (1, '${emailOf(1)}', 1)`);
      await sync();
      await shop.shop(`UPDATE customers SET email = '${emailOf(9)}', email_consent = 0`);
      await sync();
      expect(shop.held(1)?.[EMAIL]).toBe(true);
      expect(shop.held(9)).toBeUndefined();
      await shop.project.write(
        '.env',
        shop.project.read('.env').replace(/CUSTOMERIO_APP_KEY=.*/, 'CUSTOMERIO_APP_KEY=sandbox-app'),
      );
      await sync();
      expect(shop.held(1)).toBeUndefined();
      expect(shop.held(9)?.[EMAIL]).toBe(true);
      shop.sent();
      await sync();
      expect(shop.sent()).toEqual([]);
    });
  },
  { flavours: ['mysql'] },
);
