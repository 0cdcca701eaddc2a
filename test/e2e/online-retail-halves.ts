import { join } from 'node:path';
import { expect } from 'vitest';
import { type BackfillOptions, backfill } from '../../src/app/backfill.ts';
import { sync } from '../../src/app/sync.ts';
import { type RunningSandbox, startSandbox } from '../../src/sandbox/start-sandbox.ts';
import { toolboxAt } from '../support/chosen-time.ts';
import { readTsv } from '../support/shared-data.ts';
import { projectFrom } from '../support/test-project.ts';

const utc = (text: string) => Date.parse(text) / 1000;
const DAY = 86_400;

const BEGINNING = utc('2010-12-01T00:00:00Z');
const SPLIT = utc('2011-07-01T00:00:00Z');
/** 73 hours after the last invoice of the data. */
const OVER = utc('2011-12-12T14:00:00Z');

/** The first half must be older than 73 hours before it may go while a campaign listens. */
const HISTORY_AFTER_DAYS = 4;

const CONFIRMATION = { id: 3, name: 'Order confirmation', trigger: { event: 'order_placed' } };

/**
 * Begins at the split, lives so many days one by one with a campaign that listens, sends the half before as history on
 * the way, and gets the rest at the end as after an outage.
 */
export async function liveThrough(
  source: { readonly url: string },
  folder: string,
  liveDays: number,
): Promise<void> {
  const sandbox = await startSandbox({ clock: { startAtMs: SPLIT * 1000, rate: 0 } });
  const project = projectFrom('examples/online-retail', { mysqlUrl: source.url, trackUrl: sandbox.url });
  const clock = { now: SPLIT };
  const toolbox = toolboxAt(clock);
  const wanted = { projectPath: project.folder, select: [], historyFrom: undefined, signal: undefined };
  const goTo = (now: number): void => {
    clock.now = now;
    sandbox.admin.setClock({ now: now * 1000 });
  };
  const send = (
    event: string,
    more: Pick<BackfillOptions, 'kind' | 'from' | 'to'> & Partial<BackfillOptions>,
  ) => backfill(toolbox, { ...NOTHING_SPECIAL, projectPath: project.folder, event, ...more });
  try {
    sandbox.admin.define({ campaigns: [CONFIRMATION] });
    await sync(toolbox, { ...wanted, command: 'sync' });
    expect(sandbox.admin.events()).toEqual([]);
    for (let day = 1; day <= liveDays; day += 1) {
      goTo(SPLIT + day * DAY);
      await sync(toolbox, { ...wanted, command: 'sync' });
    }
    const journeys = expectLiveJourneys(sandbox, liveDays);
    goTo(Math.max(clock.now, SPLIT + HISTORY_AFTER_DAYS * DAY));
    for (const event of ['order_placed', 'refund_issued']) {
      await send(event, { kind: 'backfill', from: BEGINNING, to: SPLIT });
    }
    goTo(OVER);
    for (const event of ['order_placed', 'refund_issued']) {
      await send(event, { kind: 'release', from: 0, to: OVER, reason: 'an outage' });
    }
    // Neither history nor what came late has started anything.
    expect(sandbox.admin.journeys()).toHaveLength(journeys);
    expectEveryEventOnce(sandbox, folder);
  } finally {
    project.remove();
    await sandbox.close();
  }
}

const NOTHING_SPECIAL = {
  mode: undefined,
  rate: undefined,
  safe: [],
  allowsJourneys: false,
  reason: undefined,
  keys: undefined,
  act: 'send',
  samplesMax: 0,
  command: 'backfill',
  signal: undefined,
  onPlanned: () => undefined,
} as const satisfies Partial<BackfillOptions>;

/** Every order of the days that were lived has started a journey, and nothing else has. */
function expectLiveJourneys(sandbox: RunningSandbox, liveDays: number): number {
  const journeys = sandbox.admin.journeys();
  const orders = sandbox.admin.events('order_placed');
  expect(journeys.length).toBeGreaterThan(0);
  expect(journeys.length).toBe(orders.length);
  const times = journeys.map(({ event }) => event?.timestamp ?? 0);
  expect(Math.min(...times)).toBeGreaterThanOrEqual(SPLIT);
  expect(Math.max(...times)).toBeLessThanOrEqual(SPLIT + liveDays * DAY);
  return journeys.length;
}

function expectEveryEventOnce(sandbox: RunningSandbox, folder: string): void {
  const expected = readTsv(join(folder, 'expected_events.tsv.gz')).map(
    ([, key = '', person, at = '']) => `${key} ${person} ${utc(`${at.replace(' ', 'T')}Z`)}`,
  );
  const held = sandbox.admin
    .events()
    .map(
      ({ name, attributes, person, timestamp }) =>
        `${name}:${String(attributes['invoice_no'])} ${person?.id} ${timestamp}`,
    );
  expect(held.sort()).toEqual(expected.sort());
}
