import { randomBytes } from 'node:crypto';

export interface Credentials {
  readonly user: string;
  readonly password: string;
}

/** 144 bits: letters, digits, - and _, so that it needs no quoting in SQL nor in a URL. */
const PASSWORD_BYTES = 18;

export function inventAdmin(): Credentials {
  return { user: 'millrace', password: randomBytes(PASSWORD_BYTES).toString('base64url') };
}

/**
 * What the server runs before it lets clients in, at every start: the administrator's account with this start's
 * password. Kept out of the binlog, so that tests find it empty. One statement a line, as old servers want it.
 */
export function initSql(admin: Credentials): string {
  const account = `'${admin.user}'@'%'`;
  return [
    'SET SESSION sql_log_bin = 0;',
    `CREATE USER IF NOT EXISTS ${account} IDENTIFIED BY '${admin.password}';`,
    `ALTER USER ${account} IDENTIFIED BY '${admin.password}';`,
    `GRANT ALL PRIVILEGES ON *.* TO ${account} WITH GRANT OPTION;`,
    `ALTER USER 'root'@'localhost' IDENTIFIED BY '${admin.password}';`,
    '',
  ].join('\n');
}
