import type { Lease } from '../../core/state/lease.ts';
import type {
  ModelResult,
  ModelWithheldCount,
  RunEnd,
  RunOutcome,
  RunStart,
  StoredRun,
  Withheld,
  WithheldCount,
  WithheldFilter,
  WithheldReport,
  WithheldRow,
} from '../../core/state/run.ts';
import type { RunStore } from '../../ports/state-store.ts';
import type { SqliteLeases } from './sqlite-leases.ts';
import type { Row, StateDatabase } from './state-database.ts';

/** A service that looks every minute makes half a million runs a year; those that sent nothing are soon forgotten. */
const QUIET_RUNS_KEPT_MS = 7 * 24 * 3_600_000;

export class SqliteRuns implements RunStore {
  private readonly database: StateDatabase;
  private readonly leases: SqliteLeases;

  constructor(database: StateDatabase, leases: SqliteLeases) {
    this.database = database;
    this.leases = leases;
  }

  async beginRun(lease: Lease, start: RunStart): Promise<void> {
    this.write(lease, () => {
      this.database.run(
        'INSERT INTO run (run_id, command, started_at, contract_hash) VALUES (?, ?, ?, ?)',
        start.runId,
        start.command,
        start.startedAt,
        start.contractHash,
      );
    });
  }

  async endRun(lease: Lease, end: RunEnd): Promise<void> {
    this.write(lease, () => {
      this.database.run(
        'UPDATE run SET ended_at = ?, outcome = ?, error_code = ?, models = ?, is_quiet = ? WHERE run_id = ?',
        end.endedAt,
        end.outcome,
        end.errorCode ?? null,
        JSON.stringify(end.models),
        isQuiet(end) ? 1 : 0,
        end.runId,
      );
      this.database.run(
        'DELETE FROM run WHERE is_quiet = 1 AND started_at < ?',
        end.endedAt - QUIET_RUNS_KEPT_MS,
      );
    });
  }

  async runs(limit: number): Promise<readonly StoredRun[]> {
    return this.database
      .all('SELECT * FROM run ORDER BY started_at DESC, run_id DESC LIMIT ?', limit)
      .map(toRun);
  }

  async run(runId: string): Promise<StoredRun | undefined> {
    const row = this.database.get('SELECT * FROM run WHERE run_id = ?', runId);
    return row === undefined ? undefined : toRun(row);
  }

  async lastDone(): Promise<ReadonlyMap<string, number>> {
    const rows = this.database.all(
      `SELECT json_extract(result.value, '$.model') AS model, MAX(run.started_at) AS started_at
         FROM run, json_each(run.models) AS result
        WHERE run.outcome IN ('done', 'done_with_rejects')
        GROUP BY 1`,
    );
    return new Map(rows.map((row) => [String(row['model']), Number(row['started_at'])]));
  }

  async recordWithheld(lease: Lease, report: WithheldReport): Promise<void> {
    this.write(lease, () => {
      const counts =
        report.keysRead === undefined ? report.counts : this.countsAfter(report, report.keysRead);
      this.replaceRows(report);
      this.replaceCounts({ ...report, counts });
    });
  }

  async withheld(filter: WithheldFilter): Promise<readonly Withheld[]> {
    const { model = null, code = null, kind = null, column = null, limit } = filter;
    const rows = this.database.all(
      `SELECT * FROM withheld
       WHERE (?1 IS NULL OR model = ?1) AND (?2 IS NULL OR code = ?2) AND (?3 IS NULL OR kind = ?3)
         AND (?4 IS NULL OR source_column = ?4)
       ORDER BY model, kind, code, source_column, key LIMIT ?5`,
      model,
      code,
      kind,
      column,
      limit,
    );
    return rows.map(toWithheld);
  }

  async withheldCounts(): Promise<readonly ModelWithheldCount[]> {
    return this.database
      .all(
        `SELECT c.*, (SELECT MIN(w.first_seen_at) FROM withheld w
                       WHERE w.model = c.model AND w.kind = c.kind AND w.code = c.code
                         AND w.source_column = c.source_column) AS first_seen_at
           FROM (SELECT model, kind, code, source_column, row_count FROM withheld_count
                 UNION ALL
                 SELECT model, kind, code, source_column, COUNT(*) FROM withheld
                  WHERE kind = 'reject' GROUP BY model, kind, code, source_column) c
          ORDER BY c.model, c.kind, c.row_count DESC, c.code, c.source_column`,
      )
      .map(toWithheldCount);
  }

  async forgetWithheld(lease: Lease, models: readonly string[]): Promise<void> {
    const kept = JSON.stringify(models);
    this.write(lease, () => {
      for (const table of ['withheld', 'withheld_count']) {
        this.database.run(`DELETE FROM ${table} WHERE model NOT IN (SELECT value FROM json_each(?))`, kept);
      }
    });
  }

  /** Rows that are right again disappear; those still wrong keep the time when they were first seen. */
  private replaceRows(report: WithheldReport): void {
    const { model, now, keysRead, arePartial = false } = report;
    for (const { row, count } of sameRows(report.rows)) {
      this.database.run(
        `INSERT INTO withheld (kind, model, key, code, source_column, first_seen_at, last_seen_at, row_count)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT DO UPDATE SET last_seen_at = excluded.last_seen_at, row_count = excluded.row_count`,
        row.kind,
        model,
        row.key,
        row.code,
        row.column ?? '',
        now,
        now,
        count,
      );
    }
    if (arePartial) return;
    this.database.run(
      `DELETE FROM withheld WHERE model = ?1 AND kind IN ('fault', 'held') AND last_seen_at < ?2
          AND (?3 IS NULL OR key IN (SELECT value FROM json_each(?3)))`,
      model,
      now,
      keysRead === undefined ? null : JSON.stringify([...keysRead]),
    );
  }

  /** What is withheld of other keys counts on; called before the rows are replaced. */
  private countsAfter(report: WithheldReport, keysRead: ReadonlySet<string>): readonly WithheldCount[] {
    const { model, counts } = report;
    const before = this.database.all('SELECT * FROM withheld_count WHERE model = ?', model).map(toCount);
    const replaced = this.database
      .all(
        `SELECT kind, code, source_column, SUM(row_count) AS row_count FROM withheld
          WHERE model = ? AND kind IN ('fault', 'held') AND key IN (SELECT value FROM json_each(?))
          GROUP BY kind, code, source_column`,
        model,
        JSON.stringify([...keysRead]),
      )
      .map(toCount);
    return sumOfCounts(
      before,
      replaced.map((each) => ({ ...each, count: -each.count })),
      counts,
    );
  }

  private replaceCounts(report: WithheldReport): void {
    this.database.run('DELETE FROM withheld_count WHERE model = ?', report.model);
    for (const { kind, code, column, count } of report.counts) {
      this.database.run(
        'INSERT INTO withheld_count (model, kind, code, source_column, row_count) VALUES (?, ?, ?, ?, ?)',
        report.model,
        kind,
        code,
        column ?? '',
        count,
      );
    }
  }

  private write(lease: Lease, work: () => void): void {
    this.database.transaction(() => {
      this.leases.requireLease(lease);
      work();
    });
  }
}

function isQuiet({ outcome, models }: RunEnd): boolean {
  return outcome === 'done' && models.every(({ operations }) => operations === 0);
}

function toRun(row: Row): StoredRun {
  return {
    runId: String(row['run_id']),
    command: String(row['command']),
    startedAt: Number(row['started_at']),
    contractHash: String(row['contract_hash']),
    endedAt: row['ended_at'] === null ? undefined : Number(row['ended_at']),
    outcome: row['outcome'] === null ? undefined : (row['outcome'] as RunOutcome),
    errorCode: row['error_code'] === null ? undefined : String(row['error_code']),
    models: JSON.parse(String(row['models'])) as readonly ModelResult[],
  };
}

/** Rows that differ in nothing that is kept, such as two of a duplicate, with their number. */
function sameRows(
  rows: readonly WithheldRow[],
): readonly { readonly row: WithheldRow; readonly count: number }[] {
  const found = new Map<string, { readonly row: WithheldRow; count: number }>();
  for (const row of rows) {
    const name = JSON.stringify([row.kind, row.key, row.code, row.column]);
    const known = found.get(name);
    if (known === undefined) found.set(name, { row, count: 1 });
    else known.count += 1;
  }
  return [...found.values()];
}

function sumOfCounts(...lists: readonly (readonly WithheldCount[])[]): readonly WithheldCount[] {
  const sums = new Map<string, WithheldCount>();
  for (const each of lists.flat()) {
    const name = JSON.stringify([each.kind, each.code, each.column]);
    sums.set(name, { ...each, count: (sums.get(name)?.count ?? 0) + each.count });
  }
  return [...sums.values()].filter(({ count }) => count > 0);
}

function toCount(row: Row): WithheldCount {
  return {
    kind: row['kind'] as WithheldCount['kind'],
    code: row['code'] as WithheldCount['code'],
    column: columnOf(row),
    count: Number(row['row_count']),
  };
}

function toWithheld(row: Row): Withheld {
  return {
    kind: row['kind'] as Withheld['kind'],
    model: String(row['model']),
    key: String(row['key']),
    code: String(row['code']),
    column: columnOf(row),
    detail: row['detail'] === null ? undefined : String(row['detail']),
    firstSeenAt: Number(row['first_seen_at']),
    lastSeenAt: Number(row['last_seen_at']),
  };
}

function toWithheldCount(row: Row): ModelWithheldCount {
  return {
    model: String(row['model']),
    kind: row['kind'] as ModelWithheldCount['kind'],
    code: row['code'] as ModelWithheldCount['code'],
    column: columnOf(row),
    count: Number(row['row_count']),
    firstSeenAt: row['first_seen_at'] === null ? undefined : Number(row['first_seen_at']),
  };
}

/** '' stands for the row as a whole, because NULL has no place in a primary key. */
function columnOf(row: Row): string | undefined {
  return row['source_column'] === '' ? undefined : String(row['source_column']);
}
