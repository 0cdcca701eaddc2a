import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ContractError, StateError } from '../../core/errors/millrace-error.ts';
import type { SpoolStore, SpoolWriter } from '../../ports/spool.ts';

/** Each record is written behind its length. */
const LENGTH_BYTES = 4;

const READ_BYTES = 256 * 1024;

/** Spools as files `FOLDER/PLAN/MODEL.spool`, readable by the owner only, for they hold personal data. */
export function fileSpools(folder: string): SpoolStore {
  const pathOf = (planId: string, model: string): string => join(folder, planId, `${model}.spool`);
  return {
    create: async (planId, model) => {
      await guarded(() => mkdir(join(folder, planId), { recursive: true, mode: 0o700 }));
      return createWriter(pathOf(planId, model));
    },
    records: (planId, model, from = 0) => readRecords(pathOf(planId, model), from),
    digest: (planId, model) => digestOf(pathOf(planId, model)),
    rewrite: (planId, model, change) => rewrite(pathOf(planId, model), change),
    remove: (planId) => rm(join(folder, planId), { recursive: true, force: true }),
    removeOlderThan: (time) => removeOlderThan(folder, time),
  };
}

async function createWriter(path: string): Promise<SpoolWriter> {
  const handle = await guarded(() => open(path, 'w', 0o600));
  let written: Promise<void> = Promise.resolve();
  return {
    // One after the other: records that are written at once could end up in another order.
    write: (record) => {
      written = written.then(() => guarded(() => writeRecord(handle, record)));
      return written;
    },
    finish: () => guarded(() => handle.close()),
  };
}

async function writeRecord(handle: FileHandle, record: Uint8Array): Promise<void> {
  const length = Buffer.allocUnsafe(LENGTH_BYTES);
  length.writeUInt32LE(record.length);
  await handle.writev([length, record]).then(checkWritten(length.length + record.length));
}

/** A full disk can take a part of the bytes without an error. */
function checkWritten(wanted: number): (result: { readonly bytesWritten: number }) => void {
  return ({ bytesWritten }) => {
    if (bytesWritten !== wanted) throw new Error('the disk took only a part of the bytes');
  };
}

async function* readRecords(path: string, from: number): AsyncGenerator<Buffer> {
  if (!existsSync(path)) throw missing();
  const handle = await open(path, 'r');
  try {
    const length = Buffer.allocUnsafe(LENGTH_BYTES);
    let offset = 0;
    for (let number = 0; await readFully(handle, length, offset); number += 1) {
      const start = offset + LENGTH_BYTES;
      offset = start + length.readUInt32LE(0);
      if (number < from) continue;
      const record = Buffer.allocUnsafe(offset - start);
      if (!(await readFully(handle, record, start))) throw cutShort(path);
      yield record;
    }
  } finally {
    await handle.close();
  }
}

/** @returns false at the end of the file. */
async function readFully(handle: FileHandle, buffer: Buffer, offset: number): Promise<boolean> {
  let filled = 0;
  while (filled < buffer.length) {
    const { bytesRead } = await handle.read(buffer, filled, buffer.length - filled, offset + filled);
    if (bytesRead === 0) return false;
    filled += bytesRead;
  }
  return true;
}

async function rewrite(path: string, change: (record: Buffer) => Uint8Array | undefined): Promise<void> {
  const temporary = `${path}.tmp`;
  const writer = await createWriter(temporary);
  for await (const record of readRecords(path, 0)) {
    const changed = change(record);
    if (changed !== undefined) await writer.write(changed);
  }
  await writer.finish();
  await guarded(() => rename(temporary, path));
}

async function digestOf(path: string): Promise<string> {
  if (!existsSync(path)) throw missing();
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: READ_BYTES }))
    hash.update(chunk as Buffer);
  return hash.digest('hex');
}

function missing(): ContractError {
  return new ContractError('plan_foreign', 'the operations of this plan are not on this machine');
}

function cutShort(path: string): ContractError {
  return new ContractError('plan_damaged', `${path} ends in the middle of a record`);
}

async function removeOlderThan(folder: string, time: number): Promise<void> {
  if (!existsSync(folder)) return;
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    // One after the other: there are few, and nothing waits for them.
    if ((await stat(path)).mtimeMs < time) await rm(path, { recursive: true, force: true });
  }
}

/** The disk is the same as the state's, so its troubles are the state's. */
async function guarded<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    throw new StateError('state_full', `the operations could not be written to disk: ${words}`, {
      cause: error,
    });
  }
}
