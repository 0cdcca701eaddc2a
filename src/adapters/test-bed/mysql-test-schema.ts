import { randomBytes } from 'node:crypto';
import mysql, { type Connection, type ResultSetHeader, type RowDataPacket } from 'mysql2/promise';
import { didYouMean } from '../../core/contract/did-you-mean.ts';
import { InvalidContractError } from '../../core/contract/problem.ts';
import type { GivenRow, GivenTables } from '../../core/contract-test/contract-test.ts';
import type { SchemaStatement } from '../../core/sql/schema-statements.ts';
import type { RowProblem, TestSchema } from '../../ports/test-bed.ts';
import { sourceErrorFor } from '../mysql/mysql-errors.ts';
import { MysqlSource } from '../mysql/mysql-source.ts';

interface ServerAddress {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
}

/** Queries of tests read a handful of rows. */
const STATEMENT_TIMEOUT_SECONDS = 60;

/** Columns left out get a default even where the table has none, and shops have zero dates. */
const SESSION = `SET SESSION sql_mode = 'NO_AUTO_VALUE_ON_ZERO', time_zone = '+00:00', foreign_key_checks = 0`;

/** "Field has no default value": that it is left out is what the test wants. */
const NO_DEFAULT = 1364;

/** Makes a schema with these tables. @throws InvalidContractError, SourceError */
export async function createTestSchema(
  server: ServerAddress,
  statements: readonly SchemaStatement[],
): Promise<TestSchema> {
  const name = `millrace_unit_${randomBytes(6).toString('hex')}`;
  const { host, port, user, password } = server;
  try {
    const connection = await mysql.createConnection({ host, port, user, password, charset: 'utf8mb4' });
    const schema = new MysqlTestSchema(server, name, connection);
    await schema.create(statements).catch(async (error: unknown) => {
      await schema.drop().catch(() => undefined);
      throw error;
    });
    return schema;
  } catch (error) {
    throw sourceErrorFor(error, { ...server, database: name });
  }
}

/** Type of each column, by table. */
type Tables = ReadonlyMap<string, ReadonlyMap<string, string>>;

class MysqlTestSchema implements TestSchema {
  private readonly server: ServerAddress;
  private readonly name: string;
  private readonly connection: Connection;
  private readonly filled = new Set<string>();
  private tables: Tables = new Map();

  constructor(server: ServerAddress, name: string, connection: Connection) {
    this.server = server;
    this.name = name;
    this.connection = connection;
  }

  async create(statements: readonly SchemaStatement[]): Promise<void> {
    await this.connection.query(`CREATE DATABASE ${this.name} CHARACTER SET utf8mb4`);
    await this.connection.query(`USE ${this.name}`);
    await this.connection.query(SESSION);
    // In order: later statements use what earlier ones made.
    for (const statement of statements) await this.run(statement);
    // A dump sets variables of its own.
    await this.connection.query(SESSION);
    this.tables = await this.describeTables();
  }

  async fill(tables: GivenTables['tables'], now: number): Promise<readonly RowProblem[]> {
    await this.connection.query(`SET SESSION timestamp = ${now}`);
    for (const table of this.filled) await this.connection.query(`DELETE FROM ${quoted(table)}`);
    this.filled.clear();
    const problems: RowProblem[] = [];
    for (const { name, path, rows } of tables) {
      const columns = this.tables.get(name);
      if (columns === undefined) problems.push(unknownTable(name, path, [...this.tables.keys()]));
      else {
        this.filled.add(name);
        // One connection answers one statement at a time.
        for (const row of rows) problems.push(...(await this.insert(name, columns, row)));
      }
    }
    return problems;
  }

  source(now: number): MysqlSource {
    return new MysqlSource({
      ...this.server,
      database: this.name,
      tls: undefined,
      statementTimeoutSeconds: STATEMENT_TIMEOUT_SECONDS,
      fixedNow: now,
    });
  }

  async drop(): Promise<void> {
    await this.connection.query(`DROP DATABASE IF EXISTS ${this.name}`);
    await this.connection.end();
  }

  private async run({ sql, file, line, column }: SchemaStatement): Promise<void> {
    try {
      await this.connection.query(sql);
    } catch (error) {
      const hint =
        'Tables of MySQL and of MariaDB differ now and then; `--server` chooses which one is started.';
      throw new InvalidContractError([{ file, line, column, message: wordsOf(error), hint }], 'test_invalid');
    }
  }

  private async describeTables(): Promise<Tables> {
    const [rows] = await this.connection.query<RowDataPacket[]>(
      `SELECT c.table_name AS tab, c.column_name AS col, c.data_type AS kind
         FROM information_schema.columns c
         JOIN information_schema.tables t USING (table_schema, table_name)
        WHERE c.table_schema = ? AND t.table_type = 'BASE TABLE'`,
      [this.name],
    );
    const tables = new Map<string, Map<string, string>>();
    for (const { tab, col, kind } of rows) {
      const columns = tables.get(String(tab)) ?? new Map<string, string>();
      tables.set(String(tab), columns.set(String(col), String(kind)));
    }
    return tables;
  }

  private async insert(
    table: string,
    columns: ReadonlyMap<string, string>,
    { path, cells }: GivenRow,
  ): Promise<readonly RowProblem[]> {
    const unknown = [...cells.keys()].filter((column) => !columns.has(column));
    if (unknown.length > 0) {
      return unknown.map((column) => ({
        path: [...path, column],
        message: `the table \`${table}\` has no column \`${column}\``,
        hint: didYouMean(column, [...columns.keys()]),
      }));
    }
    const names = [...cells.keys()].map(quoted).join(', ');
    const marks = [...cells.keys()].map(() => '?').join(', ');
    const values = [...cells].map(([column, text]) => boundValue(text, columns.get(column)));
    try {
      const sql = `INSERT INTO ${quoted(table)} (${names}) VALUES (${marks})`;
      const [result] = await this.connection.query<ResultSetHeader>(sql, values);
      const complaints = result.warningStatus === 0 ? [] : await this.complaints();
      return complaints.map((message) => ({ path, message, hint: ROW_HINT }));
    } catch (error) {
      return [{ path, message: wordsOf(error), hint: ROW_HINT }];
    }
  }

  /** What MySQL would store otherwise than it is given. */
  private async complaints(): Promise<readonly string[]> {
    const [rows] = await this.connection.query<RowDataPacket[]>('SHOW WARNINGS');
    return rows.filter((row) => Number(row['Code']) !== NO_DEFAULT).map((row) => String(row['Message']));
  }
}

const ROW_HINT = 'Give the row values that the table can hold as they are.';

/** Of all types only BIT takes a digit as a character rather than as a number. */
function boundValue(text: string | null, kind: string | undefined): string | number | null {
  return text !== null && kind === 'bit' && /^\d{1,15}$/.test(text) ? Number(text) : text;
}

function unknownTable(name: string, path: RowProblem['path'], known: readonly string[]): RowProblem {
  return { path, message: `the schema has no table \`${name}\``, hint: didYouMean(name, known) };
}

function quoted(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message.replace(/\s+/g, ' ').trim() : String(error);
}
