import type { Connection } from 'mysql2';
import type { SourceMoment } from '../../core/capture/capture-position.ts';
import type { ExplainedTable } from '../../core/capture/judge-explain.ts';
import type { MysqlSettings } from '../../core/contract/connection-settings.ts';
import type { SourceColumn } from '../../core/contract/source-column.ts';
import type { RowBatch, Scan, Snapshot, Source, SourceFacts, SourceQuery } from '../../ports/source.ts';
import { type ColumnDefinition, toSourceColumn } from './column-kind.ts';
import { connect, endConnection, queryRows } from './connect.ts';
import { explainTables } from './explain-tables.ts';
import { inspectServer } from './inspect-server.ts';
import { sourceErrorFor } from './mysql-errors.ts';
import { rawScan } from './raw-scan.ts';
import { serverMoment } from './server-moment.ts';

/** MySQL 5.7 to 9, and MariaDB. Connects when it is first needed. */
export class MysqlSource implements Source {
  private readonly settings: MysqlSettings;
  private connection: Promise<Connection> | undefined;

  constructor(settings: MysqlSettings) {
    this.settings = settings;
  }

  async describe(query: SourceQuery): Promise<readonly SourceColumn[]> {
    const connection = await this.connected();
    try {
      return (await describeColumns(connection, query.sql)).map(toSourceColumn);
    } catch (error) {
      throw sourceErrorFor(error, this.settings, query.model);
    }
  }

  async openSnapshot(): Promise<Snapshot> {
    const connection = await this.connected();
    try {
      await queryRows(connection, 'START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY');
    } catch (error) {
      throw sourceErrorFor(error, this.settings);
    }
    return new MysqlSnapshot(connection, this.settings);
  }

  async moment(): Promise<SourceMoment> {
    const connection = await this.connected();
    try {
      return await serverMoment(connection);
    } catch (error) {
      throw sourceErrorFor(error, this.settings);
    }
  }

  async inspect(): Promise<SourceFacts> {
    const connection = await this.connected();
    try {
      return await inspectServer(connection, this.settings);
    } catch (error) {
      throw sourceErrorFor(error, this.settings);
    }
  }

  async close(): Promise<void> {
    if (this.connection === undefined) return;
    const connection = await this.connection.catch(() => undefined);
    if (connection !== undefined) await endConnection(connection);
  }

  private connected(): Promise<Connection> {
    this.connection ??= connect(this.settings);
    return this.connection;
  }
}

/** Prepares the statement without running it, for the server then says what it would return. */
function describeColumns(connection: Connection, sql: string): Promise<readonly ColumnDefinition[]> {
  return new Promise((resolve, reject) => {
    connection.prepare(sql, (error, statement) => {
      if (error !== null) {
        reject(error);
        return;
      }
      statement.close();
      resolve((statement as unknown as { readonly columns: readonly ColumnDefinition[] }).columns);
    });
  });
}

class MysqlSnapshot implements Snapshot {
  private readonly connection: Connection;
  private readonly settings: MysqlSettings;

  constructor(connection: Connection, settings: MysqlSettings) {
    this.connection = connection;
    this.settings = settings;
  }

  async scan(query: SourceQuery, seed: number): Promise<Scan> {
    const explain = (error: unknown): unknown => sourceErrorFor(error, this.settings, query.model);
    try {
      const { columns, batches } = await rawScan(this.connection, query.sql, seed);
      return { columns, batches: withErrors(batches, explain) };
    } catch (error) {
      throw explain(error);
    }
  }

  async explain(query: SourceQuery): Promise<readonly ExplainedTable[]> {
    try {
      return await explainTables(this.connection, query.sql);
    } catch (error) {
      throw sourceErrorFor(error, this.settings, query.model);
    }
  }

  /** Nothing was written, so how the transaction ends makes no difference; a broken connection ends it too. */
  async close(): Promise<void> {
    await queryRows(this.connection, 'ROLLBACK').catch(() => undefined);
  }
}

async function* withErrors(
  batches: AsyncIterable<RowBatch>,
  explain: (error: unknown) => unknown,
): AsyncGenerator<RowBatch> {
  try {
    yield* batches;
  } catch (error) {
    throw explain(error);
  }
}
