import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { REPOSITORY } from '../support/test-project.ts';

const BIOME = join(REPOSITORY, 'node_modules/@biomejs/biome/bin/biome');

/** Room → what a file in it may not import. */
const FORBIDDEN = [
  ['src/core', '../ports/clock.ts'],
  ['src/core', '../app/sync.ts'],
  ['src/core', '../adapters/mysql/connect.ts'],
  ['src/core', 'node:fs'],
  ['src/core', 'node:http'],
  ['src/core', 'mysql2/promise'],
  ['src/core', 'undici'],
  ['src/core/diff', '../../sandbox/start-sandbox.ts'],
  ['src/ports', '../app/sync.ts'],
  ['src/ports', '../adapters/mysql/connect.ts'],
  ['src/app', '../adapters/mysql/connect.ts'],
  ['src/app', '../cli/program.ts'],
  ['src/app', 'node:fs/promises'],
  ['src/app', '@photostructure/sqlite'],
  ['src/adapters/mysql', '../../app/sync.ts'],
  ['src/adapters/mysql', '../../cli/program.ts'],
  ['src/adapters/customerio', '../../sandbox/start-sandbox.ts'],
  ['src/cli', '../adapters/mysql/connect.ts'],
  ['src/cli', '../sandbox/start-sandbox.ts'],
  ['src/sandbox', '../core/customerio/limits.ts'],
  ['src/sandbox/rules', '../../adapters/customerio/http-client.ts'],
] as const;

const ALLOWED = [
  ['src/core', './diff/entry.ts'],
  ['src/core', 'node:crypto'],
  ['src/ports', '../core/diff/entry.ts'],
  ['src/app', '../ports/clock.ts'],
  ['src/adapters/mysql', '../../ports/source.ts'],
  ['src/cli', '../app/sync.ts'],
  ['src', './adapters/mysql/connect.ts'],
] as const;

describe('imports point one way, and the linter sees to it', () => {
  let folder: string;
  let report: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'millrace-imports-'));
    const rules = JSON.parse(readFileSync(join(REPOSITORY, 'biome.json'), 'utf8')) as object;
    writeFileSync(join(folder, 'biome.json'), JSON.stringify({ ...rules, vcs: { enabled: false } }));
    for (const [room, imported] of [...FORBIDDEN, ...ALLOWED]) write(folder, room, imported);
    const argv = [BIOME, 'lint', '--only=style/noRestrictedImports', '--max-diagnostics=none', '.'];
    const { stdout, stderr } = spawnSync(process.execPath, argv, { cwd: folder, encoding: 'utf8' });
    report = stdout + stderr;
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each(FORBIDDEN)('a file in %s may not import %s', (room, imported) => {
    expect(report).toContain(`${fileFor(room, imported)}:1:`);
  });

  it.each(ALLOWED)('a file in %s may import %s', (room, imported) => {
    expect(report).not.toContain(`${fileFor(room, imported)}:`);
  });
});

function write(folder: string, room: string, imported: string): void {
  const path = join(folder, fileFor(room, imported));
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `import { thing } from '${imported}';\n\nexport const other = thing;\n`);
}

function fileFor(room: string, imported: string): string {
  return `${room}/imports-${imported.replace(/\W+/g, '-').replace(/^-|-$/g, '')}.ts`;
}
