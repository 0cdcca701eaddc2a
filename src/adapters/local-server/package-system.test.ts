import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { parseOsRelease, readPackageSystem } from './package-system.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function etc(files: Readonly<Record<string, string>>): string {
  const directory = mkdtempSync(join(tmpdir(), 'etc-'));
  folders.push(directory);
  mkdirSync(join(directory, 'apt', 'sources.list.d'), { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
  return directory;
}

describe('readPackageSystem', () => {
  it('reads both forms of sources and leaves disabled files alone', async () => {
    const directory = etc({
      'os-release': 'ID=debian\nVERSION_CODENAME=bookworm\n',
      'apt/sources.list': 'deb http://one.example bookworm main\n',
      'apt/sources.list.d/two.sources':
        'Types: deb\nURIs: http://two.example\nSuites: bookworm\nComponents: main\n',
      'apt/sources.list.d/three.list.disabled': 'deb http://three.example bookworm main\n',
    });
    const system = await readPackageSystem(directory);
    expect(system).toMatchObject({ distribution: 'debian', codenames: ['bookworm'] });
    expect(system.sources.flatMap((source) => source.uris)).toEqual([
      'http://one.example',
      'http://two.example',
    ]);
  });

  it('finds nothing on a system without apt', async () => {
    expect(await readPackageSystem('/nonexistent')).toEqual({
      distribution: 'unknown',
      codenames: [],
      sources: [],
    });
  });
});

describe('parseOsRelease', () => {
  it('takes values with and without quotes', () => {
    const fields = parseOsRelease('ID=linuxmint\nUBUNTU_CODENAME="noble"\nNAME=\'Linux Mint\'\n# comment\n');
    expect(Object.fromEntries(fields)).toEqual({
      ID: 'linuxmint',
      UBUNTU_CODENAME: 'noble',
      NAME: 'Linux Mint',
    });
  });
});
