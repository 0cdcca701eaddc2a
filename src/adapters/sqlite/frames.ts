import { type DeliveredValues, readFromFrame } from '../../core/diff/delivered-values.ts';
import { ENTRY_WORDS, type EntryReference, REFERENCE_WORD } from '../../core/diff/entry.ts';
import type { Frame } from '../../core/operation/outgoing-batch.ts';
import { checksum, compress, compressNow, decompress } from './packed-blob.ts';
import { damaged } from './sqlite-errors.ts';
import type { StateDatabase } from './state-database.ts';

/** A frame ready to be stored. */
export interface PackedFrame {
  readonly recordCount: number;
  readonly content: Uint8Array;
}

/** Compresses on other threads, while requests are under way on this one. */
export function packFrames(frames: readonly Frame[]): Promise<readonly PackedFrame[]> {
  const packed = frames.map(async ({ recordCount, text }) => ({
    recordCount,
    content: await compress(text),
  }));
  return Promise.all(packed);
}

export function packFrameNow({ recordCount, text }: Frame): PackedFrame {
  return { recordCount, content: compressNow(text) };
}

/** Inside a transaction: stores frames, and points the entries, which name them by number, at them. */
export function storeFrames(
  database: StateDatabase,
  tableId: number,
  frames: readonly PackedFrame[],
  entries: Uint32Array,
): void {
  const ids = frames.map((frame) => insertFrame(database, tableId, frame));
  for (let at = REFERENCE_WORD; at < entries.length; at += ENTRY_WORDS) {
    entries[at] = ids[entries[at] as number] as number;
  }
}

function insertFrame(
  database: StateDatabase,
  tableId: number,
  { recordCount, content }: PackedFrame,
): number {
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
  private readonly unpacked = new Map<number, Buffer>();

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

  private frame(id: number): Buffer {
    const known = this.unpacked.get(id);
    if (known !== undefined) return known;
    const content = this.load(id);
    if (this.unpacked.size >= FRAMES_KEPT) this.unpacked.clear();
    this.unpacked.set(id, content);
    return content;
  }

  private load(id: number): Buffer {
    const row = this.database.get('SELECT checksum, content FROM frame WHERE id = ?', id);
    if (row === undefined) throw damaged(this.database.path, `frame ${id} is missing`);
    const content = row['content'] as Uint8Array;
    if (checksum(content) !== row['checksum']) {
      throw damaged(this.database.path, `frame ${id} does not match its checksum`);
    }
    return decompress(content);
  }
}

/** About 200 KB of text. */
const FRAMES_KEPT = 128;
