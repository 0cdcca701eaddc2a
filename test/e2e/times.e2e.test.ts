import { afterAll, beforeAll, expect, it } from 'vitest';
import { NOT_BEFORE_DEFAULT } from '../../src/core/contract/field.ts';
import { type SeededRandom, seededRandom } from '../../src/demo/seeded-random.ts';
import { type RunningSandbox, startSandbox } from '../../src/sandbox/start-sandbox.ts';
import { createDatabase, describeOnServers, type TestDatabase } from '../servers/servers.ts';
import { timeRule } from '../support/fields.ts';
import { emptyProject, type TestProject } from '../support/test-project.ts';
import { expectedTime } from '../support/time-oracle.ts';

const PEOPLE = 250;
const SEED = 20_261_125;

/** One way to keep a time: a column type, what the contract says of it, and texts that fit into it. */
interface Kept {
  readonly name: string;
  readonly type: string;
  readonly options: string;
  /** Zone, format and choice by which the value is to be read. */
  readonly rule: Parameters<typeof timeRule>[0];
  make(random: SeededRandom): string;
}

const two = (part: number): string => String(part).padStart(2, '0');

/** Around the changes of clocks of Europe and America as often as not, and now and then nonsense. */
function dateTime(random: SeededRandom): string {
  const edge = random.pick([
    '0000-00-00 00:00:00',
    '1970-01-01 00:00:01',
    '1999-12-31 23:59:59',
    '2026-03-29 02:30:00',
    '2026-10-25 02:30:00',
    '2026-03-08 02:30:00',
    '2026-11-01 01:30:00',
    '2099-12-31 23:59:59',
  ]);
  if (random.chance(0.25)) return edge;
  const month = random.pick([3, 3, 10, 11, random.between(1, 12)]);
  const day = random.between(month === 3 || month === 10 ? 25 : 1, 28);
  const clock = [
    random.pick([0, 1, 2, 3, random.between(0, 23)]),
    random.between(0, 59),
    random.between(0, 59),
  ];
  return `${random.between(2001, 2035)}-${two(month)}-${two(day)} ${clock.map(two).join(':')}`;
}

const withFraction = (random: SeededRandom): string => {
  const text = dateTime(random);
  return text.startsWith('0000') ? text : `${text}.${String(random.between(0, 999_999)).padStart(6, '0')}`;
};

const seconds = (random: SeededRandom): number => random.between(-86_400, Date.UTC(2035, 0, 1) / 1000);

const number = (factor: number) => (random: SeededRandom) =>
  String(random.pick([0, 1, seconds(random), seconds(random) * factor, seconds(random) * factor * 1000]));

const KEPT: readonly Kept[] = [
  {
    name: 'berlin',
    type: 'DATETIME',
    options: 'time_zone: Europe/Berlin',
    rule: { timeZone: 'Europe/Berlin' },
    make: dateTime,
  },
  {
    name: 'berlin_later',
    type: 'DATETIME(6)',
    options: 'time_zone: Europe/Berlin, ambiguous_time: later, not_before: 1900-01-01',
    rule: { timeZone: 'Europe/Berlin', ambiguous: 'later', notBefore: Date.UTC(1900, 0, 1) / 1000 },
    make: withFraction,
  },
  {
    name: 'new_york',
    type: 'DATETIME(3)',
    options: 'time_zone: America/New_York, ambiguous_time: earlier',
    rule: { timeZone: 'America/New_York', ambiguous: 'earlier' },
    make: dateTime,
  },
  { name: 'utc', type: 'DATETIME', options: 'time_zone: UTC', rule: {}, make: dateTime },
  {
    name: 'in_text',
    type: 'VARCHAR(60)',
    options: 'time_zone: Australia/Lord_Howe',
    rule: { timeZone: 'Australia/Lord_Howe' },
    make: (random) =>
      random.pick([
        dateTime(random),
        withFraction(random),
        dateTime(random).slice(0, 10),
        'soon',
        '',
        '25.11.2026',
        `${dateTime(random)}Z`,
      ]),
  },
  {
    name: 'seconds',
    type: 'BIGINT',
    options: 'format: unix_seconds',
    rule: { format: 'unix_seconds' },
    make: number(1),
  },
  {
    name: 'parts_of_seconds',
    type: 'DECIMAL(20,6)',
    options: 'format: unix_seconds',
    rule: { format: 'unix_seconds' },
    make: (random) => `${seconds(random)}.${random.pick(['000000', '999999', '500000'])}`,
  },
  {
    name: 'milliseconds',
    type: 'BIGINT',
    options: 'format: unix_milliseconds',
    rule: { format: 'unix_milliseconds' },
    make: number(1000),
  },
  {
    name: 'microseconds',
    type: 'BIGINT',
    options: 'format: unix_microseconds',
    rule: { format: 'unix_microseconds' },
    make: number(1_000_000),
  },
];

/** What a TIMESTAMP is written as by a session that lies five and a half hours ahead. */
const SESSION_ZONE = '+05:30';

describeOnServers('times on their way from MySQL to Customer.io', (server) => {
  let database: TestDatabase;
  let sandbox: RunningSandbox;
  let project: TestProject;
  const random = seededRandom(SEED);
  const rows = Array.from({ length: PEOPLE }, (_, id) => ({
    id,
    texts: new Map(KEPT.map(({ name, make }) => [name, make(random)])),
    // TIMESTAMP knows only the years from 1970 to 2038.
    stamp: `20${two(random.between(1, 37))}-0${random.between(1, 9)}-${two(random.between(1, 28))} 0${random.between(0, 9)}:00:00`,
  }));

  beforeAll(async () => {
    database = await createDatabase(server);
    sandbox = await startSandbox();
    project = emptyProject({ mysqlUrl: database.url, trackUrl: sandbox.url });
    await fillTable(database, rows);
    await writeProject(project);
  });
  afterAll(async () => {
    project.remove();
    await sandbox.close();
  });

  it('become the seconds that Temporal makes of them, or the fault that it stands for', async () => {
    const { exitCode, run } = await project.json(['sync']);
    expect(exitCode).toBe(0);
    const { rows: withheld } = await project.json(['faults', '--limit', '10000']);
    const faults = new Map(
      withheld.map(({ model, key, code }: { model: string; key: string; code: string }) => [
        `${model} ${key}`,
        code,
      ]),
    );
    for (const { name, rule } of KEPT) {
      const got = rows.map(({ id }) => faults.get(`${name} ${id}`) ?? attribute(id, `${name}_at`));
      const expected = rows.map(({ texts }) => expectedTime(texts.get(name) ?? '', timeRule(rule)));
      expect(got, name).toEqual(expected);
      const { accepted, faults: counted } = run.models.find(({ model }: { model: string }) => model === name);
      const isFault = expected.filter((each) => typeof each === 'string').length;
      expect([accepted, counted], name).toEqual([PEOPLE - isFault, isFault]);
      expect(isFault, name).toBeGreaterThan(0);
      expect(isFault, name).toBeLessThan(PEOPLE);
    }
    const stamps = rows.map(({ id }) => attribute(id, 'stamp_at'));
    expect(stamps).toEqual(
      rows.map(({ stamp }) => Date.parse(`${stamp.replace(' ', 'T')}${SESSION_ZONE}`) / 1000),
    );
    expect(Math.min(...(stamps as number[]))).toBeGreaterThan(NOT_BEFORE_DEFAULT);
  });

  function attribute(id: number, name: string): unknown {
    return sandbox.admin.person({ id: String(id) })?.attributes[name];
  }
});

async function fillTable(
  database: TestDatabase,
  rows: readonly { id: number; texts: ReadonlyMap<string, string>; stamp: string }[],
): Promise<void> {
  const columns = KEPT.map(({ name, type }) => `${name} ${type} NULL`);
  await database.execute(
    "SET SESSION sql_mode = ''",
    `SET SESSION time_zone = '${SESSION_ZONE}'`,
    `CREATE TABLE kept (id INT PRIMARY KEY, ${columns.join(', ')}, stamp TIMESTAMP NULL)`,
  );
  const places = `(${Array.from({ length: KEPT.length + 2 }, () => '?').join(', ')})`;
  for (const { id, texts, stamp } of rows) {
    await database.query(`INSERT INTO kept VALUES ${places}`, [id, ...texts.values(), stamp]);
  }
}

/** A model for each column, so that a fault in one hides none in another. */
async function writeProject(project: TestProject): Promise<void> {
  await project.write(
    'millrace.yml',
    `namespace: times
time_zone: Europe/Berlin
identity: { canonical: id }
mysql: { url: "\${MYSQL_URL}" }
customerio:
  region: us
  site_id: \${CUSTOMERIO_SITE_ID}
  api_key: \${CUSTOMERIO_API_KEY}
  track_url: \${CUSTOMERIO_TRACK_URL}
`,
  );
  const models = [
    ...KEPT.map(({ name, options }) => ({ name, options: `, ${options}` })),
    { name: 'stamp', options: '' },
  ];
  for (const { name, options } of models) {
    await project.write(`models/${name}.sql`, `SELECT id, ${name} AS ${name}_at FROM kept ORDER BY id\n`);
    await project.write(
      `models/${name}.yml`,
      `kind: people
person: { id: id }
attributes:
  ${name}_at: { type: timestamp, when_null: keep${options} }
`,
    );
  }
}
