import { execFile } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { REPOSITORY } from '../support/test-project.ts';

const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), 'millrace-library-'));
const MODULES = join(REPOSITORY, 'node_modules');
/** Packing, and installing with the dependencies from npm's cache or registry. */
const INSTALL_TIMEOUT_MS = 180_000;

/** The package as its users get it: packed, installed into an empty folder, with the guide's examples beside it. */
beforeAll(async () => {
  await run('npm', ['pack', '--silent', '--pack-destination', folder], { cwd: REPOSITORY });
  const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? '';
  write('package.json', '{ "name": "shop", "private": true, "type": "module" }\n');
  const install = ['install', '--no-audit', '--no-fund', '--prefer-offline', `./${tarball}`];
  await run('npm', install, { cwd: folder, timeout: INSTALL_TIMEOUT_MS });
  for (const { path, text } of guideFiles()) write(path, text);
}, INSTALL_TIMEOUT_MS);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

/** The code blocks of the guide that are files. */
function guideFiles(): readonly { readonly path: string; readonly text: string }[] {
  const guide = readFileSync(join(REPOSITORY, 'docs/guides/sandbox.md'), 'utf8');
  const blocks = guide.matchAll(/<!-- file: (\S+) -->\n```\w+\n(.*?)```/gs);
  return Array.from(blocks, ([, path = '', text = '']) => ({ path, text }));
}

async function checkTypes(file: string, compilerOptions: object): Promise<void> {
  const config = `tsconfig.${file.replaceAll('/', '-')}.json`;
  write(
    config,
    JSON.stringify({
      compilerOptions: { strict: true, noEmit: true, types: [], ...compilerOptions },
      files: [file],
    }),
  );
  const compiler = join(MODULES, 'typescript/bin/tsc');
  await run(process.execPath, [compiler, '-p', config], { cwd: folder }).catch(
    (error: { stdout?: string }) => {
      throw new Error(`tsc refuses ${file}:\n${error.stdout ?? String(error)}`);
    },
  );
}

describe('the packed package', () => {
  it('runs the guide’s example with node --test', async () => {
    const { stdout } = await run(process.execPath, ['--test', '--test-reporter', 'tap'], {
      cwd: join(folder, 'node-test'),
      env: { PATH: process.env['PATH'] },
    });
    expect(stdout).toMatch(/# pass 2\n/);
    expect(stdout).toMatch(/# fail 0\n/);
  });

  it('runs the guide’s example with vitest, and its types fit', async () => {
    symlinkSync(join(MODULES, 'vitest'), join(folder, 'node_modules/vitest'));
    await checkTypes('vitest/shop.test.ts', {
      module: 'nodenext',
      target: 'es2022',
      lib: ['es2023', 'dom'],
      skipLibCheck: true,
    });
    const vitest = join(MODULES, 'vitest/vitest.mjs');
    const { stdout } = await run(
      process.execPath,
      [vitest, 'run', '--root', 'vitest', '--reporter', 'json'],
      { cwd: folder },
    );
    expect(JSON.parse(stdout)).toMatchObject({ numPassedTests: 1, numFailedTests: 0 });
  });

  it.each(['nodenext', 'esnext'])('has types that stand alone (module %s)', async (module) => {
    write(
      'types.ts',
      `import { startSandbox, type SandboxPerson } from 'millrace/sandbox';
const sandbox = await startSandbox({ faults: [{ action: { kind: 'delay', delayMs: 5 } }] });
const person: SandboxPerson | undefined = sandbox.admin.person({ id: '1' });
export const email: string | null | undefined = person?.email;
// @ts-expect-error there is no such switch
await startSandbox({ switches: { autoMerg: false } });
// @ts-expect-error there is no such fault
sandbox.admin.setFaults({ action: { kind: 'explode' } });
`,
    );
    const moduleResolution = module === 'esnext' ? { moduleResolution: 'bundler' } : {};
    await checkTypes('types.ts', { module, target: 'es2022', skipLibCheck: false, ...moduleResolution });
  });

  it('has the command too', async () => {
    const { stdout } = await run(join(folder, 'node_modules/.bin/millrace'), ['sandbox', '--help']);
    expect(stdout).toMatch(/--state <file>/);
  });
});
