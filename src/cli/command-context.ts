import type { ProjectFile } from '../app/init.ts';
import type { Observer } from '../ports/observer.ts';
import type { Toolbox } from '../ports/toolbox.ts';
import type { DemoKit } from './demo-kit.ts';
import type { Style } from './style.ts';

/** Where a command writes: answers to standard output, everything else to standard error. */
export interface Terminal {
  out(text: string): void;
  error(text: string): void;
  readonly isOutputColoured: boolean;
  readonly isErrorColoured: boolean;
  /** Someone watches standard error: progress may be drawn there. */
  readonly isErrorWatched: boolean;
}

export interface Observers {
  terminal(): Observer;
  lines(): Observer;
  json(): Promise<Observer>;
}

/** What main.ts gives to the commands. */
export interface CommandContext {
  readonly version: string;
  readonly terminal: Terminal;
  readonly observers: Observers;
  makeToolbox(observer: Observer): Toolbox;
  /** The files of the project that `init` writes. */
  readTemplate(): Promise<readonly ProjectFile[]>;
  /** Runs a command line in this process. @returns its exit code. */
  runLine(argv: readonly string[]): Promise<number>;
  demo(): Promise<DemoKit>;
  /** Fires on SIGINT and SIGTERM. */
  readonly signal: AbortSignal;
  setExitCode(code: number): void;
}

/** How an answer may be written; csv only where an answer is a table. */
export type OutputFormat = 'text' | 'json' | 'csv';

/** Options that every command takes. */
export interface CommonOptions {
  readonly project: string;
  readonly output: OutputFormat;
  readonly logFormat: 'text' | 'json';
}

/** What a command's answer is written with. */
export interface Answer {
  readonly isJson: boolean;
  readonly style: Style;
  lines(lines: readonly string[]): void;
  json(value: unknown): void;
}
