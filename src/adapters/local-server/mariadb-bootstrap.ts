import { access, readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { LocalServerError } from './local-server-error.ts';
import type { ServerBinaries } from './server-binaries.ts';

/**
 * The SQL files that a data folder is made from, in the order in which mariadb-install-db reads them. 11.x renamed
 * most of them. The help tables (2.5 MB) and the test database are left out.
 */
const SQL_FILES: readonly (readonly [string, ...string[]])[] = [
  ['mysql_system_tables.sql', 'mariadb_system_tables.sql'],
  ['mysql_performance_tables.sql', 'mariadb_performance_tables.sql'],
  ['mysql_system_tables_data.sql', 'mariadb_system_tables_data.sql'],
  ['maria_add_gis_sp_bootstrap.sql'],
  ['mysql_sys_schema.sql', 'mariadb_sys_schema.sql'],
];

/** Where SQL files lie, seen from the folder of the program: Debian and Homebrew, Fedora, MariaDB's own archive. */
const SHARE_DIRECTORIES: readonly string[] = ['../share/mysql', '../share/mariadb', '../share'];

/**
 * What `mariadbd --bootstrap` reads to make the system tables. We do it ourselves because mariadb-install-db is a shell
 * script that calls programs by fixed paths, which an unpacked tree does not have.
 */
export async function mariadbBootstrapSql(binaries: ServerBinaries): Promise<string> {
  const share = await findShareDirectory(binaries);
  const texts = await Promise.all(SQL_FILES.map((names) => readFirst(share, names)));
  return [
    // Bootstrapping takes one statement a line.
    'CREATE DATABASE IF NOT EXISTS mysql;',
    'USE mysql;',
    'SET @auth_root_socket = NULL;',
    ...texts,
    // root may come in by the socket only, which lies in a folder closed to others.
    "DELETE FROM mysql.global_priv WHERE User IN ('root', '') AND Host <> 'localhost';",
    '',
  ].join('\n');
}

async function findShareDirectory(binaries: ServerBinaries): Promise<string> {
  const candidates = SHARE_DIRECTORIES.map((relative) => resolve(dirname(binaries.serverFile), relative));
  for (const directory of candidates) {
    for (const name of SQL_FILES[0] ?? []) if (await exists(join(directory, name))) return directory;
  }
  throw new LocalServerError(
    `MariaDB's SQL files (${SQL_FILES[0]?.join(' or ')}) are not beside ${binaries.serverFile}: looked in ${candidates.join(', ')}.`,
    {
      hint: 'Install the whole server package (mariadb-server), or unset MILLRACE_MYSQLD so that one is fetched.',
    },
  );
}

async function readFirst(directory: string, names: readonly string[]): Promise<string> {
  for (const name of names)
    if (await exists(join(directory, name))) return readFile(join(directory, name), 'utf8');
  // Newer releases may fold one file into another; the server says so if a table is missing.
  return '';
}

function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
