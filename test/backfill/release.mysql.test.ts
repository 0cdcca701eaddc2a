import { afterEach, beforeEach, expect, it } from 'vitest';
import { lateLines } from '../../src/cli/late-lines.ts';
import { describeOnServers } from '../servers/servers.ts';
import { type BackfillWorld, DAY, HOUR, openBackfillWorld } from './backfill-world.ts';

const CONFIRMATION = { id: 3, name: 'Order confirmation', trigger: { event: 'order_placed' } };
const RELEASE = { kind: 'release', from: 0, reason: 'the shop was down' } as const;

describeOnServers('late events', (server) => {
  let world: BackfillWorld;

  /** Five days after the start: two events older than 73 hours, one of 40, one live; one from before the start. */
  beforeEach(async () => {
    world = await openBackfillWorld(server);
    await world.sync();
    world.advance(5 * DAY);
    await world.order('before', 6 * DAY);
    await world.order('old-1', 100 * HOUR);
    await world.order('old-2', 80 * HOUR, 2);
    await world.order('young', 40 * HOUR, 3);
    await world.order('live', HOUR);
    world.shop.sandbox.admin.define({ campaigns: [CONFIRMATION] });
  });
  afterEach(() => world.close());

  it('are held by the normal run, which says how many and what to do', async () => {
    const { summary, models } = await world.sync();
    expect(models.find(({ model }) => model === 'orders')).toMatchObject({ accepted: 1, held: 3 });
    expect(lateLines(summary.models)).toEqual([
      'order_placed: 3 events are held as late. `millrace release order_placed --dry-run --reason TEXT` shows what could be sent now.',
    ]);
  });

  it('are released past the gate of a backfill: what could start a journey stays', async () => {
    const refused = await world.backfill(RELEASE);
    expect(refused.error).toMatchObject({ code: 'backfill_refused' });
    expect(refused.planned?.judged.youngEvents).toMatchObject([{ key: 'young' }]);
    expect(refused.error?.hint).toMatch(/--allow-journeys/);
    const to = /--to (\S+Z)/.exec(refused.error?.hint ?? '')?.[1] ?? '';
    const { run } = await world.backfill({ ...RELEASE, to: Date.parse(to) / 1000 });
    expect(run?.models).toMatchObject([
      { accepted: 2, backfill: { kind: 'release', reason: 'the shop was down' } },
    ]);
    expect(world.arrived()).toEqual(['old-1', 'old-2']);
    expect(world.shop.sandbox.admin.journeys()).toEqual([]);
    // The live one is the normal run's.
    expect((await world.sync()).models.find(({ model }) => model === 'orders')).toMatchObject({
      accepted: 1,
      held: 1,
      unchanged: 2,
      changedAfterDelivery: 0,
    });
  });

  it('start journeys when somebody says that they are wanted, without the mark that filters keep out', async () => {
    const { run } = await world.backfill({ ...RELEASE, keys: ['young'], allowsJourneys: true });
    expect(run?.models).toMatchObject([
      {
        accepted: 1,
        backfill: { allowsJourneys: true, journeys: { started: [{ campaign: 3, started: 1 }] } },
      },
    ]);
    expect(world.arrived()).toEqual(['young']);
    expect(world.shop.sandbox.admin.events()[0]?.attributes).not.toHaveProperty('backfilled');
    expect(world.shop.sandbox.admin.journeys()).toHaveLength(1);
  });

  it('are not what the normal run sends, nor what lies before the start', async () => {
    const { planned, error } = await world.backfill({ ...RELEASE, keys: ['live', 'before'] });
    expect(error).toBeUndefined();
    expect(planned?.made.summary.models).toMatchObject([{ operations: 0, beforeStart: 5 }]);
  });
});
