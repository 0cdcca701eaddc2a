import type { SourceMoment } from '../core/capture/capture-position.ts';
import type { ExplainedTable } from '../core/capture/judge-explain.ts';
import type { SourceColumn } from '../core/contract/source-column.ts';
import type { RawCells } from '../core/shape/encode-person.ts';
import type { Cell } from '../core/shape/shape-value.ts';

/** A model's query with its parameters bound. */
export interface SourceQuery {
  /** For messages. */
  readonly model: string;
  readonly sql: string;
}

/** Where rows come from. Only reads. */
export interface Source {
  /**
   * What columns the query returns, without running it.
   * @throws SourceError `source_query` when the server refuses the query.
   */
  describe(query: SourceQuery): Promise<readonly SourceColumn[]>;

  /** Opens one consistent, read-only view of all tables. Everything scanned in it is of one moment. */
  openSnapshot(): Promise<Snapshot>;

  /** The server's clock, and how old the transactions are that may still write. */
  moment(): Promise<SourceMoment>;

  /** What can be learned about server, user and settings; for `doctor`. */
  inspect(): Promise<SourceFacts>;

  close(): Promise<void>;
}

export interface Snapshot {
  /** Runs a query; rows are read only as fast as they are taken. `seed` salts the fingerprints. */
  scan(query: SourceQuery, seed: number): Promise<Scan>;

  /** How the server means to run a query, table by table. Nothing is read. */
  explain(query: SourceQuery): Promise<readonly ExplainedTable[]>;

  close(): Promise<void>;
}

export interface Scan {
  readonly columns: readonly string[];
  readonly batches: AsyncIterable<RowBatch>;
}

/**
 * Some rows as the server sent them. Nothing is decoded until it is asked for, because in most runs most
 * rows are only compared by their fingerprint.
 */
export interface RowBatch {
  readonly length: number;
  /** 64-bit fingerprint of the row's bytes, NULLs included: the upper and the lower half. */
  fingerprintHigh(row: number): number;
  fingerprintLow(row: number): number;
  /** Where the cells of a row lie. Valid until it is asked for another row. */
  raw(row: number): RawCells;
  /** All cells of a row as text. */
  cells(row: number): readonly Cell[];
}

/** The facts that `doctor` judges. */
export interface SourceFacts {
  readonly flavour: 'mysql' | 'mariadb';
  readonly version: string;
  readonly user: string;
  readonly database: string;
  readonly isEncrypted: boolean;
  readonly isLoopback: boolean;
  /** Privileges of this user that allow writing. */
  readonly writePrivileges: readonly string[];
  /** The server's clock minus ours, in seconds. */
  readonly clockDifferenceSeconds: number;
  readonly serverTimeZone: string;
  /** Whether this user may see the transactions of others. */
  readonly seesTransactions: boolean;
  readonly binlog: {
    readonly isOn: boolean;
    readonly format: string;
    readonly rowImage: string;
    readonly rowMetadata: string;
  };
}
