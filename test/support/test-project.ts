import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url));
export const MAIN = join(REPOSITORY, 'dist/main.js');

/** What a command line did. */
export interface CommandResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Connections of a project under test. */
export interface Connections {
  readonly mysqlUrl: string;
  readonly trackUrl: string;
  readonly siteId?: string;
  readonly apiKey?: string;
  readonly appKey?: string;
}

/** A project in a folder of its own, run by the compiled command in processes of its own. */
export interface TestProject {
  readonly folder: string;
  write(path: string, text: string): Promise<void>;
  read(path: string): string;
  exists(path: string): boolean;
  /** Replaces text in a file. */
  edit(path: string, from: string | RegExp, to: string): void;
  run(argv: readonly string[], options?: RunOptions): Promise<CommandResult>;
  /** The JSON that the command answers with `--output json`. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into it freely
  json(argv: readonly string[], options?: RunOptions): Promise<any>;
  start(argv: readonly string[], options?: RunOptions): ChildProcess;
  remove(): void;
}

export interface RunOptions {
  readonly environment?: Readonly<Record<string, string>>;
  /** How the command is started; Node by default. */
  readonly wrapper?: readonly string[];
}

/** Long enough for the slowest command on a busy machine. */
const COMMAND_TIMEOUT_MS = 120_000;

export function projectFrom(template: string, connections: Connections): TestProject {
  const project = emptyProject(connections);
  cpSync(join(REPOSITORY, template), project.folder, { recursive: true });
  const yaml = join(project.folder, 'millrace.yml');
  writeFileSync(yaml, readFileSync(yaml, 'utf8').replace(/# (track|app)_url:/g, '$1_url:'));
  return project;
}

/** A folder with an `.env` only. */
export function emptyProject({
  mysqlUrl,
  trackUrl,
  siteId = 'sandbox-site',
  apiKey = 'sandbox-key',
  appKey = 'sandbox-app',
}: Connections): TestProject {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-project-'));
  const variables = {
    MYSQL_URL: mysqlUrl,
    CUSTOMERIO_SITE_ID: siteId,
    CUSTOMERIO_API_KEY: apiKey,
    CUSTOMERIO_APP_KEY: appKey,
    CUSTOMERIO_TRACK_URL: trackUrl,
    CUSTOMERIO_APP_URL: trackUrl,
  };
  writeFileSync(
    join(folder, '.env'),
    Object.entries(variables)
      .map((pair) => `${pair.join('=')}\n`)
      .join(''),
  );
  return projectIn(folder);
}

function projectIn(folder: string): TestProject {
  const at = (path: string): string => join(folder, path);
  const run = (argv: readonly string[], options: RunOptions = {}) => finished(start(argv, options));
  const start = (
    argv: readonly string[],
    { environment = {}, wrapper = [] }: RunOptions = {},
  ): ChildProcess => {
    const [program = process.execPath, ...words] = [
      ...wrapper,
      process.execPath,
      MAIN,
      ...argv,
      '--project',
      folder,
    ];
    return spawn(program, words, {
      env: { ...cleanEnvironment(), ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  };
  return {
    folder,
    write: async (path, text) => {
      await mkdir(dirname(at(path)), { recursive: true });
      await writeFile(at(path), text);
    },
    read: (path) => readFileSync(at(path), 'utf8'),
    exists: (path) => existsSync(at(path)),
    edit: (path, from, to) => writeFileSync(at(path), readFileSync(at(path), 'utf8').replace(from, to)),
    run,
    json: async (argv, options) => {
      const { exitCode, stdout, stderr } = await run([...argv, '--output', 'json'], options);
      try {
        return { exitCode, ...(JSON.parse(stdout) as object) };
      } catch {
        throw new Error(`millrace ${argv.join(' ')} answered no JSON:\n${stdout}\n${stderr}`);
      }
    },
    start,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Without what would colour the output or name other servers. */
function cleanEnvironment(): Record<string, string> {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(MILLRACE_|MYSQL_|CUSTOMERIO_|FORCE_COLOR)/.test(name),
  );
  return Object.fromEntries(kept.map(([name, value]) => [name, value ?? '']));
}

export function finished(child: ChildProcess): Promise<CommandResult> {
  const output = { stdout: '', stderr: '' };
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    output.stdout += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    output.stderr += text;
  });
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`the command took too long:\n${output.stdout}\n${output.stderr}`));
    }, COMMAND_TIMEOUT_MS);
    child.once('error', reject);
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      resolve({ exitCode: code ?? (signal === null ? -1 : -2), ...output });
    });
  });
}
