import { StateError } from '../../core/errors/millrace-error.ts';
import { LEASE_SECONDS, type Lease, type LeaseHolder, type LeaseRequest } from '../../core/state/lease.ts';
import type { LeaseStore } from '../../ports/state-store.ts';
import type { Row, StateDatabase } from './state-database.ts';

/** Whether a process of this machine is alive. */
export type ProcessProbe = (processId: number) => boolean;

export class SqliteLeases implements LeaseStore {
  private readonly database: StateDatabase;
  private readonly hostName: string;
  private readonly isAlive: ProcessProbe;

  constructor(database: StateDatabase, hostName: string, isAlive: ProcessProbe) {
    this.database = database;
    this.hostName = hostName;
    this.isAlive = isAlive;
  }

  async acquireLease({ range, holder, now }: LeaseRequest): Promise<Lease> {
    return this.database.transaction(() => {
      const overlapping = this.database.all(
        'SELECT * FROM lease WHERE range_from <= ? AND range_to >= ?',
        range.to,
        range.from,
      );
      for (const row of overlapping) {
        if (this.isHeld(row, now)) throw busy(row);
        this.database.run('DELETE FROM lease WHERE token = ?', row['token']);
      }
      const token = this.database.run(
        `INSERT INTO lease (range_from, range_to, command, host, process_id, acquired_at, expires_at)
         VALUES (?, ?, ?, ?, ?, ?, ?)`,
        range.from,
        range.to,
        holder.command,
        holder.host,
        holder.processId,
        now,
        expiry(now),
      );
      return { range, token };
    });
  }

  async renewLease(lease: Lease, now: number): Promise<void> {
    this.database.transaction(() => {
      this.requireLease(lease);
      this.database.run('UPDATE lease SET expires_at = ? WHERE token = ?', expiry(now), lease.token);
    });
  }

  async releaseLease(lease: Lease): Promise<void> {
    this.database.transaction(() => {
      this.database.run('DELETE FROM lease WHERE token = ?', lease.token);
    });
  }

  /** Called inside every writing transaction: a lease that was taken over must not write any more. */
  requireLease(lease: Lease): void {
    if (this.database.get('SELECT 1 FROM lease WHERE token = ?', lease.token) !== undefined) return;
    throw new StateError('state_lease_lost', 'another process has taken over the state');
  }

  /** A holder on this machine is asked; one elsewhere is believed until its time runs out. */
  private isHeld(row: Row, now: number): boolean {
    if (row['host'] === this.hostName && !this.isAlive(Number(row['process_id']))) return false;
    return Number(row['expires_at']) > now;
  }
}

function expiry(now: number): number {
  return now + LEASE_SECONDS * 1000;
}

function busy(row: Row): StateError {
  const holder: LeaseHolder = {
    command: String(row['command']),
    host: String(row['host']),
    processId: Number(row['process_id']),
  };
  const since = new Date(Number(row['acquired_at'])).toISOString();
  const message = `\`${holder.command}\` is writing to this state: process ${holder.processId} on ${holder.host}, since ${since}`;
  return new StateError('state_busy', message);
}

/** Asks the operating system; a process of another user counts as alive. */
export function isProcessAlive(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    return (error as { readonly code?: unknown }).code === 'EPERM';
  }
}
