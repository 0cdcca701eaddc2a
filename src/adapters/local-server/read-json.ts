import { readFile } from 'node:fs/promises';

/** What a JSON file holds; undefined when it is missing, half written or no JSON. */
export async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch {
    return undefined;
  }
}
