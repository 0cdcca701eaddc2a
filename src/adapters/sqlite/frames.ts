import {
  type DeliveredRecord,
  type DeliveredValues,
  joinFrame,
  RECORDS_PER_FRAME,
  readFromFrame,
} from '../../core/diff/delivered-values.ts';
import { ENTRY_WORDS, type EntryReference, REFERENCE_WORD } from '../../core/diff/entry.ts';
import { checksum, compressText, decompressText } from './packed-blob.ts';
import { damaged } from './sqlite-errors.ts';
import type { StateDatabase } from './state-database.ts';

/** Inside a transaction: stores delivered values in frames and points the entries at them. */
export function storeFrames(
  database: StateDatabase,
  tableId: number,
  names: readonly string[],
  records: readonly DeliveredRecord[],
  entries: Uint32Array,
): void {
  for (let start = 0; start < records.length; start += RECORDS_PER_FRAME) {
    const inFrame = records.slice(start, start + RECORDS_PER_FRAME);
    const frameId = insertFrame(database, tableId, joinFrame(names, inFrame), inFrame.length);
    inFrame.forEach((_, index) => {
      const at = (start + index) * ENTRY_WORDS + REFERENCE_WORD;
      entries[at] = frameId;
      entries[at + 1] = index;
    });
  }
}

function insertFrame(database: StateDatabase, tableId: number, text: string, recordCount: number): number {
  const content = compressText(text);
  return database.run(
    'INSERT INTO frame (table_id, record_count, checksum, content) VALUES (?, ?, ?, ?)',
    tableId,
    recordCount,
    checksum(content),
    content,
  );
}

/** Reads delivered values; keeps the last frames unpacked, for rows near each other share frames. */
export class FrameReader {
  private readonly database: StateDatabase;
  private readonly unpacked = new Map<number, string>();

  constructor(database: StateDatabase) {
    this.database = database;
  }

  read({ first: frameId, second: index }: EntryReference): DeliveredValues {
    try {
      return readFromFrame(this.frame(frameId), index);
    } catch (error) {
      if (!(error instanceof RangeError || error instanceof SyntaxError)) throw error;
      throw damaged(this.database.path, `frame ${frameId}: ${error.message}`);
    }
  }

  private frame(id: number): string {
    const known = this.unpacked.get(id);
    if (known !== undefined) return known;
    const text = this.load(id);
    if (this.unpacked.size >= FRAMES_KEPT) this.unpacked.clear();
    this.unpacked.set(id, text);
    return text;
  }

  private load(id: number): string {
    const row = this.database.get('SELECT checksum, content FROM frame WHERE id = ?', id);
    if (row === undefined) throw damaged(this.database.path, `frame ${id} is missing`);
    const content = row['content'] as Uint8Array;
    if (checksum(content) !== row['checksum']) {
      throw damaged(this.database.path, `frame ${id} does not match its checksum`);
    }
    return decompressText(content);
  }
}

/** About 200 KB of text. */
const FRAMES_KEPT = 64;
