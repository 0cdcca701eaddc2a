import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { REPOSITORY } from './test-project.ts';

/** Real data that lies beside the repository and is never part of it. */
const SHARED = process.env['MILLRACE_SHARED'] ?? join(REPOSITORY, '../shared');

export const ONLINE_RETAIL = join(SHARED, 'data/online_retail');

export const hasOnlineRetail = existsSync(join(ONLINE_RETAIL, 'schema.sql'));

/** Rows of a gzipped file of tab-separated values. */
export function readTsv(path: string): readonly (readonly string[])[] {
  const text = gunzipSync(readFileSync(path)).toString('utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split('\t'));
}
