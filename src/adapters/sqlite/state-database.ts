import { randomInt, randomUUID } from 'node:crypto';
import { DatabaseSync, type StatementSyncInstance } from '@photostructure/sqlite';
import { StateError } from '../../core/errors/millrace-error.ts';
import { SCHEMA, SCHEMA_VERSION } from './schema.ts';
import { damaged, stateErrorFor } from './sqlite-errors.ts';

/** How long a write waits for another process's transaction, which lasts milliseconds. */
const BUSY_TIMEOUT_MS = 5000;

/** The journal is moved into the file after 16 MB rather than 4: fewer waits for the disk in a large run. */
const CHECKPOINT_PAGES = 4000;

export type Row = Readonly<Record<string, unknown>>;

/** One SQLite file: statements kept prepared, errors said in Millrace's words. */
export class StateDatabase {
  readonly path: string;
  private readonly connection: InstanceType<typeof DatabaseSync>;
  private readonly statements = new Map<string, StatementSyncInstance>();

  constructor(path: string, mode: 'write' | 'read') {
    this.path = path;
    this.connection = this.guard(
      () => new DatabaseSync(path, { readOnly: mode === 'read', timeout: BUSY_TIMEOUT_MS }),
    );
    try {
      if (mode === 'write') this.prepareForWriting();
      this.checkVersion();
      // A reader sees one moment for as long as it is open, whatever a writer does meanwhile.
      if (mode === 'read') this.exec('BEGIN');
    } catch (error) {
      this.connection.close();
      throw error;
    }
  }

  all(sql: string, ...parameters: unknown[]): readonly Row[] {
    return this.guard(() => this.statement(sql).all(...parameters) as readonly Row[]);
  }

  get(sql: string, ...parameters: unknown[]): Row | undefined {
    return this.guard(() => this.statement(sql).get(...parameters) as Row | undefined);
  }

  /** @returns the rowid of the last row inserted. */
  run(sql: string, ...parameters: unknown[]): number {
    return this.guard(() => Number(this.statement(sql).run(...parameters).lastInsertRowid));
  }

  exec(sql: string): void {
    this.guard(() => this.connection.exec(sql));
  }

  /** Everything in it becomes durable, or nothing does. */
  transaction<T>(work: () => T): T {
    this.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      this.exec('COMMIT');
      return result;
    } catch (error) {
      this.rollBack();
      throw error;
    }
  }

  meta(name: string): string {
    const value = this.get('SELECT value FROM meta WHERE name = ?', name)?.['value'];
    if (typeof value !== 'string') throw damaged(this.path, `${name} is missing`);
    return value;
  }

  /** Moves the journal into the file, so that one file holds everything; statements are let go first. */
  close(): void {
    if (!this.connection.isOpen) return;
    this.statements.clear();
    try {
      if (this.connection.isTransaction) this.connection.exec('ROLLBACK');
      else this.connection.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    } catch {
      // The journal is read again when the file is opened next.
    } finally {
      this.connection.close();
    }
  }

  private prepareForWriting(): void {
    this.exec('PRAGMA journal_mode = WAL');
    // Survives kill -9 whole. A power cut may take the last writes: what they recorded is then sent again,
    // with the same values and ids, which changes nothing. docs/adr/0004-state.md
    this.exec('PRAGMA synchronous = NORMAL');
    this.exec(`PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
    this.exec('PRAGMA foreign_keys = ON');
    this.transaction(() => {
      if (this.isEmpty()) this.create();
    });
  }

  private isEmpty(): boolean {
    return this.get("SELECT 1 FROM sqlite_master WHERE name = 'meta'") === undefined;
  }

  private create(): void {
    this.exec(SCHEMA);
    const meta = {
      schema_version: SCHEMA_VERSION,
      state_id: randomUUID(),
      key_seed: randomInt(0, 0xffff_ffff),
      version: 0,
    };
    for (const [name, value] of Object.entries(meta)) {
      this.run('INSERT INTO meta (name, value) VALUES (?, ?)', name, String(value));
    }
  }

  private checkVersion(): void {
    if (this.isEmpty()) throw damaged(this.path, 'it has no tables');
    const version = this.meta('schema_version');
    if (version === String(SCHEMA_VERSION)) return;
    const message = `the state file ${this.path} has format ${version}; this version of Millrace reads ${SCHEMA_VERSION}`;
    throw new StateError('state_version', message);
  }

  private rollBack(): void {
    try {
      if (this.connection.isTransaction) this.connection.exec('ROLLBACK');
    } catch {
      // The error that led here says more; SQLite rolls back by itself when the file is opened next.
    }
  }

  private statement(sql: string): StatementSyncInstance {
    const known = this.statements.get(sql);
    if (known !== undefined) return known;
    const statement = this.connection.prepare(sql);
    this.statements.set(sql, statement);
    return statement;
  }

  private guard<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw stateErrorFor(error, this.path);
    }
  }
}
