import { murmur3 } from '../../core/diff/murmur3.ts';
import type { RawCells } from '../../core/shape/encode-person.ts';
import { type Cell, decodeCell } from '../../core/shape/shape-value.ts';
import type { RowBatch } from '../../ports/source.ts';

/** Length codes of the text protocol. Source: MySQL client/server protocol, length-encoded integers. */
const NULL_CODE = 0xfb;
const TWO_BYTE_LENGTH = 0xfc;
const THREE_BYTE_LENGTH = 0xfd;

const NULL_END = -1;

/** Rows handed on at a time: enough that the loop around them costs nothing, few enough to stay in the cache. */
export const ROWS_PER_BATCH = 512;

/** Rows of the text protocol, decoded only where asked for. */
export class RawRows implements RowBatch {
  length = 0;
  private readonly buffers: Buffer[] = [];
  private readonly rowStarts = new Int32Array(ROWS_PER_BATCH);
  private readonly fingerprints = new Uint32Array(ROWS_PER_BATCH * 2);
  private readonly hash = new Uint32Array(4);
  private readonly seed: number;
  private readonly starts: Int32Array;
  private readonly ends: Int32Array;
  private parsedRow = -1;
  private parsed: RawCells;

  constructor(columnCount: number, seed: number) {
    this.seed = seed;
    this.starts = new Int32Array(columnCount);
    this.ends = new Int32Array(columnCount);
    this.parsed = { buffer: Buffer.alloc(0), starts: this.starts, ends: this.ends };
  }

  get isFull(): boolean {
    return this.length === ROWS_PER_BATCH;
  }

  /** A row as it came: a part of a network buffer that holds one cell after the other, each with its length. */
  add(buffer: Buffer, start: number, end: number): void {
    murmur3(buffer, start, end, this.seed, this.hash);
    this.fingerprints[this.length * 2] = this.hash[0] as number;
    this.fingerprints[this.length * 2 + 1] = this.hash[1] as number;
    this.rowStarts[this.length] = start;
    this.buffers.push(buffer);
    this.length += 1;
  }

  fingerprintHigh(row: number): number {
    return this.fingerprints[row * 2] as number;
  }

  fingerprintLow(row: number): number {
    return this.fingerprints[row * 2 + 1] as number;
  }

  raw(row: number): RawCells {
    if (row !== this.parsedRow) {
      const buffer = this.buffers[row] as Buffer;
      this.parse(buffer, this.rowStarts[row] as number);
      this.parsedRow = row;
      this.parsed = { buffer, starts: this.starts, ends: this.ends };
    }
    return this.parsed;
  }

  cells(row: number): readonly Cell[] {
    const { buffer, starts, ends } = this.raw(row);
    const cells: Cell[] = [];
    for (let column = 0; column < starts.length; column += 1) {
      const end = ends[column] as number;
      cells.push(end === NULL_END ? null : decodeCell(buffer, starts[column] as number, end));
    }
    return cells;
  }

  private parse(buffer: Buffer, rowStart: number): void {
    let at = rowStart;
    for (let column = 0; column < this.starts.length; column += 1) {
      const code = buffer[at] as number;
      if (code < NULL_CODE) {
        this.starts[column] = at + 1;
        at += 1 + code;
        this.ends[column] = at;
      } else if (code === NULL_CODE) {
        at += 1;
        this.ends[column] = NULL_END;
      } else {
        const size = code === TWO_BYTE_LENGTH ? 2 : code === THREE_BYTE_LENGTH ? 3 : 8;
        this.starts[column] = at + 1 + size;
        at += 1 + size + buffer.readUIntLE(at + 1, Math.min(size, 6));
        this.ends[column] = at;
      }
    }
  }
}
