#!/usr/bin/env node
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openAppApi } from './adapters/customerio/open-app-api.ts';
import { TrackDestination } from './adapters/customerio/track-destination.ts';
import { fileSpools } from './adapters/files/file-spools.ts';
import { projectFolder } from './adapters/files/project-folder.ts';
import { textFiles } from './adapters/files/text-files.ts';
import { MysqlSource } from './adapters/mysql/mysql-source.ts';
import { lineObserver } from './adapters/observe/line-observer.ts';
import { terminalObserver } from './adapters/observe/terminal-observer.ts';
import { sqliteStateStores } from './adapters/sqlite/sqlite-state-stores.ts';
import type { CommandContext, Terminal } from './cli/command-context.ts';
import { runProgram } from './cli/program.ts';
import { wantsColour } from './cli/style.ts';
import { StateError } from './core/errors/millrace-error.ts';
import { readTemplate } from './demo/read-template.ts';
import type { Observer } from './ports/observer.ts';
import type { Toolbox } from './ports/toolbox.ts';

const packageFolder = fileURLToPath(new URL('..', import.meta.url));

const terminal: Terminal = {
  out: (text) => void process.stdout.write(text),
  error: (text) => void process.stderr.write(text),
  isOutputColoured: wantsColour(process.stdout, process.env),
  isErrorColoured: wantsColour(process.stderr, process.env),
  isErrorWatched: process.stderr.isTTY === true,
};

function makeToolbox(observer: Observer): Toolbox {
  return {
    clock: { now: Date.now },
    observer,
    newId: () => newId(Date.now()),
    files: textFiles,
    openProject: (path) => projectFolder(resolve(path), process.env),
    openSource: (settings) => new MysqlSource(settings),
    openDestination: (settings) => new TrackDestination(settings),
    openAppApi,
    // Loaded only when it is asked for: servers are half of the program.
    openTestBed: async (options) =>
      (await import('./adapters/test-bed/open-test-bed.ts')).openTestBed(options, process.env),
    // Loaded only by the service.
    openServiceMonitor: async (options) =>
      (await import('./adapters/observe/http-service-monitor.ts')).openServiceMonitor(options),
    openStates: sqliteStateStores,
    openSpools: fileSpools,
    host: hostname(),
    processId: process.pid,
  };
}

/** `20261123-101500-4f2a9c`: sorts by time, and two in one second differ. */
function newId(now: number): string {
  const time = new Date(now).toISOString().slice(0, 19).replace(/[-:]/g, '').replace('T', '-');
  return `${time}-${randomBytes(3).toString('hex')}`;
}

function versionOf(folder: string): string {
  const { version } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8')) as {
    readonly version: string;
  };
  return version;
}

/** The first signal lets what is under way end; the second ends at once, which is safe too. */
function stopOnSignals(): { readonly signal: AbortSignal; exitCode(): number | undefined } {
  const controller = new AbortController();
  let exitCode: number | undefined;
  const stop = (code: number): void => {
    if (exitCode !== undefined) process.exit(code);
    exitCode = code;
    controller.abort(new StateError('interrupted', 'the run was asked to stop'));
  };
  process.on('SIGINT', () => stop(130));
  process.on('SIGTERM', () => stop(143));
  return { signal: controller.signal, exitCode: () => exitCode };
}

async function main(): Promise<void> {
  const stopping = stopOnSignals();
  const templateFolder = join(packageFolder, 'examples', 'shop');
  const context: CommandContext = {
    version: versionOf(packageFolder),
    terminal,
    observers: {
      terminal: () => terminalObserver(terminal.error, Date.now),
      lines: () => lineObserver(terminal.error),
      // Loaded only when it is asked for: most runs log for people.
      json: async () => (await import('./adapters/observe/json-observer.ts')).jsonObserver(Date.now),
    },
    makeToolbox,
    readTemplate: () => readTemplate(templateFolder),
    // Loaded only by the commands that need them: sandbox and servers are half of the program.
    demo: async () => (await import('./demo/make-demo-kit.ts')).makeDemoKit(templateFolder, process.env),
    runLine: (argv) => runLine(context, argv),
    signal: stopping.signal,
    setExitCode: (code) => {
      process.exitCode = stopping.exitCode() ?? code;
    },
  };
  await runProgram(context, process.argv.slice(2));
}

/** A command within a command: its exit code goes to the caller, not to the process. */
async function runLine(context: CommandContext, argv: readonly string[]): Promise<number> {
  let exitCode = 0;
  const setExitCode = (code: number): void => {
    exitCode = code;
  };
  await runProgram({ ...context, setExitCode }, argv);
  return exitCode;
}

await main();
