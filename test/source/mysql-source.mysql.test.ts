import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { MysqlSource } from '../../src/adapters/mysql/mysql-source.ts';
import type { MysqlSettings } from '../../src/core/contract/connection-settings.ts';
import type { Cell } from '../../src/core/shape/shape-value.ts';
import type { Snapshot } from '../../src/ports/source.ts';
import {
  createDatabase,
  createReadOnlyUser,
  describeOnServers,
  execute,
  type TestDatabase,
} from '../servers/servers.ts';

describeOnServers('MysqlSource', (server) => {
  let database: TestDatabase;
  let source: MysqlSource;

  const settingsFor = (more: Partial<MysqlSettings> = {}): MysqlSettings => ({
    host: server.host,
    port: server.port,
    user: server.user,
    password: server.password,
    database: database.name,
    tls: undefined,
    statementTimeoutSeconds: 60,
    ...more,
  });

  beforeAll(async () => {
    database = await createDatabase(server);
  });
  beforeEach(() => {
    source = new MysqlSource(settingsFor());
  });
  afterEach(() => source.close());

  const readAll = async (sql: string, from: MysqlSource = source) => {
    const snapshot = await from.openSnapshot();
    try {
      return await readIn(snapshot, sql);
    } finally {
      await snapshot.close();
    }
  };
  const readIn = async (snapshot: Snapshot, sql: string) => {
    const scan = await snapshot.scan({ model: 'test', sql }, 1);
    const rows: (readonly Cell[])[] = [];
    for await (const batch of scan.batches) {
      for (let row = 0; row < batch.length; row += 1) rows.push(batch.cells(row));
    }
    return rows;
  };

  describe('values', () => {
    const json = server.flavour === 'mysql' ? '{"a": 1}' : '{"a":1}';

    it.each([
      ['BIGINT UNSIGNED', '18446744073709551615', '18446744073709551615'],
      ['BIGINT', '-9223372036854775808', '-9223372036854775808'],
      [
        'DECIMAL(65,30)',
        "'12345678901234567890123456789012345.123456789012345678901234567890'",
        '12345678901234567890123456789012345.123456789012345678901234567890',
      ],
      ['TINYINT(1)', '2', '2'],
      ['TINYINT(1)', '1', '1'],
      ['BIT(1)', "b'1'", '\u0001'],
      ['DOUBLE', '1.1', '1.1'],
      ['DATETIME', "'2026-03-29 02:30:00'", '2026-03-29 02:30:00'],
      ['DATETIME(6)', "'2026-11-23 10:00:00.123456'", '2026-11-23 10:00:00.123456'],
      ['DATE', "'1984-02-29'", '1984-02-29'],
      ['YEAR', '2026', '2026'],
      ['TIME', "'-12:30:00'", '-12:30:00'],
      ['VARCHAR(100)', "'Ärger 😀 \\\\ \\' \\n'", "Ärger 😀 \\ ' \n"],
      ['VARCHAR(100) CHARACTER SET latin1', "'Ärger'", 'Ärger'],
      ['VARCHAR(100)', "''", ''],
      ['TEXT', "REPEAT('ab', 30000)", 'ab'.repeat(30_000)],
      ['LONGTEXT', "REPEAT('x', 70000)", 'x'.repeat(70_000)],
      ["ENUM('a,b', 'c\\'d')", "'c\\'d'", "c'd"],
      ["SET('a', 'b', 'c')", "'a,c'", 'a,c'],
      ['JSON', `'${json}'`, json],
      ['VARBINARY(10)', "x'414243'", 'ABC'],
      ['VARBINARY(10)', "x'ff00'", undefined],
      ['INT(5) ZEROFILL', '7', '00007'],
      ['INT', 'NULL', null],
    ] as const)('%s %s is read as it is', async (type, literal, expected) => {
      const [key] = type.split(' ');
      await database.execute(
        'DROP TABLE IF EXISTS one_value',
        `CREATE TABLE one_value (before_it INT, value ${type} NULL, after_it VARCHAR(10))`,
        `INSERT INTO one_value VALUES (NULL, ${literal}, 'after')`,
      );
      expect(await readAll('SELECT before_it, value, after_it FROM one_value')).toEqual([
        [null, expected, 'after'],
      ]);
      const [, column] = await source.describe({
        model: 'test',
        sql: 'SELECT before_it, value FROM one_value',
      });
      expect(column?.isNullable).toBe(true);
      expect(key).toBeDefined();
    });

    it('does not let the server cut a GROUP_CONCAT', async () => {
      const [row] = await readAll(
        "SELECT GROUP_CONCAT(word) FROM (SELECT REPEAT('x', 900) AS word UNION ALL SELECT REPEAT('y', 900)) words",
      );
      expect(row?.[0]).toHaveLength(1801);
    });

    it('keeps zero dates', async () => {
      await database.execute(
        'DROP TABLE IF EXISTS zero',
        'CREATE TABLE zero (at DATETIME NOT NULL, day DATE NOT NULL)',
        "SET SESSION sql_mode = ''",
        "INSERT INTO zero VALUES ('0000-00-00 00:00:00', '2026-00-00')",
      );
      expect(await readAll('SELECT at, day FROM zero')).toEqual([['0000-00-00 00:00:00', '2026-00-00']]);
    });

    it('reads a row of more than 16 MB', async () => {
      await database.execute(
        'DROP TABLE IF EXISTS huge',
        'CREATE TABLE huge (id INT, text LONGTEXT, end_mark VARCHAR(10))',
        "INSERT INTO huge VALUES (1, REPEAT('0123456789', 1800000), 'end'), (2, 'small', 'end')",
      );
      const rows = await readAll('SELECT id, text, end_mark FROM huge ORDER BY id');
      expect(rows.map(([id, text, end]) => [id, text?.length, end])).toEqual([
        ['1', 18_000_000, 'end'],
        ['2', 5, 'end'],
      ]);
      expect(rows[0]?.[1]?.slice(-10)).toBe('0123456789');
    });

    it('reads TIMESTAMP in UTC, whatever the zone of the server and of the shop', async () => {
      await database.execute(
        'DROP TABLE IF EXISTS stamps',
        'CREATE TABLE stamps (at TIMESTAMP NULL)',
        "SET time_zone = '+05:30'",
        "INSERT INTO stamps VALUES ('2026-11-23 15:30:00')",
      );
      expect(await readAll('SELECT at FROM stamps')).toEqual([['2026-11-23 10:00:00']]);
    });
  });

  describe('descriptions', () => {
    it('tell names, kinds and whether NULL can be, without running the query', async () => {
      await database.execute(
        'DROP TABLE IF EXISTS described',
        'CREATE TABLE described (id BIGINT UNSIGNED NOT NULL, at DATETIME NULL, stamp TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP, day DATE NOT NULL, name VARCHAR(10) NOT NULL, flag BIT(1) NOT NULL)',
      );
      const sql = 'SELECT id, at, stamp, day, name, flag, SLEEP(0) AS nap FROM described';
      const columns = await source.describe({ model: 'test', sql });
      expect(columns.map(({ name, kind }) => `${name} ${kind}`)).toEqual([
        'id number',
        'at datetime',
        'stamp timestamp',
        'day date',
        'name text',
        'flag bit',
        'nap number',
      ]);
      expect(columns.slice(0, 6).map(({ isNullable }) => isNullable)).toEqual([
        false,
        true,
        false,
        false,
        false,
        false,
      ]);
    });

    it('of a wrong query are the server’s own words', async () => {
      const describing = source.describe({ model: 'orders', sql: 'SELECT nothing FROM nowhere' });
      await expect(describing).rejects.toMatchObject({
        code: 'source_query',
        message: expect.stringMatching(/model orders.*nowhere/),
      });
      expect(await source.describe({ model: 'orders', sql: 'SELECT 1 AS one' })).toHaveLength(1);
    });

    it('take queries with comments and a semicolon at the end', async () => {
      expect(
        await source.describe({ model: 'test', sql: '-- first\nSELECT 1 AS one /* more */ # end\n' }),
      ).toHaveLength(1);
      expect(await readAll('SELECT 1 AS one -- end')).toEqual([['1']]);
    });
  });

  describe('a snapshot', () => {
    it('shows all queries one moment, whatever is written meanwhile', async () => {
      await database.execute(
        'DROP TABLE IF EXISTS first_table, second_table',
        'CREATE TABLE first_table (n INT) ENGINE=InnoDB',
        'CREATE TABLE second_table (n INT) ENGINE=InnoDB',
        'INSERT INTO first_table VALUES (1)',
        'INSERT INTO second_table VALUES (1)',
      );
      const snapshot = await source.openSnapshot();
      expect(await readIn(snapshot, 'SELECT n FROM first_table')).toEqual([['1']]);
      await database.execute('UPDATE first_table SET n = 2', 'UPDATE second_table SET n = 2');
      expect(await readIn(snapshot, 'SELECT n FROM second_table')).toEqual([['1']]);
      await snapshot.close();
      expect(await readAll('SELECT n FROM second_table')).toEqual([['2']]);
    });

    it('can not write, even as an administrator', async () => {
      await database.execute('DROP TABLE IF EXISTS untouched', 'CREATE TABLE untouched (n INT)');
      const snapshot = await source.openSnapshot();
      await expect(readIn(snapshot, 'INSERT INTO untouched VALUES (1)')).rejects.toMatchObject({
        code: 'source_query',
      });
      await snapshot.close();
      expect(await readAll('SELECT * FROM untouched')).toEqual([]);
    });

    it('reads only as fast as rows are taken, and all of them', async () => {
      await database.execute(
        'DROP TABLE IF EXISTS many',
        'CREATE TABLE many (n INT PRIMARY KEY, text CHAR(200))',
        "INSERT INTO many SELECT a.n * 1000 + b.n * 100 + c.n * 10 + d.n, REPEAT('x', 200) FROM (SELECT 0 n UNION SELECT 1 UNION SELECT 2 UNION SELECT 3 UNION SELECT 4 UNION SELECT 5 UNION SELECT 6 UNION SELECT 7 UNION SELECT 8 UNION SELECT 9) a, (SELECT 0 n UNION SELECT 1 UNION SELECT 2 UNION SELECT 3 UNION SELECT 4 UNION SELECT 5 UNION SELECT 6 UNION SELECT 7 UNION SELECT 8 UNION SELECT 9) b, (SELECT 0 n UNION SELECT 1 UNION SELECT 2 UNION SELECT 3 UNION SELECT 4 UNION SELECT 5 UNION SELECT 6 UNION SELECT 7 UNION SELECT 8 UNION SELECT 9) c, (SELECT 0 n UNION SELECT 1 UNION SELECT 2 UNION SELECT 3 UNION SELECT 4 UNION SELECT 5 UNION SELECT 6 UNION SELECT 7 UNION SELECT 8 UNION SELECT 9) d",
      );
      const snapshot = await source.openSnapshot();
      const scan = await snapshot.scan(
        { model: 'test', sql: 'SELECT a.n, a.text, b.text FROM many a JOIN many b ON b.n < 20' },
        1,
      );
      let rows = 0;
      let batches = 0;
      for await (const batch of scan.batches) {
        rows += batch.length;
        batches += 1;
        if (batches === 3) await new Promise((resolve) => setTimeout(resolve, 1000));
      }
      expect(rows).toBe(200_000);
      await snapshot.close();
    });

    it('can be left in the middle of a scan', async () => {
      const snapshot = await source.openSnapshot();
      const scan = await snapshot.scan(
        { model: 'test', sql: 'SELECT a.n FROM many a JOIN many b ON b.n < 20' },
        1,
      );
      for await (const _ of scan.batches) break;
      await snapshot.close();
      await source.close();
    });

    it('gives rows the same fingerprint as long as bytes and seed are the same', async () => {
      const snapshot = await source.openSnapshot();
      const fingerprints = async (sql: string, seed: number) => {
        const scan = await snapshot.scan({ model: 'test', sql }, seed);
        const found: string[] = [];
        for await (const batch of scan.batches) {
          for (let row = 0; row < batch.length; row += 1)
            found.push(`${batch.fingerprintHigh(row)} ${batch.fingerprintLow(row)}`);
        }
        return found;
      };
      const sql =
        "SELECT 1 AS a, NULL AS b, 'x' AS c UNION ALL SELECT 1, '', 'x' UNION ALL SELECT 1, NULL, 'y' UNION ALL SELECT 1, NULL, 'x'";
      const first = await fingerprints(sql, 1);
      expect(new Set(first).size).toBe(3);
      expect(first[0]).toBe(first[3]);
      expect(await fingerprints(sql, 1)).toEqual(first);
      expect(await fingerprints(sql, 2)).not.toEqual(first);
      await snapshot.close();
    });
  });

  describe('trouble', () => {
    it('a query that runs too long is stopped by the server', async () => {
      const hasty = new MysqlSource(settingsFor({ statementTimeoutSeconds: 1 }));
      const slow = 'SELECT COUNT(*) FROM many a JOIN many b JOIN many c ON a.text < c.text';
      await expect(readAll(slow, hasty)).rejects.toMatchObject({ code: 'source_timeout' });
      await hasty.close();
    });

    it('a connection that is cut in the middle of a scan', async () => {
      const snapshot = await source.openSnapshot();
      const scan = await snapshot.scan(
        { model: 'test', sql: 'SELECT a.n, a.text FROM many a JOIN many b ON b.n < 500' },
        1,
      );
      const reading = (async () => {
        let batches = 0;
        for await (const _ of scan.batches) {
          batches += 1;
          if (batches === 2) await killQueries();
        }
      })();
      await expect(reading).rejects.toMatchObject({ code: 'source_unreachable', retry: true });
      await snapshot.close();
    });

    const killQueries = async () => {
      const rows = await execute(server, 'SHOW PROCESSLIST');
      for (const row of rows) {
        if (row['db'] === database.name && String(row['Info']).includes('FROM many a'))
          await execute(server, `KILL ${String(row['Id'])}`);
      }
    };

    it('a user who may not read a table', async () => {
      const stranger = await createReadOnlyUser(server, { name: database.name });
      await database.execute('DROP TABLE IF EXISTS visible', 'CREATE TABLE visible (n INT)');
      const other = await createDatabase(server);
      await other.execute('CREATE TABLE secret (n INT)');
      const limited = new MysqlSource(settingsFor({ user: stranger.user, password: stranger.password }));
      await expect(
        limited.describe({ model: 'test', sql: `SELECT n FROM ${other.name}.secret` }),
      ).rejects.toMatchObject({ code: 'source_denied' });
      expect(await limited.describe({ model: 'test', sql: 'SELECT n FROM visible' })).toHaveLength(1);
      await limited.close();
    });
  });

  describe('inspection', () => {
    it('knows what roles allow', async () => {
      const reader = await createReadOnlyUser(server, database);
      const role = `role_${reader.user}`;
      await execute(
        server,
        `CREATE ROLE ${role}`,
        `GRANT UPDATE ON ${database.name}.* TO ${role}`,
        `GRANT ${role} TO '${reader.user}'@'%'`,
      );
      const limited = new MysqlSource(settingsFor({ user: reader.user, password: reader.password }));
      try {
        expect((await limited.inspect()).writePrivileges).toEqual(['UPDATE']);
      } finally {
        await limited.close();
        await execute(server, `DROP ROLE ${role}`);
      }
    });

    it('tells a user who could write from one who can not', async () => {
      const admin = await source.inspect();
      expect(admin.writePrivileges.join()).toMatch(/INSERT|ALL PRIVILEGES/);
      const reader = await createReadOnlyUser(server, database);
      const limited = new MysqlSource(settingsFor({ user: reader.user, password: reader.password }));
      const facts = await limited.inspect();
      expect(facts).toMatchObject({
        flavour: server.flavour,
        database: database.name,
        writePrivileges: [],
        isLoopback: true,
        binlog: { isOn: true, format: 'ROW', rowImage: 'FULL', rowMetadata: 'FULL' },
      });
      expect(Math.abs(facts.clockDifferenceSeconds)).toBeLessThanOrEqual(1);
      await limited.close();
    });
  });
});
