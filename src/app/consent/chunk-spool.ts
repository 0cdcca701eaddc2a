import type { SpoolStore, SpoolWriter } from '../../ports/spool.ts';

/** So many share a record, and later a reading of Customer.io. */
const VALUES_PER_CHUNK = 500;

/** Keeps values in a spool while MySQL is read, so that no query waits for Customer.io. */
export class ChunkWriter<T> {
  private readonly writer: SpoolWriter;
  private pending: T[] = [];

  constructor(writer: SpoolWriter) {
    this.writer = writer;
  }

  async add(value: T): Promise<void> {
    this.pending.push(value);
    if (this.pending.length >= VALUES_PER_CHUNK) await this.flush();
  }

  async finish(): Promise<void> {
    await this.flush();
    await this.writer.finish();
  }

  private async flush(): Promise<void> {
    if (this.pending.length === 0) return;
    const record = Buffer.from(JSON.stringify(this.pending), 'utf8');
    this.pending = [];
    await this.writer.write(record);
  }
}

/** The values in order, some hundred at a time. */
export async function* readChunks<T>(
  spools: SpoolStore,
  planId: string,
  name: string,
): AsyncGenerator<readonly T[]> {
  for await (const record of spools.records(planId, name)) {
    yield JSON.parse(record.toString('utf8')) as readonly T[];
  }
}
