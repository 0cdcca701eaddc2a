import { ENTRY_WORDS } from '../../core/diff/entry.ts';
import type { TableName } from '../../ports/state-store.ts';
import { bytesToWords, checksum, wordsToBytes } from './packed-blob.ts';
import { damaged } from './sqlite-errors.ts';
import type { Row, StateDatabase } from './state-database.ts';

/** A hot table's row: how full it is. */
export interface HotTable {
  readonly id: number;
  readonly name: TableName;
  readonly keyCount: number;
  readonly entryCount: number;
  readonly recordCount: number;
  readonly distinctCount: number;
}

/** Blocks read at once: bounds memory, for one block is half a megabyte at most. */
const BLOCKS_AT_ONCE = 16;

export function findHotTable(database: StateDatabase, name: TableName): HotTable | undefined {
  const row = database.get('SELECT * FROM hot_table WHERE name = ?', name);
  return row === undefined ? undefined : toHotTable(row);
}

export function allHotTables(database: StateDatabase): readonly HotTable[] {
  return database.all('SELECT * FROM hot_table ORDER BY id').map(toHotTable);
}

/** Inside a transaction: the table, made when it is not there. */
export function ensureHotTable(database: StateDatabase, name: TableName): HotTable {
  const known = findHotTable(database, name);
  if (known !== undefined) return known;
  const id = database.run('INSERT INTO hot_table (name) VALUES (?)', name);
  return { id, name, keyCount: 0, entryCount: 0, recordCount: 0, distinctCount: 0 };
}

/** A block as it is stored, and its place in the order of blocks. */
export interface StoredBlock {
  readonly id: number;
  readonly entries: Uint32Array;
}

/** The blocks of a table, oldest first. */
export function* readBlocks(database: StateDatabase, tableId: number): Generator<StoredBlock> {
  let lastId = 0;
  for (;;) {
    const rows = database.all(
      'SELECT id, checksum, entries FROM entry_block WHERE table_id = ? AND id > ? ORDER BY id LIMIT ?',
      tableId,
      lastId,
      BLOCKS_AT_ONCE,
    );
    if (rows.length === 0) return;
    for (const row of rows) {
      lastId = Number(row['id']);
      yield { id: lastId, entries: checkedEntries(database, row) };
    }
  }
}

export function appendBlock(database: StateDatabase, tableId: number, entries: Uint32Array): void {
  const bytes = wordsToBytes(entries);
  database.run(
    'INSERT INTO entry_block (table_id, checksum, entries) VALUES (?, ?, ?)',
    tableId,
    checksum(bytes),
    bytes,
  );
}

function checkedEntries(database: StateDatabase, row: Row): Uint32Array {
  const bytes = row['entries'] as Uint8Array;
  const isWhole = bytes.byteLength % (ENTRY_WORDS * 4) === 0 && checksum(bytes) === row['checksum'];
  if (!isWhole) throw damaged(database.path, `block ${String(row['id'])} does not match its checksum`);
  return bytesToWords(bytes);
}

function toHotTable(row: Row): HotTable {
  return {
    id: Number(row['id']),
    name: String(row['name']),
    keyCount: Number(row['key_count']),
    entryCount: Number(row['entry_count']),
    recordCount: Number(row['record_count']),
    distinctCount: Number(row['distinct_count']),
  };
}
