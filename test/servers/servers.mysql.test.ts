import { expect, it } from 'vitest';
import { createDatabase, createReadOnlyUser, describeOnServers, execute } from './servers.ts';

describeOnServers('the helpers for tests with servers', (server) => {
  it('reach a server whose time zone is not UTC, unless it was named by its URL', async () => {
    const [row] = await execute(server, 'SELECT @@GLOBAL.time_zone AS zone');
    if (server.binaries !== undefined) expect(row).toEqual({ zone: '+05:30' });
  });

  it('make databases that do not see each other', async () => {
    const [one, other] = await Promise.all([createDatabase(server), createDatabase(server)]);
    await one.execute('CREATE TABLE t (id INT)', 'INSERT INTO t VALUES (1)');
    await expect(other.execute('SELECT * FROM t')).rejects.toMatchObject({ code: 'ER_NO_SUCH_TABLE' });
  });

  it('return the last statement’s rows as text where numbers or Dates would lose something', async () => {
    const database = await createDatabase(server);
    await database.execute('CREATE TABLE t (big BIGINT UNSIGNED, price DECIMAL(20, 2), at DATETIME)');
    await database.query('INSERT INTO t VALUES (?, ?, ?)', [
      '18446744073709551615',
      '0.10',
      '2026-03-01 12:00:00',
    ]);
    expect(await database.execute('SELECT big, price, at FROM t')).toEqual([
      { big: '18446744073709551615', price: '0.10', at: '2026-03-01 12:00:00' },
    ]);
  });

  it('make users that can read one database and write nothing', async () => {
    const database = await createDatabase(server);
    await database.execute('CREATE TABLE t (id INT)', 'INSERT INTO t VALUES (7)');
    const reader = await createReadOnlyUser(server, database);
    expect(await execute(reader, `SELECT id FROM ${database.name}.t`)).toEqual([{ id: 7 }]);
    await expect(execute(reader, `INSERT INTO ${database.name}.t VALUES (8)`)).rejects.toMatchObject({
      errno: 1142,
    });
    await expect(execute(reader, 'SELECT * FROM mysql.user')).rejects.toMatchObject({ errno: 1142 });
    await expect(execute(reader, 'SHOW BINARY LOGS')).rejects.toMatchObject({ errno: 1227 });
  });

  it('let a reader see the binlog when asked', async () => {
    const database = await createDatabase(server);
    const reader = await createReadOnlyUser(server, database, { canReplicate: true });
    expect((await execute(reader, 'SHOW BINARY LOGS')).length).toBeGreaterThan(0);
  });

  it('drop what they made', async () => {
    const database = await createDatabase(server);
    const reader = await createReadOnlyUser(server, database);
    await reader.drop();
    await database.drop();
    await database.drop();
    expect(await execute(server, `SHOW DATABASES LIKE '${database.name}'`)).toEqual([]);
    await expect(execute(reader, 'SELECT 1')).rejects.toMatchObject({ errno: 1045 });
  });
});

describeOnServers('what suites before this one made', (server) => {
  it('is gone when they end', async () => {
    expect(await execute(server, "SHOW DATABASES LIKE 'millrace\\_test\\_%'")).toEqual([]);
    expect(await execute(server, "SELECT User FROM mysql.user WHERE User LIKE 'reader\\_%'")).toEqual([]);
  });
});
