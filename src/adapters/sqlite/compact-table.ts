import {
  type DeliveredValues,
  joinFragments,
  joinFrame,
  RECORDS_PER_FRAME,
} from '../../core/diff/delivered-values.ts';
import { ENTRY_WORDS, REFERENCE_WORD } from '../../core/diff/entry.ts';
import { FingerprintTable } from '../../core/diff/fingerprint-table.ts';
import { FrameReader, type PackedFrame, packFrameNow, storeFrames } from './frames.ts';
import { appendBlock, type HotTable, readBlocks } from './hot-tables.ts';
import type { StateDatabase } from './state-database.ts';

/** Half a megabyte a block. */
const ENTRIES_PER_BLOCK = 16_384;

/** Below this many replaced entries, tidying is not worth its time. */
const SLACK = 4096;

/** A fourth more entries than keys: from there on each run would lose more time than tidying takes once. */
const ENTRIES_PER_KEY_MAX = 1.25;

/** Small blocks that may gather before they are joined: each costs about 20 µs when a run begins. */
const SMALL_BLOCKS_MAX = 64;

/** Inside a transaction: gives back what replaced entries and frames take, when that is much. */
export function compactTable(database: StateDatabase, table: HotTable): void {
  const wastesEntries = table.entryCount > ENTRIES_PER_KEY_MAX * table.keyCount + SLACK;
  const wastesRecords = table.recordCount > 2 * table.keyCount + SLACK;
  if (wastesRecords) rewriteFrames(database, table);
  else if (wastesEntries) replaceBlocks(database, table, liveEntries(database, table));
  else if (countBlocks(database, table) > SMALL_BLOCKS_MAX + (2 * table.entryCount) / ENTRIES_PER_BLOCK) {
    replaceBlocks(database, table, joinedBlocks(database, table));
  }
}

function countBlocks(database: StateDatabase, table: HotTable): number {
  return Number(database.get('SELECT count(*) AS n FROM entry_block WHERE table_id = ?', table.id)?.['n']);
}

function lastBlock(database: StateDatabase, table: HotTable): number {
  return Number(database.get('SELECT max(id) AS id FROM entry_block WHERE table_id = ?', table.id)?.['id']);
}

/** Writes the new blocks behind the old ones and then removes these, so that memory holds a block at a time. */
function replaceBlocks(database: StateDatabase, table: HotTable, blocks: Iterable<Uint32Array>): void {
  const last = lastBlock(database, table);
  let entryCount = 0;
  for (const block of blocks) {
    appendBlock(database, table.id, block);
    entryCount += block.length / ENTRY_WORDS;
  }
  database.run('DELETE FROM entry_block WHERE table_id = ? AND id <= ?', table.id, last);
  // As many entries as keys: each key once.
  const distinctCount = entryCount === table.keyCount ? entryCount : table.distinctCount;
  database.run(
    'UPDATE hot_table SET entry_count = ?, distinct_count = ? WHERE id = ?',
    entryCount,
    distinctCount,
    table.id,
  );
}

/** The same entries in fewer blocks. */
function* joinedBlocks(database: StateDatabase, table: HotTable): Generator<Uint32Array> {
  const last = lastBlock(database, table);
  const room = new Uint32Array(ENTRIES_PER_BLOCK * ENTRY_WORDS);
  let used = 0;
  for (const { id, entries } of readBlocks(database, table.id)) {
    if (id > last) break;
    if (used > 0 && used + entries.length > room.length) {
      yield room.slice(0, used);
      used = 0;
    }
    if (entries.length >= room.length) {
      yield entries;
      continue;
    }
    room.set(entries, used);
    used += entries.length;
  }
  if (used > 0) yield room.slice(0, used);
}

function liveTable(database: StateDatabase, table: HotTable): FingerprintTable {
  const live = new FingerprintTable({
    keys: table.keyCount,
    entries: table.entryCount,
    distinct: table.distinctCount,
  });
  for (const { entries } of readBlocks(database, table.id)) live.load(entries);
  return live;
}

function liveEntries(database: StateDatabase, table: HotTable): Iterable<Uint32Array> {
  return liveTable(database, table).deliveredEntries(ENTRIES_PER_BLOCK);
}

/** Copies the values that entries still point at into new frames and drops all old ones. */
function rewriteFrames(database: StateDatabase, table: HotTable): void {
  const lastFrame = Number(
    database.get('SELECT max(id) AS id FROM frame WHERE table_id = ?', table.id)?.['id'],
  );
  replaceBlocks(database, table, withNewFrames(database, table));
  database.run('DELETE FROM frame WHERE table_id = ? AND id <= ?', table.id, lastFrame);
  database.run('UPDATE hot_table SET record_count = ? WHERE id = ?', table.keyCount, table.id);
}

/** In the order of the old frames, so that each is unpacked once and neighbours stay neighbours. */
function* withNewFrames(database: StateDatabase, table: HotTable): Generator<Uint32Array> {
  const entries = entriesByFrame([...liveEntries(database, table)]);
  const reader = new FrameReader(database);
  for (let start = 0; start < entries.length; start += ENTRIES_PER_BLOCK * ENTRY_WORDS) {
    const block = entries.slice(start, start + ENTRIES_PER_BLOCK * ENTRY_WORDS);
    storeInFrames(database, table, block, reader);
    yield block;
  }
}

function entriesByFrame(blocks: readonly Uint32Array[]): Uint32Array {
  const entries = new Uint32Array(blocks.reduce((sum, block) => sum + block.length, 0));
  blocks.reduce((at, block) => {
    entries.set(block, at);
    return at + block.length;
  }, 0);
  const starts = Uint32Array.from(
    { length: entries.length / ENTRY_WORDS },
    (_, index) => index * ENTRY_WORDS,
  );
  const place = (start: number): number =>
    (entries[start + REFERENCE_WORD] as number) * RECORDS_PER_FRAME +
    (entries[start + REFERENCE_WORD + 1] as number);
  starts.sort((a, b) => place(a) - place(b));
  const sorted = new Uint32Array(entries.length);
  starts.forEach((start, index) => {
    sorted.set(entries.subarray(start, start + ENTRY_WORDS), index * ENTRY_WORDS);
  });
  return sorted;
}

/** Stores the block's records in frames; a frame has one list of names, so one ends where names differ. */
function storeInFrames(
  database: StateDatabase,
  table: HotTable,
  block: Uint32Array,
  reader: FrameReader,
): void {
  const frames: PackedFrame[] = [];
  let open: DeliveredValues[] = [];
  const close = (): void => {
    const [first] = open;
    if (first === undefined) return;
    const text = joinFrame(
      first.names,
      open.map((values) => joinFragments(values.fragments)),
    );
    frames.push(packFrameNow({ recordCount: open.length, text: Buffer.from(text, 'utf8') }));
    open = [];
  };
  for (let at = REFERENCE_WORD; at < block.length; at += ENTRY_WORDS) {
    const values = reader.read({ first: block[at] as number, second: block[at + 1] as number });
    const [first] = open;
    const isFull = open.length === RECORDS_PER_FRAME;
    if (isFull || (first !== undefined && first.names.join() !== values.names.join())) close();
    block[at] = frames.length;
    block[at + 1] = open.length;
    open.push(values);
  }
  close();
  storeFrames(database, table.id, frames, block);
}
