import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type AptSource, parseClassicSources, parseDeb822Sources } from './apt-sources.ts';

/** The distribution this machine runs and the archives its apt uses. */
export interface PackageSystem {
  /** `ID` of os-release: "debian", "ubuntu", "linuxmint". */
  readonly distribution: string;
  /** Names its suites may begin with: "bookworm", "noble". */
  readonly codenames: readonly string[];
  readonly sources: readonly AptSource[];
}

export async function readPackageSystem(etcDirectory: string): Promise<PackageSystem> {
  const release = parseOsRelease(await readIfThere(join(etcDirectory, 'os-release')));
  const codenames = [release.get('VERSION_CODENAME'), release.get('UBUNTU_CODENAME')];
  return {
    distribution: release.get('ID') ?? 'unknown',
    codenames: codenames.filter((name) => name !== undefined),
    sources: await readSources(join(etcDirectory, 'apt')),
  };
}

/** Reads `NAME="value"` lines. */
export function parseOsRelease(text: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  for (const line of text.split('\n')) {
    const match = /^([A-Z_]+)=(["']?)(.*)\2$/.exec(line.trim());
    if (match?.[1] !== undefined && match[3] !== undefined) fields.set(match[1], match[3]);
  }
  return fields;
}

async function readSources(aptDirectory: string): Promise<readonly AptSource[]> {
  const parts = join(aptDirectory, 'sources.list.d');
  const names = (await readdir(parts).catch(() => [])).toSorted();
  const files = names.map(async (name) => {
    if (name.endsWith('.sources')) return parseDeb822Sources(await readIfThere(join(parts, name)));
    if (name.endsWith('.list')) return parseClassicSources(await readIfThere(join(parts, name)));
    return [];
  });
  const main = parseClassicSources(await readIfThere(join(aptDirectory, 'sources.list')));
  return [main, ...(await Promise.all(files))].flat();
}

/** Files that are absent or closed to an ordinary user (they hold passwords of third parties) count as empty. */
function readIfThere(file: string): Promise<string> {
  return readFile(file, 'utf8').catch(() => '');
}
