import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { RunningSandbox } from '../../src/sandbox/start-sandbox.ts';
import { choicesOf, SWITCH_NAMES, type SwitchName } from '../../src/sandbox/switch-choices.ts';
import { DEFAULT_SWITCHES, SWITCH_DESCRIPTIONS, type SwitchChanges } from '../../src/sandbox/switches.ts';
import { describeOnServers } from '../servers/servers.ts';
import { batchRequests } from '../support/batches.ts';
import { openSmallShop, type SmallShop } from './shop-project.ts';

/**
 * Whatever is not documented of Customer.io is a switch of the sandbox, and Millrace keeps its promises under every
 * setting. `npm run torture -- switches` tries all of them; a normal run tries some, and all others at once.
 */
const IS_COMPLETE = process.env['MILLRACE_TEST_SWITCHES'] === 'all';
const SEED = Number(process.env['MILLRACE_TEST_SEED'] ?? '1');
const TRIED_IN_A_NORMAL_RUN = 2;

/** Other settings of the switches that are numbers; those of the others follow from what they can be. */
const OTHER_COUNTS: Partial<Record<SwitchName, readonly number[]>> = {
  applyDelayMs: [700],
  applyJitterMs: [900],
  shuffleSeed: [2],
  batchBytesMax: [512_000],
  itemBytesMax: [32_768],
  exportReadyAfterMs: [0],
  segmentBuildMs: [0],
};

/** What a setting needs to mean anything. */
const BESIDES: Partial<Record<SwitchName, SwitchChanges>> = {
  shuffleSeed: { shuffleBatch: true, applyJitterMs: 300 },
  trackOverLimit: { trackRequestsPerSecondMax: 1000 },
};

/** An edited e-mail address arrives only in a workspace that allows it: a documented setting, no assumption. */
const ALWAYS: SwitchChanges = { allowEmailUpdateWithId: true };

interface Setting {
  readonly name: SwitchName;
  readonly value: unknown;
  readonly switches: SwitchChanges;
}

const UNDOCUMENTED = SWITCH_NAMES.filter((name) => SWITCH_DESCRIPTIONS[name].basis !== 'documented');
const SETTINGS: readonly Setting[] = UNDOCUMENTED.flatMap((name) =>
  otherValues(name).map((value) => ({ name, value, switches: { ...BESIDES[name], [name]: value } })),
);

function otherValues(name: SwitchName): readonly unknown[] {
  const choices = choicesOf(name);
  if (choices.kind === 'flag') return [!DEFAULT_SWITCHES[name]];
  if (choices.kind === 'count') return OTHER_COUNTS[name] ?? [];
  return choices.values.filter((value) => value !== DEFAULT_SWITCHES[name]);
}

/** The first other setting of every switch together. */
const ALL_AT_ONCE: SwitchChanges = Object.assign(
  {},
  ...SETTINGS.toReversed().map(({ switches }) => switches),
);

function chosenSettings(): readonly Setting[] {
  if (IS_COMPLETE) return SETTINGS;
  const start = (SEED * TRIED_IN_A_NORMAL_RUN) % SETTINGS.length;
  return [...SETTINGS, ...SETTINGS].slice(start, start + TRIED_IN_A_NORMAL_RUN);
}

it('every undocumented switch has another setting to be tried', () => {
  expect(UNDOCUMENTED.filter((name) => otherValues(name).length === 0)).toEqual([]);
  expect(Object.keys(ALL_AT_ONCE)).toEqual(expect.arrayContaining([...UNDOCUMENTED]));
});

describeOnServers(
  'the promises hold',
  (server) => {
    const tell = (switches: SwitchChanges) => withShop(server, switches, story);

    it('with the defaults', () => tell({}));
    it('with everything that is assumed the other way round', () => tell(ALL_AT_ONCE));
    it.each(chosenSettings().map((setting) => [setting.name, setting.value, setting] as const))(
      'with %s = %s',
      (_name, _value, { switches }) => tell(switches),
    );

    it('of a new e-mail address that would be refused in silence, with all else in its row', () =>
      withShop(
        server,
        { allowEmailUpdateWithId: false, identifierConflict: 'nothing_applies' },
        async (shop) => {
          await shop.project.run(['sync']);
          await shop.database.execute(
            "UPDATE customers SET email = 'neu@x.example', points = 99 WHERE id = 1",
          );
          expect((await shop.project.run(['sync'])).exitCode).toBe(0);
          expect(await differences(shop)).toEqual([]);
          expect(shop.sandbox.admin.activities('failed_attribute_change')).toEqual([]);
        },
      ));
  },
  { flavours: ['mariadb'] },
);

/** What a setting makes impossible for any sender; docs/reference/sandbox-assumptions.md says so. */
describeOnServers(
  'nobody who only sends can keep the promise',
  (server) => {
    it('above a limit that drops in silence: only reading back tells', () =>
      withShop(server, { trackRequestsPerSecondMax: 1, trackOverLimit: 'silent_drop' }, async (shop) => {
        shop.project.edit('millrace.yml', 'site_id:', 'requests_per_second: 100\n  site_id:');
        // Several full batches, which go out together.
        await shop.database.execute(
          "INSERT INTO customers SELECT seq, CONCAT('p', seq, '@x.example'), REPEAT('x', 100), seq FROM seq_10_to_12000",
        );
        expect((await shop.project.run(['sync'])).exitCode).toBe(0);
        expect(shop.sandbox.admin.requests().every(({ status }) => status === 200)).toBe(true);
        expect(shop.sandbox.admin.info().people).toBeLessThan(11_994);
      }));

    it('that a cleared attribute is gone, where empty values are stored: it is empty', () =>
      withShop(server, { emptyAttribute: 'is_stored' }, async (shop) => {
        await shop.project.run(['sync']);
        await shop.database.execute('UPDATE customers SET points = NULL WHERE id = 3');
        await shop.project.run(['sync']);
        expect(await differences(shop)).toEqual([]);
        expect(shop.sandbox.admin.person({ id: '3' })?.literals).toHaveProperty('points');
      }));
  },
  { flavours: ['mariadb'] },
);

async function withShop(
  server: Parameters<typeof openSmallShop>[0],
  switches: SwitchChanges,
  run: (shop: SmallShop) => Promise<void>,
): Promise<void> {
  const campaigns = [
    { id: 1, name: 'Order', trigger: { event: 'order_placed' }, steps: [{ message: 'Thanks' }] },
  ];
  const shop = await openSmallShop(server, {
    switches: { ...ALWAYS, ...switches },
    workspace: { campaigns },
  });
  try {
    await run(shop);
  } finally {
    await shop.close();
  }
}

/** People, a refused item, orders, a lost answer, edited rows, a new e-mail address, and nothing sent twice. */
async function story(shop: SmallShop): Promise<void> {
  const { admin } = shop.sandbox;
  await shop.database.execute("INSERT INTO orders VALUES ('old', 1, UTC_TIMESTAMP() - INTERVAL 40 DAY, 5)");

  admin.setFaults({
    match: { people: ['2'], firstN: 1 },
    action: { kind: 'reject-items', message: 'not today' },
  });
  const first = await shop.project.json(['sync']);
  expect(first.run.models).toMatchObject([{ model: 'customers', rows: 3, accepted: 2, rejected: 1 }, {}]);
  await settled(shop.sandbox);
  expect(
    admin
      .people()
      .map(({ id }) => id)
      .toSorted(),
  ).toEqual(['1', '3']);

  await shop.order('A-1', 1);
  await shop.order('A-2', 3);
  admin.setFaults([
    { match: { people: ['2'], firstN: 1 }, action: { kind: 'drop-after-commit' } },
    { match: { event: 'order_placed', firstN: 1 }, action: { kind: 'drop-after-commit' } },
  ]);
  await shop.project.json(['sync']);
  expect(await differences(shop)).toEqual([]);
  expect(admin.counters()).toMatchObject({
    faults: [{ hits: 1 }, { hits: 1 }],
    inside: { duplicate_event_ids_ignored: 2 },
  });
  await sendsNothing(shop);

  admin.clearFaults();
  await shop.database.execute(
    "UPDATE customers SET points = 11, name = 'Änne' WHERE id = 1",
    "UPDATE customers SET email = 'neu@x.example', points = 7 WHERE id = 2",
    'UPDATE customers SET points = NULL WHERE id = 3',
  );
  await shop.order('A-3', 2);
  await shop.project.json(['sync']);
  expect(await differences(shop)).toEqual([]);
  await sendsNothing(shop);
  expect(await differences(shop)).toEqual([]);

  // The old order started nothing; a new one at most once, whatever was sent again.
  const journeys = admin.journeys();
  expect(journeys).toHaveLength(3);
  expect(new Set(journeys.map(({ person }) => person?.id))).toEqual(new Set(['1', '2', '3']));
}

async function sendsNothing(shop: SmallShop): Promise<void> {
  const before = batchRequests(shop.sandbox);
  const { exitCode } = await shop.project.run(['sync']);
  expect([exitCode, batchRequests(shop.sandbox) - before]).toEqual([0, 0]);
}

/** Accepted is not applied: waits until all of it is. */
async function settled({ admin }: RunningSandbox): Promise<void> {
  while (admin.info().pending > 0) await sleep(20);
}

/** What MySQL says and the sandbox does not, or the other way round. Written without the product's code. */
async function differences(shop: SmallShop): Promise<readonly string[]> {
  await settled(shop.sandbox);
  const { admin } = shop.sandbox;
  const rows = await shop.database.execute('SELECT id, email, name, points FROM customers ORDER BY id');
  const orders = await shop.database.execute(
    "SELECT order_id, customer_id, TIMESTAMPDIFF(SECOND, '1970-01-01', paid_at) AS paid_at, amount FROM orders WHERE order_id <> 'old' ORDER BY order_id",
  );
  const wanted = [
    ...rows.map(({ id, email, name, points }) => text({ id: String(id), email, name, points })),
    ...orders.map((order) =>
      text({ ...order, customer_id: String(order['customer_id']), amount: Number(order['amount']) }),
    ),
  ];
  const found = [
    ...admin
      .people()
      .map(({ id, email, attributes }) =>
        text({ id, email, name: storedValue(attributes, 'name'), points: storedValue(attributes, 'points') }),
      ),
    ...admin.events().map(({ person, timestamp, attributes }) =>
      text({
        order_id: attributes['order_id'],
        customer_id: person?.id,
        paid_at: timestamp,
        amount: attributes['amount'],
      }),
    ),
  ];
  return [
    ...wanted.filter((one) => count(found, one) !== count(wanted, one)).map((one) => `missing: ${one}`),
    ...found.filter((one) => count(found, one) !== count(wanted, one)).map((one) => `too much: ${one}`),
  ];
}

/** A cleared attribute is gone, or empty where the workspace stores empty values. */
function storedValue(attributes: Readonly<Record<string, unknown>>, name: string): unknown {
  const value = attributes[name];
  return value === undefined || value === '' ? null : value;
}

function text(value: object): string {
  return JSON.stringify(value);
}

function count(list: readonly string[], one: string): number {
  return list.filter((other) => other === one).length;
}
