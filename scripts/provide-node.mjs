// Another major version of Node, from the npm registry, in the cache folder. Nothing is installed into the system.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const INSTALL_WITHIN_MS = 180_000;

/** @returns {{ path?: string, reason?: string }} the program, or why there is none */
export function provideNode(major) {
  if (process.versions.node.startsWith(`${major}.`)) return { path: process.execPath };
  const packageName = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  const cache =
    process.env['MILLRACE_CACHE'] ??
    join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'millrace');
  const folder = join(cache, `node-${major}`);
  const path = join(folder, 'node_modules', packageName, 'bin', 'node');
  if (!existsSync(path)) {
    mkdirSync(folder, { recursive: true });
    const argv = [
      'install',
      '--prefix',
      folder,
      '--no-save',
      '--no-audit',
      '--no-fund',
      `${packageName}@${major}`,
    ];
    const { status, stderr } = spawnSync('npm', argv, { encoding: 'utf8', timeout: INSTALL_WITHIN_MS });
    if (status !== 0)
      return { reason: `${packageName}@${major} could not be installed (${firstLine(stderr)})` };
  }
  const { stdout } = spawnSync(path, ['--version'], { encoding: 'utf8' });
  return stdout?.startsWith(`v${major}.`) ? { path } : { reason: `${path} does not run` };
}

function firstLine(text) {
  return (text ?? '').split('\n').find((line) => line.trim() !== '') ?? 'no reason given';
}
