import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { describeOnServers } from '../servers/servers.ts';
import { type ConsentShop, EMAIL, emailOf, openConsentShop, SMS, TOPIC } from '../support/consent-shop.ts';

const topicOf = (held: Readonly<Record<string, unknown>> | undefined): unknown =>
  (held?.['cio_subscription_preferences'] as { topics?: Record<string, unknown> } | undefined)?.topics?.[
    'topic_3'
  ];

describeOnServers('the story of a consent', (server) => {
  const worlds = [
    { canonical: 'id', region: 'us' },
    { canonical: 'id', region: 'eu' },
    { canonical: 'email', region: 'us' },
    { canonical: 'email', region: 'eu' },
  ] as const;

  it.each(worlds)('canonical $canonical, region $region', async (world) => {
    const shop = await openConsentShop(server, { ...world, allowOptIn: true });
    const keyOf = (id: number): string => (world.canonical === 'id' ? String(id) : emailOf(id));
    // 1 is out there and holds an old opt-in here, 2 was never asked, 3 agrees everywhere.
    await shop.shop(
      `INSERT INTO customers (id, email, email_consent, email_consent_at)
       VALUES (1, '${emailOf(1)}', 1, '2024-05-01 10:00:00'), (2, '${emailOf(2)}', NULL, NULL),
              (3, '${emailOf(3)}', 1, '2024-05-01 10:00:00')`,
    );
    await shop.answers(1, { [EMAIL]: true });
    expect((await shop.project.run(['sync'])).exitCode).toBe(0);
    const consents = shop.sent().filter(({ attributes }) => EMAIL in attributes);
    expect(consents).toEqual([]);
    expect(shop.held(1)?.[EMAIL]).toBe(true);
    expect(shop.held(2)).not.toHaveProperty(EMAIL);

    const { drift } = await shop.project.json(['consent', 'drift']);
    expect(drift.compared).toBe(2);
    expect(drift.rows).toEqual([
      {
        model: 'customers',
        person: keyOf(1),
        consent: 'email',
        direction: 'out_only_there',
        mysqlSince: Date.UTC(2024, 4, 1, 10) / 1000,
        customerioSince: expect.closeTo(Date.now() / 1000, -3),
      },
    ]);

    // Said yes again, a minute from now: newer than anything there.
    await shop.shop(
      'UPDATE customers SET email_consent_at = UTC_TIMESTAMP() + INTERVAL 1 MINUTE WHERE id = 1',
    );
    expect((await shop.project.run(['sync'])).exitCode).toBe(0);
    expect(shop.sent().map(({ attributes }) => attributes)).toEqual([{ [EMAIL]: false, _update: true }]);
    expect(shop.held(1)?.[EMAIL]).toBe(false);

    expect((await shop.project.run(['sync'])).stdout).toContain('Nothing to send');
    expect(shop.sent()).toEqual([]);
    expect((await shop.project.json(['consent', 'drift', '--fail'])).exitCode).toBe(0);

    // Taken back altogether: no answer is not an answer.
    await shop.shop('UPDATE customers SET email_consent = NULL WHERE id = 1');
    expect((await shop.project.run(['sync'])).exitCode).toBe(0);
    expect(shop.sent()).toEqual([]);
    expect(shop.held(1)?.[EMAIL]).toBe(false);
    await shop.close();
  });
});

// The story above runs on both servers; here it is answers that matter, whatever server they come from.
describeOnServers(
  'consents',
  (server) => {
    let shop: ConsentShop;
    const open = async (options: Parameters<typeof openConsentShop>[1] = {}): Promise<void> => {
      shop = await openConsentShop(server, options);
    };
    afterEach(() => shop.close());

    describe('without leave to opt in', () => {
      beforeEach(() => open());

      it('makes nobody without their opt-outs, each by its own polarity, and writes no opt-in', async () => {
        await shop.shop(
          `INSERT INTO customers (id, email, email_consent, sms, newsletter)
         VALUES (1, '${emailOf(1)}', 0, 0, 0), (2, '${emailOf(2)}', 1, 1, 1), (3, '${emailOf(3)}', NULL, NULL, NULL)`,
        );
        const { run } = await shop.project.json(['sync']);
        const [first, ...others] = shop.sent();
        expect(first).toEqual({
          type: 'person',
          action: 'identify',
          identifiers: { id: '1' },
          attributes: { email: emailOf(1), name: 'x', [EMAIL]: true, [SMS]: false, [TOPIC]: false },
        });
        expect(others.flatMap(({ attributes }) => Object.keys(attributes))).toEqual([
          'email',
          'name',
          'email',
          'name',
        ]);
        expect(topicOf(shop.held(1))).toBe(false);
        expect(run.models).toMatchObject([
          { model: 'customers', operations: 3, accepted: 3 },
          { model: 'customers.opt_outs', kind: 'consent', rows: 1, refreshed: 1, operations: 0 },
        ]);
        expect((await shop.project.run(['sync'])).stdout).toContain('Nothing to send');
      });

      it('sends opt-outs of people who are there before everything else', async () => {
        await shop.shop(
          `INSERT INTO customers (id, email, email_consent) VALUES (1, '${emailOf(1)}', 1), (2, '${emailOf(2)}', 1)`,
        );
        await shop.project.run(['sync']);
        shop.sent();
        await shop.shop("UPDATE customers SET name = 'y'");
        await shop.shop('UPDATE customers SET email_consent = 0, newsletter = 0 WHERE id = 2');
        await shop.project.run(['sync']);
        expect(shop.sent()).toMatchObject([
          { identifiers: { id: '2' }, attributes: { [EMAIL]: true, [TOPIC]: false } },
          { identifiers: { id: '1' }, attributes: { name: 'y' } },
          { identifiers: { id: '2' }, attributes: { name: 'y' } },
        ]);
      });

      it('sends an opt-out once, and again when it was given again', async () => {
        await shop.shop(`INSERT INTO customers (id, email, email_consent) VALUES (1, '${emailOf(1)}', 0)`);
        await shop.project.run(['sync']);
        expect(shop.sent()).toHaveLength(1);
        // The person subscribes again at Customer.io: MySQL is stale now, and keeps quiet.
        await shop.answers(1, { [EMAIL]: false });
        await shop.shop("UPDATE customers SET name = 'y'");
        await shop.project.run(['sync']);
        expect(shop.sent().map(({ attributes }) => attributes)).toEqual([{ name: 'y' }]);
        expect(shop.held(1)?.[EMAIL]).toBe(false);
        const { drift } = await shop.project.json(['consent', 'drift']);
        expect(drift.counts).toEqual([
          { model: 'customers', consent: 'email', direction: 'out_only_here', people: 1 },
        ]);
        await shop.shop('UPDATE customers SET email_consent = 1');
        await shop.project.run(['sync']);
        expect(shop.sent()).toEqual([]);
        await shop.shop('UPDATE customers SET email_consent = 0');
        await shop.project.run(['sync']);
        expect(shop.sent().map(({ attributes }) => attributes)).toEqual([{ [EMAIL]: true }]);
      });

      it('takes only yes and no for an answer', async () => {
        await shop.shop(
          `INSERT INTO customers (id, email, email_consent, newsletter) VALUES (1, '${emailOf(1)}', 2, 0)`,
        );
        await shop.project.run(['sync']);
        expect(shop.held(1)).not.toHaveProperty(EMAIL);
        expect(topicOf(shop.held(1))).toBe(false);
        const { rows } = await shop.project.json(['faults']);
        expect(rows).toMatchObject([
          { model: 'customers.opt_outs', key: '1', code: 'not_a_boolean', column: 'email_consent' },
        ]);
      });

      it('sends the opt-out of a person whose row has a fault, and makes no profile for it', async () => {
        await shop.shop(
          `INSERT INTO customers (id, email, email_consent) VALUES (1, '${emailOf(1)}', 1), (2, '${emailOf(2)}', 1)`,
        );
        await shop.project.run(['sync']);
        await shop.shop('ALTER TABLE customers MODIFY points VARCHAR(20)');
        await shop.shop("UPDATE customers SET points = 'many', email_consent = 0 WHERE id = 1");
        await shop.shop(
          `INSERT INTO customers (id, email, points, email_consent) VALUES (9, '${emailOf(9)}', 'many', 0)`,
        );
        await shop.project.run(['sync']);
        expect(shop.held(1)?.[EMAIL]).toBe(true);
        expect(shop.held(9)).toBeUndefined();
        // When the row is right the person is made, and is opted out from the first moment on.
        shop.sent();
        await shop.shop('UPDATE customers SET points = 7');
        await shop.project.run(['sync']);
        expect(shop.sent().find(({ identifiers }) => identifiers['id'] === '9')?.attributes).toMatchObject({
          [EMAIL]: true,
          points: 7,
        });
        expect(shop.held(9)).toMatchObject({ [EMAIL]: true, points: 7 });
      });

      it('sends opt-outs although a threshold stops the run', async () => {
        shop.project.edit('millrace.yml', 'guardrails: {}', 'guardrails: { faults: { rows: 1 } }');
        await shop.shop('ALTER TABLE customers MODIFY points VARCHAR(20)');
        await shop.shop(
          `INSERT INTO customers (id, email, points, email_consent)
         VALUES (1, '${emailOf(1)}', 'many', 1), (2, '${emailOf(2)}', '5', 0), (3, '${emailOf(3)}', '6', 0)`,
        );
        // One of the new people is known at Customer.io already, from elsewhere.
        await shop.answers(2, { plan: 'pro' });
        const { exitCode } = await shop.project.run(['sync']);
        expect(exitCode).toBe(3);
        const optOut = { [EMAIL]: true, _update: true };
        expect(shop.sent().map(({ attributes }) => attributes)).toEqual([optOut, optOut]);
        expect(shop.held(2)).toEqual({ plan: 'pro', [EMAIL]: true });
        expect(shop.held(3)).toBeUndefined();
        await shop.shop("UPDATE customers SET points = '7'");
        await shop.project.run(['sync']);
        expect(shop.held(3)).toMatchObject({ [EMAIL]: true, points: 7 });
      });

      it('sends an opt-out again that Customer.io refused', async () => {
        await shop.shop(`INSERT INTO customers (id, email, email_consent) VALUES (1, '${emailOf(1)}', 1)`);
        await shop.project.run(['sync']);
        await shop.shop('UPDATE customers SET email_consent = 0');
        shop.sandbox.admin.setFaults({
          match: { people: ['1'], firstN: 1 },
          action: { kind: 'reject-items', status: 207, reason: 'invalid' },
        });
        expect((await shop.project.run(['sync'])).exitCode).toBe(1);
        const rejects = await shop.project.json(['faults', '--kind', 'reject']);
        expect(rejects.rows).toMatchObject([{ model: 'customers.opt_outs', key: '1' }]);
        expect((await shop.project.run(['sync'])).exitCode).toBe(0);
        expect(shop.held(1)?.[EMAIL]).toBe(true);
        expect((await shop.project.json(['faults', '--kind', 'reject'])).rows).toEqual([]);
      });

      it('sends the opt-out of a new person who was refused', async () => {
        await shop.shop(`INSERT INTO customers (id, email, email_consent) VALUES (1, '${emailOf(1)}', 0)`);
        await shop.answers(1, { plan: 'pro' });
        shop.sandbox.admin.setFaults({
          match: { people: ['1'], firstN: 1 },
          action: { kind: 'reject-items', status: 207, reason: 'invalid' },
        });
        const { run, exitCode } = await shop.project.json(['sync']);
        expect(exitCode).toBe(1);
        expect(run.models).toMatchObject([
          { model: 'customers', rejected: 1 },
          { model: 'customers.opt_outs', operations: 1, accepted: 1, notSent: 0 },
        ]);
        expect(shop.held(1)).toEqual({ plan: 'pro', [EMAIL]: true });
      });

      it('sends an opt-out of a person who stands in the query twice', async () => {
        await shop.shop('ALTER TABLE customers DROP PRIMARY KEY');
        await shop.shop(
          `INSERT INTO customers (id, email, email_consent) VALUES (1, '${emailOf(1)}', 1), (2, '${emailOf(2)}', 1)`,
        );
        await shop.project.run(['sync']);
        shop.sent();
        await shop.shop(`INSERT INTO customers (id, email, email_consent) VALUES (1, '${emailOf(1)}', 0)`);
        await shop.project.run(['sync']);
        expect(shop.sent().map(({ attributes }) => attributes)).toEqual([{ [EMAIL]: true }]);
      });

      it('leaves suppressed people and deleted rows alone', async () => {
        await shop.shop(
          `INSERT INTO customers (id, email, email_consent) VALUES (1, '${emailOf(1)}', 1), (2, '${emailOf(2)}', 0)`,
        );
        await shop.project.run(['sync']);
        await shop.client.track('POST', '/api/v1/customers/1/suppress');
        await shop.client.track('DELETE', '/api/v1/customers/2');
        await shop.shop('UPDATE customers SET email_consent = 0 WHERE id = 1');
        await shop.shop('DELETE FROM customers WHERE id = 2');
        await shop.project.run(['sync']);
        expect(shop.sandbox.admin.people()).toEqual([]);
      });

      it('warns of an unusual number of opt-outs, and sends them all', async () => {
        const values = Array.from({ length: 60 }, (_, at) => `(${at}, '${emailOf(at)}', 1)`).join(', ');
        await shop.shop(`INSERT INTO customers (id, email, email_consent) VALUES ${values}`);
        await shop.project.run(['sync']);
        await shop.shop('UPDATE customers SET email_consent = 0 WHERE id < 30');
        const plan = await shop.project.run(['plan']);
        expect(plan.stdout).toMatch(/warning:.* customers: 30 opt-outs at once are more than usual/);
        const { exitCode, stderr } = await shop.project.run(['sync']);
        expect(exitCode).toBe(0);
        expect(stderr).toMatch(/30 opt-outs at once/);
        expect(stderr).not.toMatch(/@x\.example/);
        expect(
          shop.sandbox.admin.people().filter(({ attributes }) => attributes[EMAIL] === true),
        ).toHaveLength(30);
      });
    });

    describe('with leave to opt in', () => {
      const soon = 'UTC_TIMESTAMP() + INTERVAL 1 MINUTE';

      it('writes what Customer.io holds nothing about, and says nothing twice', async () => {
        await open({ allowOptIn: true });
        await shop.shop(
          `INSERT INTO customers (id, email, sms, sms_at, newsletter, newsletter_at)
         VALUES (1, '${emailOf(1)}', 1, ${soon}, 1, ${soon}), (2, '${emailOf(2)}', 1, NULL, NULL, NULL)`,
        );
        const { run } = await shop.project.json(['sync']);
        expect(shop.held(1)).toMatchObject({ [SMS]: true, name: 'x' });
        expect(topicOf(shop.held(1))).toBe(true);
        expect(shop.held(2)).not.toHaveProperty(SMS);
        expect(run.models.at(-1)).toMatchObject({
          model: 'customers.opt_ins',
          rows: 2,
          accepted: 1,
          faults: 1,
        });
        const { rows } = await shop.project.json(['faults']);
        expect(rows).toMatchObject([{ model: 'customers.opt_ins', key: '2', code: 'consent_time_missing' }]);
        shop.sent();
        await shop.project.run(['sync']);
        expect(shop.sent()).toEqual([]);
      });

      it('takes a time in the future for no proof', async () => {
        await open({ allowOptIn: true });
        await shop.shop(
          `INSERT INTO customers (id, email, email_consent, email_consent_at) VALUES (1, '${emailOf(1)}', 1, UTC_TIMESTAMP() + INTERVAL 1 DAY)`,
        );
        await shop.answers(1, { [EMAIL]: true });
        await shop.project.run(['sync']);
        expect(shop.held(1)?.[EMAIL]).toBe(true);
        expect((await shop.project.json(['faults'])).rows).toMatchObject([{ code: 'time_in_future' }]);
      });

      it.each([
        ['no App API key', ''],
        ['a wrong App API key', 'nonsense'],
      ])('writes no opt-in with %s, and everything else', async (_, appKey) => {
        await open({ allowOptIn: true, appKey });
        await shop.shop(
          `INSERT INTO customers (id, email, email_consent, email_consent_at, newsletter)
         VALUES (1, '${emailOf(1)}', 1, ${soon}, 0)`,
        );
        const { run, exitCode } = await shop.project.json(['sync']);
        expect(exitCode).toBe(0);
        expect(topicOf(shop.held(1))).toBe(false);
        expect(shop.held(1)).toMatchObject({ name: 'x' });
        expect(run.models.at(-1)).toMatchObject({ model: 'customers.opt_ins', held: 1, operations: 0 });
        expect((await shop.project.json(['faults'])).rows).toMatchObject([{ code: 'opt_in_unchecked' }]);
        // With a key the same opt-in is looked at again.
        shop.project.edit('.env', /CUSTOMERIO_APP_KEY=.*/, 'CUSTOMERIO_APP_KEY=sandbox-app');
        const drifted = await shop.project.json(['consent', 'drift']);
        expect(drifted.drift.counts).toEqual([]);
        await shop.project.run(['sync']);
        expect((await shop.project.json(['faults'])).rows).toEqual([]);
      });

      it('asks again right before sending: a plan may have waited', async () => {
        await open({ allowOptIn: true });
        await shop.shop(
          `INSERT INTO customers (id, email) VALUES (1, '${emailOf(1)}'), (2, '${emailOf(2)}')`,
        );
        await shop.project.run(['sync']);
        await shop.shop(`UPDATE customers SET newsletter = 1, newsletter_at = UTC_TIMESTAMP()`);
        await shop.project.run(['plan', '--out', `${shop.project.folder}/plan.json`]);
        await shop.answers(1, { cio_subscription_preferences: { topics: { topic_3: false } } });
        shop.sent();
        const { exitCode, run } = await shop.project.json(['apply', `${shop.project.folder}/plan.json`], {
          // Two minutes later, as far as Millrace can tell.
          environment: { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(LATER)}` },
        });
        expect(exitCode).toBe(0);
        expect(run.models.at(-1)).toMatchObject({ accepted: 1, heldAtSending: 1 });
        expect(topicOf(shop.held(1))).toBe(false);
        expect(topicOf(shop.held(2))).toBe(true);
      });
    });
  },
  { flavours: ['mariadb'] },
);

/** Moves the clock of the process that loads it. */
const LATER = 'const now = Date.now; Date.now = () => now() + 120000;';
