import { afterEach, describe, expect, it } from 'vitest';
import { StateError } from '../../src/core/errors/millrace-error.ts';
import type { TestServer } from '../servers/provided-servers.ts';
import { describeOnServers } from '../servers/servers.ts';
import { type BackfillWorld, DAY, HOUR, NOW, openBackfillWorld } from './backfill-world.ts';

/** How long something may take on a busy machine. */
const WAITING = { timeout: 20_000, interval: 20 };

const CONFIRMATION = { id: 3, name: 'Order confirmation', trigger: { event: 'order_placed' } };
const BUYERS = { id: 1, name: 'Buyers', when: { event: 'order_placed' } };
const WELCOME = { id: 4, name: 'Welcome, buyer', trigger: { segment: 'Buyers' } };

describeOnServers('a backfill', (server: TestServer) => {
  let world: BackfillWorld;
  const open = async (appKey?: string): Promise<BackfillWorld> => {
    world = await openBackfillWorld(server, appKey);
    return world;
  };

  afterEach(() => world.close());

  describe('and its gate', () => {
    it('sends young events while nobody listens, and refuses them when somebody does', async () => {
      const { shop, sync, order, backfill, arrived, batches } = await open();
      await sync();
      await order('old', 100 * HOUR);
      await order('young', 72 * HOUR);
      shop.sandbox.admin.define({ campaigns: [CONFIRMATION] });
      const before = batches();
      const refused = await backfill();
      expect(refused.error).toMatchObject({ code: 'backfill_refused', exitCode: 3 });
      expect(refused.planned?.judged.youngEvents).toEqual([{ key: 'young', occurredAt: NOW - 72 * HOUR }]);
      expect(batches()).toBe(before);
      // The end that it names sends the old one.
      expect((await backfill({ to: NOW - 72 * HOUR })).error).toBeUndefined();
      expect(arrived()).toEqual(['old']);
      shop.sandbox.admin.setCampaign({ id: 3, state: 'draft' });
      expect((await backfill()).error).toBeUndefined();
      expect(arrived()).toEqual(['old', 'young']);
      expect(shop.sandbox.admin.journeys()).toEqual([]);
    });

    it('wants every campaign that a segment starts to be named as safe, with a reason that is kept', async () => {
      const { shop, sync, order, backfill } = await open();
      await sync();
      await order('old', 100 * HOUR);
      shop.sandbox.admin.define({ segments: [BUYERS], campaigns: [WELCOME] });
      const { error, planned } = await backfill();
      expect(error?.message).toMatch(/Welcome, buyer \(4 by Buyers\)/);
      expect(planned?.judged.concerns).toMatchObject([{ how: 'segment', segments: ['Buyers'] }]);
      const unknown = { campaign: 'Welcom, buyer', reason: 'they know us', saidIn: 'command line' } as const;
      expect((await backfill({ safe: [unknown] })).error).toMatchObject({
        code: 'usage',
        hint: 'Did you mean `Welcome, buyer`?',
      });
      const { run } = await backfill({ safe: [{ ...unknown, campaign: 4 }] });
      expect(run?.models).toMatchObject([
        {
          accepted: 1,
          backfill: {
            safe: [{ campaign: 4, reason: 'they know us' }],
            // And it was not safe at all: what began is told.
            journeys: { started: [{ campaign: 4, started: 1 }] },
          },
        },
      ]);
    });

    it('takes the word of journeys.yml, but not for a name that two campaigns have', async () => {
      const { shop, sync, order, backfill } = await open();
      await sync();
      await order('old', 100 * HOUR);
      const admin = shop.sandbox.admin;
      admin.define({ segments: [BUYERS], campaigns: [WELCOME] });
      await shop.project.write(
        'journeys.yml',
        'journeys:\n  welcome: { campaign: "welcome, BUYER", backfill: { safe: They know us } }\n',
      );
      const planned = await backfill({ act: 'show' });
      expect(planned.error).toBeUndefined();
      expect(planned.planned?.judged.concerns).toMatchObject([
        { safe: { reason: 'They know us', saidIn: 'journeys.yml' } },
      ]);
      admin.define({ campaigns: [{ ...WELCOME, id: 9 }] });
      const doubtful = await backfill({ act: 'show' });
      expect(doubtful.error?.code).toBe('backfill_refused');
      expect(doubtful.planned?.judged.remarks).toEqual([
        'journeys.yml: `welcome` names campaign "welcome, BUYER", which several campaigns of the workspace have',
      ]);
    });

    it('without an App API key lets only old events through, and says what it could not look at', async () => {
      const { sync, order, backfill, arrived } = await open('');
      await sync();
      await order('old', 100 * HOUR);
      await order('young', HOUR);
      const refused = await backfill();
      expect(refused.error?.message).toMatch(/without an App API key nobody can tell/);
      const { run, planned } = await backfill({ to: NOW - DAY });
      expect(planned?.judged.unchecked).toHaveLength(2);
      expect(run?.models[0]?.backfill?.journeys).toMatchObject({ started: undefined });
      expect(arrived()).toEqual(['old']);
    });

    it('sends nothing when Customer.io can not be asked', async () => {
      const { shop, sync, order, backfill, arrived } = await open();
      await sync();
      await order('old', 100 * HOUR);
      shop.sandbox.admin.setFaults({
        match: { path: '/v1/campaigns' },
        action: { kind: 'status', status: 403 },
      });
      expect((await backfill()).error).toMatchObject({ exitCode: 4 });
      expect(arrived()).toEqual([]);
    });

    it('is asked again when a plan is applied', async () => {
      const { shop, sync, order, backfill, apply, arrived } = await open();
      await sync();
      await order('young', HOUR);
      const { saved } = await backfill({ act: 'save' });
      if (saved === undefined) throw new Error('no plan was saved');
      shop.sandbox.admin.define({ campaigns: [CONFIRMATION] });
      await expect(apply(saved)).rejects.toMatchObject({ code: 'backfill_refused' });
      expect(arrived()).toEqual([]);
      shop.sandbox.admin.setCampaign({ id: 3, state: 'stopped' });
      expect((await apply(saved)).models).toMatchObject([{ accepted: 1 }]);
      expect(arrived()).toEqual(['young']);
    });

    it('stops on its way when a campaign that listens is started', async () => {
      const { shop, sync, order, backfill, arrived, clock } = await open();
      await sync();
      for (let n = 0; n < 6; n += 1) await order(`young-${n}`, HOUR + n);
      const outcome = backfill({ rate: 1 });
      await expect.poll(() => arrived().length, WAITING).toBeGreaterThan(0);
      shop.sandbox.admin.define({ campaigns: [CONFIRMATION] });
      clock.now += 400;
      expect((await outcome).error).toMatchObject({ code: 'backfill_refused' });
      expect(arrived().length).toBeLessThan(6);
    });
  });

  describe('and what it sends', () => {
    it('marks events, in order of time, and the normal run calls none of them changed', async () => {
      const { shop, sync, order, backfill, arrived, clock } = await open();
      await sync();
      clock.now += 3 * DAY;
      // One from before the start of the event and two from after it, late by now.
      await order('c', 50 * HOUR);
      await order('a', 200 * HOUR);
      await order('b', 60 * HOUR, 2);
      const { run } = await backfill();
      expect(run?.models).toMatchObject([{ model: 'orders', accepted: 3 }]);
      expect(arrived()).toEqual(['a', 'b', 'c']);
      const marks = shop.sandbox.admin.events().map(({ attributes }) => attributes['backfilled']);
      expect(marks).toEqual([true, true, true]);
      const after = await sync();
      expect(after.models.find(({ model }) => model === 'orders')).toMatchObject({
        unchanged: 2,
        beforeStart: 1,
        changedAfterDelivery: 0,
        held: 0,
      });
      await shop.database.execute('ALTER TABLE orders ADD COLUMN note INT');
      await shop.database.execute("UPDATE orders SET amount = 99 WHERE order_id = 'b'");
      const changed = await sync();
      expect(changed.models.find(({ model }) => model === 'orders')).toMatchObject({
        changedAfterDelivery: 1,
      });
    });

    it('leaves the mark out, or gives it another name, as the project says', async () => {
      const { shop, sync, order, backfill } = await open();
      const marker = (value: string) =>
        shop.project.edit('millrace.yml', /(defaults: .*\n)?$/, `defaults: { backfill_marker: ${value} }\n`);
      marker('is_history');
      await sync();
      await order('a', 100 * HOUR);
      await backfill();
      marker('"off"');
      await order('b', 90 * HOUR);
      await backfill();
      expect(shop.sandbox.admin.events().map(({ attributes }) => attributes['is_history'])).toEqual([
        true,
        undefined,
      ]);
    });

    it('keeps to its time and to people who are known, and remembers what it could not send', async () => {
      const { shop, sync, order, backfill, arrived } = await open();
      await sync();
      await order('before', 300 * HOUR);
      await order('first', 200 * HOUR);
      await order('last', 101 * HOUR);
      await order('end', 100 * HOUR);
      await order('nobody', 150 * HOUR, 99);
      const { planned } = await backfill({ from: NOW - 200 * HOUR, to: NOW - 100 * HOUR });
      expect(planned?.made.summary.models).toMatchObject([
        { operations: 2, beforeStart: 2, held: 1, withheld: [{ code: 'person_unknown', count: 1 }] },
      ]);
      expect(arrived()).toEqual(['first', 'last']);
      const state = await world.toolbox
        .openStates(`${shop.project.folder}/.millrace`)
        .openForReading(await workspaceOf(world));
      const rows = await state?.runs.withheld({ model: 'orders.backfill', limit: 10 });
      await state?.close();
      expect(rows).toMatchObject([{ key: 'nobody', code: 'person_unknown' }]);
    });

    it('goes on where it was stopped, and sends nothing twice', async () => {
      const { sync, order, backfill, arrived } = await open();
      await sync();
      for (let n = 0; n < 6; n += 1) await order(`old-${n}`, 200 * HOUR - n);
      const stopping = new AbortController();
      const stopped = backfill({ rate: 1, signal: stopping.signal });
      await expect.poll(() => arrived().length, WAITING).toBeGreaterThan(0);
      stopping.abort(new StateError('interrupted', 'asked to stop'));
      expect((await stopped).error?.code).toBe('interrupted');
      const before = arrived().length;
      expect(before).toBeLessThan(6);
      const { run } = await backfill();
      expect(run?.models).toMatchObject([{ unchanged: before, accepted: 6 - before }]);
      expect(arrived()).toEqual(['old-0', 'old-1', 'old-2', 'old-3', 'old-4', 'old-5']);
    });

    it('is what the model allows', async () => {
      const { shop, sync, backfill } = await open();
      await sync();
      const codeOf = async (options: Parameters<typeof backfill>[0]) => (await backfill(options)).error?.code;
      expect(await codeOf({ event: 'order_place' })).toBe('usage');
      expect(await codeOf({ from: NOW, to: NOW })).toBe('usage');
      const policy = (value: string) =>
        shop.project.edit(
          'models/orders.yml',
          /(backfill: .*\n)?properties/,
          `backfill: ${value}\nproperties`,
        );
      policy('forbidden');
      expect(await codeOf({ mode: 'attributes_only' })).toBe('backfill_forbidden');
      policy('attributes_only');
      expect(await codeOf({ mode: 'historical' })).toBe('backfill_forbidden');
      expect(await codeOf({})).toBeUndefined();
    });
  });

  it('of attributes sends no event, and only the people whose events they are', async () => {
    const { shop, sync, order, backfill, arrived } = await open();
    await sync();
    await order('old', 100 * HOUR, 2);
    await shop.database.execute('UPDATE customers SET points = 77');
    const { run, planned } = await backfill({ mode: 'attributes_only' });
    expect(planned?.plan.people).toBe(1);
    expect([...(planned?.made.samples.get('customers') ?? [])]).toEqual([
      {
        kind: 'person',
        key: '2',
        isNew: false,
        changes: [{ attribute: 'points', before: 'null', after: '77' }],
      },
    ]);
    expect([...(planned?.held ?? [])].map(([person]) => person)).toEqual(['2']);
    expect(run?.models).toMatchObject([
      { model: 'customers', rows: 1, accepted: 1, backfill: { people: { looked: 1, equal: 1 } } },
    ]);
    expect(arrived()).toEqual([]);
    const points = shop.sandbox.admin.people().map(({ id, attributes }) => [id, attributes['points']]);
    expect(points.sort()).toEqual([
      ['1', 10],
      ['2', 77],
      ['3', 30],
    ]);
    const after = await sync();
    expect(after.models[0]).toMatchObject({ model: 'customers', accepted: 2, unchanged: 1 });
  });
});

async function workspaceOf({ toolbox, shop }: BackfillWorld): Promise<string> {
  const [name = ''] = await toolbox.openStates(`${shop.project.folder}/.millrace`).workspaces();
  return name;
}
