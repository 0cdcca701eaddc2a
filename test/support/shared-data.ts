import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, it } from 'vitest';
import { REPOSITORY } from './test-project.ts';

/** Real data that lies beside the repository and is never part of it. */
const SHARED = process.env['MILLRACE_SHARED'] ?? join(REPOSITORY, '../shared');

/** Where a file or folder lies there; undefined where it is absent. */
export function sharedPath(path: string): string | undefined {
  const found = join(SHARED, path);
  return existsSync(found) ? found : undefined;
}

/** A suite that needs a file or folder there. Where it is absent, a skipped suite says so by name. */
export function describeWithShared(path: string, name: string, suite: (path: string) => void): void {
  const found = sharedPath(path);
  if (found !== undefined) suite(found);
  else describe.skip(`${name} skipped: there is no ../shared/${path}`, () => it(`needs ../shared/${path}`));
}

/** Rows of a gzipped file of tab-separated values. */
export function readTsv(path: string): readonly (readonly string[])[] {
  const text = gunzipSync(readFileSync(path)).toString('utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split('\t'));
}
