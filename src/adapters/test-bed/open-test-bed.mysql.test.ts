import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { describeOnServers, execute } from '../../../test/servers/servers.ts';
import { InvalidContractError, problemHeadline } from '../../core/contract/problem.ts';
import type { CellText, GivenTables } from '../../core/contract-test/contract-test.ts';
import { readSchemaStatements } from '../../core/sql/schema-statements.ts';
import type { TestBed, TestSchema } from '../../ports/test-bed.ts';
import { openTestBed } from './open-test-bed.ts';

const SCHEMA = `
CREATE TABLE parents (id INT NOT NULL PRIMARY KEY AUTO_INCREMENT, name VARCHAR(10) NOT NULL);
CREATE TABLE \`all types\` (
  id BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  parent_id INT NOT NULL,
  price DECIMAL(20,4) NOT NULL,
  flag BIT(1) NULL,
  truth TINYINT(1) NULL,
  document JSON NULL,
  at_local DATETIME NULL,
  at_utc TIMESTAMP NULL,
  made_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
  kind ENUM('a', 'b') NOT NULL,
  CONSTRAINT belongs FOREIGN KEY (parent_id) REFERENCES parents (id)
);
CREATE VIEW names AS SELECT name FROM parents;
`;

const NOW = Date.UTC(2026, 10, 23, 12) / 1000;

describeOnServers('test bed', (server) => {
  let bed: TestBed;
  let schema: TestSchema;

  const statements = (text: string) => readSchemaStatements('schema.sql', text).statements;

  const open = () =>
    openTestBed({ url: server.url, flavour: 'any', tell: () => undefined }, { PATH: process.env['PATH'] });

  beforeAll(async () => {
    bed = await open();
    schema = await bed.openSchema(statements(SCHEMA));
  });
  afterAll(async () => {
    await schema.drop();
    await bed.close();
  });
  beforeEach(() => schema.fill([], NOW));

  /** One row for each mapping. */
  const table = (
    name: string,
    ...rows: readonly Readonly<Record<string, CellText>>[]
  ): GivenTables['tables'][number] => ({
    name,
    path: ['tables', name],
    rows: rows.map((row, index) => ({ path: ['tables', name, index], cells: new Map(Object.entries(row)) })),
  });

  async function rowsOf(sql: string): Promise<readonly (readonly unknown[])[]> {
    const source = schema.source(NOW);
    try {
      const snapshot = await source.openSnapshot();
      const scan = await snapshot.scan({ model: 'm', sql }, 0);
      const rows: (readonly unknown[])[] = [];
      for await (const batch of scan.batches) {
        for (let row = 0; row < batch.length; row += 1) rows.push([...batch.cells(row)]);
      }
      await snapshot.close();
      return rows;
    } finally {
      await source.close();
    }
  }

  it('stores values as they are given, and reads them as a run would', async () => {
    const problems = await schema.fill(
      [
        table('all types', {
          id: '18446744073709551615',
          price: '1234567890123456.7890',
          flag: '1',
          truth: '1',
          document: '{"a": [1, "ä"]}',
          at_local: '2026-03-29 02:30:00',
          at_utc: '2026-03-29 02:30:00',
          kind: 'b',
        }),
      ],
      NOW,
    );
    expect(problems).toEqual([]);
    expect(
      await rowsOf('SELECT id, price, flag, truth, document, at_local, at_utc, kind FROM `all types`'),
    ).toEqual([
      [
        '18446744073709551615',
        '1234567890123456.7890',
        '\u0001',
        '1',
        '{"a": [1, "ä"]}',
        '2026-03-29 02:30:00',
        '2026-03-29 02:30:00',
        'b',
      ],
    ]);
  });

  it('lets columns and parents be left out, and takes zero dates', async () => {
    expect(
      await schema.fill([table('all types', { id: '0', at_local: '0000-00-00 00:00:00' }, {})], NOW),
    ).toEqual([expect.objectContaining({ message: expect.stringMatching(/Duplicate entry/) })]);
    expect(await rowsOf('SELECT id, parent_id, price, at_local, kind FROM `all types`')).toEqual([
      ['0', '0', '0.0000', '0000-00-00 00:00:00', 'a'],
    ]);
  });

  it('stands still at the time of the test', async () => {
    await schema.fill([table('all types', { id: '1' })], NOW);
    const [row] = await rowsOf(
      'SELECT made_at, NOW(), UTC_TIMESTAMP(), CURDATE(), UNIX_TIMESTAMP() FROM `all types`',
    );
    const noon = '2026-11-23 12:00:00';
    expect(row).toEqual([noon, noon, noon, '2026-11-23', String(NOW)]);
  });

  it('begins each test with empty tables', async () => {
    await schema.fill([table('parents', { name: 'a' }, { name: 'b' })], NOW);
    expect(await rowsOf('SELECT COUNT(*) FROM names')).toEqual([['2']]);
    await schema.fill([], NOW);
    expect(await rowsOf('SELECT COUNT(*) FROM names')).toEqual([['0']]);
  });

  it('tells which row the table can not hold as it is, and why', async () => {
    const problems = await schema.fill(
      [
        table('parents', { name: 'fits' }, { name: 'far too long' }, { nme: 'x' }),
        table(
          'all types',
          { id: '-1' },
          { id: '2', at_local: '2026-02-30 00:00:00' },
          { id: '3', kind: 'c' },
        ),
        table('parent', { id: '1' }),
      ],
      NOW,
    );
    expect(problems.map(({ path, message }) => `${path.join('.')}: ${message}`)).toEqual([
      expect.stringMatching(/^tables\.parents\.1: Data truncated|^tables\.parents\.1: Data too long/),
      'tables.parents.2.nme: the table `parents` has no column `nme`',
      expect.stringMatching(/^tables\.all types\.0: Out of range/),
      expect.stringMatching(/^tables\.all types\.1: (Data truncated|Out of range|Incorrect datetime)/),
      expect.stringMatching(/^tables\.all types\.2: Data truncated/),
      'tables.parent: the schema has no table `parent`',
    ]);
    expect(problems.map(({ hint }) => hint)).toEqual(
      expect.arrayContaining(['Did you mean `name`?', 'Did you mean `parents`?']),
    );
  });

  it('says which statement fails, and leaves no schema behind', async () => {
    const before = await schemasLeft();
    const failing = bed.openSchema(
      statements('CREATE TABLE a (id INT);\n\nCREATE TABLE b (id INT, id INT);'),
    );
    const error = await failing.catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(InvalidContractError);
    expect((error as InvalidContractError).problems.map(problemHeadline).join()).toMatch(
      /^schema\.sql:3:1: Duplicate column name/,
    );
    expect(await schemasLeft()).toBe(before);
  });

  it('a server that does not answer is named by its option, without the password', async () => {
    const nowhere = openTestBed(
      { url: 'mysql://u:geheim@127.0.0.1:1', flavour: 'any', tell: () => undefined },
      {},
    );
    const error = await nowhere.catch((caught: unknown) => caught);
    expect(error).toMatchObject({
      code: 'server_unavailable',
      message: expect.stringMatching(/--mysql names \(127\.0\.0\.1:1\)/),
    });
    expect(String((error as Error).message) + (error as { hint: string }).hint).not.toMatch(/geheim/);
  });

  async function schemasLeft(): Promise<number> {
    const rows = await execute(server, "SHOW DATABASES LIKE 'millrace\\_unit\\_%'");
    return rows.length;
  }
});
