import type { Connection } from 'mysql2';
import { isLoopback, type MysqlSettings } from '../../core/contract/connection-settings.ts';
import { quoteIdentifier } from '../../core/sql/quote-identifier.ts';
import type { SourceFacts } from '../../ports/source.ts';
import { queryRows } from './connect.ts';
import { serverMoment } from './server-moment.ts';

/** Privileges with which rows, tables or files can be changed. */
const WRITING_PRIVILEGES =
  /\b(ALL PRIVILEGES|INSERT|UPDATE|DELETE|CREATE(?! TEMPORARY)|DROP|ALTER|INDEX|TRIGGER|FILE|SUPER|REFERENCES)\b/gi;

export async function inspectServer(connection: Connection, settings: MysqlSettings): Promise<SourceFacts> {
  const askedAt = Date.now();
  const [basics = {}] = await queryRows(
    connection,
    `SELECT VERSION() AS version, CURRENT_USER() AS user, UNIX_TIMESTAMP(NOW(3)) AS now,
       @@global.time_zone AS zone, @@system_time_zone AS system_zone`,
  );
  const answeredAt = Date.now();
  const version = String(basics['version']);
  const zone = String(basics['zone']);
  return {
    flavour: version.includes('MariaDB') ? 'mariadb' : 'mysql',
    version,
    user: String(basics['user']),
    database: settings.database,
    isEncrypted: await isEncrypted(connection),
    isLoopback: isLoopback(settings.host),
    writePrivileges: await writePrivileges(connection, settings.database),
    clockDifferenceSeconds: Math.round(Number(basics['now']) - (askedAt + answeredAt) / 2000),
    serverTimeZone: zone === 'SYSTEM' ? String(basics['system_zone']) : zone,
    seesTransactions: (await serverMoment(connection)).seesTransactions,
    binlog: await binlogSettings(connection),
  };
}

async function isEncrypted(connection: Connection): Promise<boolean> {
  const [row] = await queryRows(connection, "SHOW SESSION STATUS LIKE 'Ssl_cipher'");
  return String(row?.['Value'] ?? '') !== '';
}

/** Grants on this database or on everything; grants on other databases do not matter here. */
async function writePrivileges(connection: Connection, database: string): Promise<readonly string[]> {
  const direct = await grantsOf(connection, 'SHOW GRANTS');
  const grants = [...direct, ...(await roleGrants(connection, direct))];
  const found = grants
    .map((grant) => /^GRANT (.*?) ON (\S+) TO /i.exec(grant))
    .filter((match) => match !== null && concerns(String(match[2]), database))
    .flatMap((match) => String(match?.[1]).match(WRITING_PRIVILEGES) ?? []);
  return [...new Set(found.map((privilege) => privilege.toUpperCase()))].sort();
}

async function grantsOf(connection: Connection, statement: string): Promise<readonly string[]> {
  const rows = await queryRows(connection, statement);
  return rows.map((row) => String(Object.values(row)[0]));
}

/** What the user may do once it takes on the roles that it was granted; MySQL and MariaDB ask differently. */
async function roleGrants(connection: Connection, direct: readonly string[]): Promise<readonly string[]> {
  const roles = direct.flatMap((grant) => ROLE_GRANT.exec(grant)?.[1] ?? []);
  if (roles.length === 0) return [];
  const isMysql = roles.some((role) => role.includes('@'));
  return isMysql
    ? grantsOf(connection, `SHOW GRANTS FOR CURRENT_USER() USING ${roles.join(', ')}`)
    : grantsInRoles(connection, roles);
}

/** MariaDB tells what a role may do only to whoever has taken it on. */
async function grantsInRoles(connection: Connection, roles: readonly string[]): Promise<readonly string[]> {
  const [row] = await queryRows(connection, 'SELECT CURRENT_ROLE() AS role');
  const grants: string[] = [];
  for (const role of roles) {
    // In turn: a session has one role at a time.
    await queryRows(connection, `SET ROLE ${role}`);
    grants.push(...(await grantsOf(connection, 'SHOW GRANTS')));
  }
  const before = row?.['role'];
  await queryRows(connection, `SET ROLE ${typeof before === 'string' ? quoteIdentifier(before) : 'NONE'}`);
  return grants;
}

/** "GRANT `reporting`@`%`,`sales`@`%` TO `millrace`@`%`": a grant of roles has no ON. */
const ROLE_GRANT = /^GRANT ((?:`[^`]+`(?:@`[^`]*`)?,?\s*)+) TO /i;

function concerns(target: string, database: string): boolean {
  const [schema = ''] = target.split('.');
  const pattern = schema.replace(/[`"]/g, '').replace(/\\([_%])/g, '$1');
  return pattern === '*' || pattern === '%' || pattern === database;
}

async function binlogSettings(connection: Connection): Promise<SourceFacts['binlog']> {
  const rows = await queryRows(
    connection,
    "SHOW GLOBAL VARIABLES WHERE Variable_name IN ('log_bin', 'binlog_format', 'binlog_row_image', 'binlog_row_metadata')",
  );
  const values = new Map(rows.map((row) => [String(row['Variable_name']), String(row['Value'])]));
  return {
    isOn: values.get('log_bin') === 'ON',
    format: values.get('binlog_format') ?? '',
    rowImage: values.get('binlog_row_image') ?? '',
    rowMetadata: values.get('binlog_row_metadata') ?? '',
  };
}
