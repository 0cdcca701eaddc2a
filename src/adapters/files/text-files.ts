import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ContractError } from '../../core/errors/millrace-error.ts';
import type { TextFiles } from '../../ports/text-files.ts';
import { writeAtomically } from './write-atomically.ts';

export const textFiles: TextFiles = {
  read: (path) => explained(path, 'read', () => readFile(path, 'utf8')),
  write: (path, text) =>
    explained(path, 'written', async () => {
      await mkdir(dirname(path), { recursive: true });
      await writeAtomically(path, text);
    }),
  exists: async (path) => existsSync(path),
};

async function explained<T>(path: string, verb: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    throw new ContractError('file_unreadable', `${path} can not be ${verb}: ${words}`, { cause: error });
  }
}
