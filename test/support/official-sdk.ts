import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDirectory } from '../../src/adapters/local-server/cache-directory.ts';
import { REPOSITORY } from './test-project.ts';

/** The official SDK in its newest version, with the Node that it needs; or why it cannot be had. */
export type OfficialSdk =
  | { readonly node: string; readonly folder: string; readonly version: string }
  | { readonly reason: string };

const PACKAGE = 'customerio-node';
/** The SDK declares Node 22 or later; Node 20 has sent it wrong lengths. */
const NODE_MAJOR = 24;
const REGISTRY_WITHIN_MS = 120_000;

/** Fetches what is missing into the cache folder, from the npm registry. */
export async function provideOfficialSdk(): Promise<OfficialSdk> {
  const { provideNode } = (await import(join(REPOSITORY, 'scripts/provide-node.mjs'))) as {
    provideNode(major: number): { readonly path?: string; readonly reason?: string };
  };
  const node = provideNode(NODE_MAJOR);
  if (node.path === undefined) return { reason: node.reason ?? 'there is no Node to run it' };
  const newest = npm(['view', PACKAGE, 'dist-tags.latest', '--json']);
  if (newest === undefined) return { reason: 'the npm registry cannot be reached' };
  const version = String(JSON.parse(newest));
  const folder = join(cacheDirectory(process.env), `${PACKAGE}-${version}`);
  if (!existsSync(join(folder, 'node_modules', PACKAGE))) {
    mkdirSync(folder, { recursive: true });
    const argv = ['install', '--prefix', folder, '--no-save', '--no-audit', '--no-fund'];
    if (npm([...argv, `${PACKAGE}@${version}`]) === undefined)
      return { reason: `${PACKAGE} ${version} could not be installed` };
  }
  return { node: node.path, folder, version };
}

/** What npm prints; undefined when it fails. */
function npm(argv: readonly string[]): string | undefined {
  const { status, stdout } = spawnSync('npm', argv, { encoding: 'utf8', timeout: REGISTRY_WITHIN_MS });
  return status === 0 && stdout.trim() !== '' ? stdout : undefined;
}
