import type { CartChanges, CartMemory } from '../../core/carts/cart-memory.ts';
import type { DeliveredDefinitions } from '../../core/definition/delivered-definitions.ts';
import type { DeliveredValues } from '../../core/diff/delivered-values.ts';
import { ENTRY_WORDS, type EntryReference } from '../../core/diff/entry.ts';
import { entriesInRange, type KeyRange } from '../../core/diff/key-range.ts';
import type { EventHours } from '../../core/operation/event-hours.ts';
import type { Lease } from '../../core/state/lease.ts';
import type { BatchRecord, DeliveredStore, TableName, TableSize } from '../../ports/state-store.ts';
import { compactTable } from './compact-table.ts';
import { FrameReader, type PackedFrame, packFrames, storeFrames } from './frames.ts';
import { allHotTables, appendBlock, ensureHotTable, findHotTable, readBlocks } from './hot-tables.ts';
import { acceptCarts, readCarts, storeCarts } from './sqlite-carts.ts';
import { readDefinitions, storeDefinitions } from './sqlite-definitions.ts';
import { countEvents, forgetHours, readHours } from './sqlite-event-hours.ts';
import type { SqliteLeases } from './sqlite-leases.ts';
import { closeRejects, storeRejects } from './sqlite-rejects.ts';
import type { StateDatabase } from './state-database.ts';

export class SqliteDelivered implements DeliveredStore {
  readonly stateId: string;
  readonly keySeed: number;
  private readonly database: StateDatabase;
  private readonly leases: SqliteLeases;
  private readonly frames: FrameReader;

  constructor(database: StateDatabase, leases: SqliteLeases) {
    this.database = database;
    this.leases = leases;
    this.frames = new FrameReader(database);
    this.stateId = database.meta('state_id');
    this.keySeed = Number(database.meta('key_seed'));
  }

  async version(): Promise<number> {
    return Number(this.database.meta('version'));
  }

  async size(table: TableName): Promise<TableSize> {
    const found = findHotTable(this.database, table);
    return {
      keys: found?.keyCount ?? 0,
      entries: found?.entryCount ?? 0,
      distinct: found?.distinctCount ?? 0,
    };
  }

  async *entries(table: TableName, range: KeyRange): AsyncIterable<Uint32Array> {
    const found = findHotTable(this.database, table);
    if (found === undefined) return;
    for (const { entries } of readBlocks(this.database, found.id)) yield entriesInRange(entries, range);
  }

  async deliveredValues(
    _table: TableName,
    references: readonly EntryReference[],
  ): Promise<readonly DeliveredValues[]> {
    return references.map((reference) => this.frames.read(reference));
  }

  async recordBatch(lease: Lease, batch: BatchRecord): Promise<void> {
    const frames = await packFrames(batch.frames);
    this.write(lease, () => {
      if (batch.entries.length > 0) this.storeAccepted(batch, frames);
      acceptCarts(this.database, batch);
      countEvents(this.database, batch);
      closeRejects(this.database, batch);
      storeRejects(this.database, batch);
    });
  }

  async recordRefresh(lease: Lease, table: TableName, entries: Uint32Array, newKeys = 0): Promise<void> {
    this.write(lease, () => {
      const { id } = ensureHotTable(this.database, table);
      appendBlock(this.database, id, entries);
      this.addCounts(id, { keys: newKeys, entries: entries.length / ENTRY_WORDS, records: 0 });
    });
  }

  async cartMemory(table: TableName): Promise<CartMemory> {
    return readCarts(this.database, table);
  }

  async recordCarts(lease: Lease, table: TableName, changes: CartChanges): Promise<void> {
    this.write(lease, () => storeCarts(this.database, table, changes));
  }

  async deliveredDefinitions(table: TableName): Promise<DeliveredDefinitions> {
    return readDefinitions(this.database, table);
  }

  async recordDefinitions(lease: Lease, table: TableName, definitions: DeliveredDefinitions): Promise<void> {
    this.database.transaction(() => {
      this.leases.requireLease(lease);
      storeDefinitions(this.database, table, definitions);
    });
  }

  async eventHours(table: TableName, from: number): Promise<EventHours> {
    return readHours(this.database, table, from);
  }

  async eventStart(table: TableName): Promise<number | undefined> {
    const row = this.database.get('SELECT starts_at_seconds FROM hot_table WHERE name = ?', table);
    const startsAt = row?.['starts_at_seconds'];
    return typeof startsAt === 'number' ? startsAt : undefined;
  }

  async recordEventStart(lease: Lease, table: TableName, startsAt: number): Promise<void> {
    this.database.transaction(() => {
      this.leases.requireLease(lease);
      const { id } = ensureHotTable(this.database, table);
      this.database.run('UPDATE hot_table SET starts_at_seconds = ? WHERE id = ?', startsAt, id);
    });
  }

  async compact(lease: Lease): Promise<void> {
    this.database.transaction(() => {
      this.leases.requireLease(lease);
      for (const table of allHotTables(this.database)) compactTable(this.database, table);
      forgetHours(this.database);
    });
  }

  private storeAccepted(batch: BatchRecord, frames: readonly PackedFrame[]): void {
    const { id } = ensureHotTable(this.database, batch.table);
    const entries = batch.entries.slice();
    if (frames.length > 0) storeFrames(this.database, id, frames, entries);
    appendBlock(this.database, id, entries);
    this.addCounts(id, {
      keys: batch.newKeys,
      entries: entries.length / ENTRY_WORDS,
      records: frames.reduce((sum, frame) => sum + frame.recordCount, 0),
    });
  }

  private addCounts(tableId: number, counts: { keys: number; entries: number; records: number }): void {
    this.database.run(
      `UPDATE hot_table SET key_count = key_count + ?, entry_count = entry_count + ?,
         record_count = record_count + ?,
         distinct_count = distinct_count + iif(distinct_count = entry_count, ?, 0) WHERE id = ?`,
      counts.keys,
      counts.entries,
      counts.records,
      counts.keys === counts.entries ? counts.keys : 0,
      tableId,
    );
  }

  /** One transaction that also moves the state's version. */
  private write(lease: Lease, work: () => void): void {
    this.database.transaction(() => {
      this.leases.requireLease(lease);
      work();
      this.database.run(
        "UPDATE meta SET value = CAST(CAST(value AS INTEGER) + 1 AS TEXT) WHERE name = 'version'",
      );
    });
  }
}
