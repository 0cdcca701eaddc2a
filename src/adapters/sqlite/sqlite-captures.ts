import type { CapturePosition } from '../../core/capture/capture-position.ts';
import type { Lease } from '../../core/state/lease.ts';
import type { CaptureStore } from '../../ports/state-store.ts';
import type { SqliteLeases } from './sqlite-leases.ts';
import type { StateDatabase } from './state-database.ts';

export class SqliteCaptures implements CaptureStore {
  private readonly database: StateDatabase;
  private readonly leases: SqliteLeases;

  constructor(database: StateDatabase, leases: SqliteLeases) {
    this.database = database;
    this.leases = leases;
  }

  async position(model: string): Promise<CapturePosition | undefined> {
    const row = this.database.get('SELECT position FROM capture_position WHERE model = ?', model);
    return row === undefined ? undefined : (JSON.parse(String(row['position'])) as CapturePosition);
  }

  async recordPositions(lease: Lease, positions: readonly CapturePosition[]): Promise<void> {
    this.write(lease, () => {
      for (const position of positions) {
        this.database.run(
          `INSERT INTO capture_position (model, position) VALUES (?, ?)
           ON CONFLICT DO UPDATE SET position = excluded.position`,
          position.model,
          JSON.stringify(position),
        );
      }
    });
  }

  async forgetPositions(lease: Lease): Promise<void> {
    this.write(lease, () => this.database.run('DELETE FROM capture_position'));
  }

  private write(lease: Lease, work: () => void): void {
    this.database.transaction(() => {
      this.leases.requireLease(lease);
      work();
    });
  }
}
