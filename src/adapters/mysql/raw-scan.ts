import type { Connection } from 'mysql2';
import { BugError } from '../../core/errors/millrace-error.ts';
import type { RowBatch, Scan } from '../../ports/source.ts';
import { RawRows } from './raw-rows.ts';

/** Batches read ahead while the consumer works: bounds memory, yet keeps the server busy. */
const BATCHES_AHEAD = 4;

/** What mysql2 hands to a command for each packet; only these members are used. */
interface RowPacket {
  readonly buffer: Buffer;
  readonly offset: number;
  readonly end: number;
  isEOF(): boolean;
}

type PacketHandler = (packet: RowPacket, connection: unknown) => PacketHandler | null;

/** The running query of mysql2: an event emitter whose `row` handles the packets of rows. */
interface RunningQuery {
  row: PacketHandler;
  on(event: 'fields', listener: (fields: readonly { readonly name: string }[]) => void): RunningQuery;
  on(event: 'result', listener: () => void): RunningQuery;
  on(event: 'end', listener: () => void): RunningQuery;
  on(event: 'error', listener: (error: unknown) => void): RunningQuery;
}

/**
 * Runs a query and hands its rows on undecoded. mysql2 does the handshake, the encryption and the framing;
 * only its decoding of rows is replaced, which is what costs most of a scan. `docs/adr/0003-reading.md`.
 */
export function rawScan(connection: Connection, sql: string, seed: number): Promise<Scan> {
  return new Promise((resolve, reject) => {
    const queue = new BatchQueue(connection);
    const query = connection.query({ sql, rowsAsArray: true }) as unknown as RunningQuery;
    const readRow = query.row;
    query.on('fields', (fields) => {
      const collector = new RowCollector(fields.length, seed, queue);
      query.row = function row(packet, source) {
        if (packet.isEOF()) {
          collector.finish();
          return readRow.call(query, packet, source);
        }
        collector.add(packet);
        return query.row;
      };
      resolve({ columns: fields.map((field) => field.name), batches: queue });
    });
    const fail = (error: unknown): void => {
      connection.off('error', fail);
      queue.fail(error);
      reject(error);
    };
    // A lost connection is told to the connection, not to a query that has no callback.
    connection.on('error', fail);
    query.on('error', fail);
    query.on('result', () => fail(new BugError('mysql2 decoded a row that was to stay raw')));
    query.on('end', () => {
      connection.off('error', fail);
      queue.end();
    });
  });
}

/** Gathers rows into batches. */
class RowCollector {
  private readonly columnCount: number;
  private readonly seed: number;
  private readonly queue: BatchQueue;
  private rows: RawRows;

  constructor(columnCount: number, seed: number, queue: BatchQueue) {
    this.columnCount = columnCount;
    this.seed = seed;
    this.queue = queue;
    this.rows = new RawRows(columnCount, seed);
  }

  add(packet: RowPacket): void {
    this.rows.add(packet.buffer, packet.offset, packet.end);
    if (this.rows.isFull) this.pass();
  }

  finish(): void {
    if (this.rows.length > 0) this.pass();
  }

  private pass(): void {
    this.queue.push(this.rows);
    this.rows = new RawRows(this.columnCount, this.seed);
  }
}

interface Waiting {
  resolve(result: IteratorResult<RowBatch>): void;
  reject(error: unknown): void;
}

/** Batches on their way to the consumer; stops the server when enough are waiting. */
class BatchQueue implements AsyncIterable<RowBatch>, AsyncIterator<RowBatch> {
  private readonly connection: Connection;
  private readonly batches: RowBatch[] = [];
  private waiting: Waiting | undefined;
  private isEnded = false;
  private failure: { readonly error: unknown } | undefined;

  constructor(connection: Connection) {
    this.connection = connection;
  }

  [Symbol.asyncIterator](): AsyncIterator<RowBatch> {
    return this;
  }

  push(batch: RowBatch): void {
    if (this.waiting !== undefined) {
      this.take().resolve({ value: batch, done: false });
      return;
    }
    this.batches.push(batch);
    if (this.batches.length >= BATCHES_AHEAD) this.connection.pause();
  }

  end(): void {
    this.isEnded = true;
    if (this.waiting !== undefined) this.take().resolve({ value: undefined, done: true });
  }

  fail(error: unknown): void {
    this.failure ??= { error };
    if (this.waiting !== undefined) this.take().reject(error);
  }

  next(): Promise<IteratorResult<RowBatch>> {
    const batch = this.batches.shift();
    if (batch !== undefined) {
      if (this.batches.length === 0) this.connection.resume();
      return Promise.resolve({ value: batch, done: false });
    }
    if (this.failure !== undefined) return Promise.reject(this.failure.error);
    if (this.isEnded) return Promise.resolve({ value: undefined, done: true });
    this.connection.resume();
    return new Promise((resolve, reject) => {
      this.waiting = { resolve, reject };
    });
  }

  /** The consumer stopped early: the connection is in the middle of a result and of no use any more. */
  async return(): Promise<IteratorResult<RowBatch>> {
    this.connection.destroy();
    return { value: undefined, done: true };
  }

  private take(): Waiting {
    const waiting = this.waiting as Waiting;
    this.waiting = undefined;
    return waiting;
  }
}
