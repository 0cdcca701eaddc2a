import { type ChildProcess, spawn } from 'node:child_process';
import type { Environment } from './cache-directory.ts';

export interface RunOptions {
  /** The program is killed after this long. */
  readonly timeoutMs: number;
  readonly environment?: Environment;
  /** Written to its standard input, which is empty otherwise: nothing run here may ask a question. */
  readonly input?: string;
}

export interface ProgramResult {
  /** `missing`: no such program; `timeout`: killed by us. */
  readonly outcome: 'ok' | 'failed' | 'missing' | 'timeout';
  readonly output: string;
  readonly errorOutput: string;
}

/** Answers of apt and server logs are a few KB; more is cut from the front so that a runaway cannot fill the memory. */
const OUTPUT_CHARS_MAX = 1_000_000;

/** Runs a program to its end and returns what it said. Never throws for a program that fails: that is an answer. */
export function runProgram(
  program: string,
  programArguments: readonly string[],
  options: RunOptions,
): Promise<ProgramResult> {
  return new Promise((resolve) => {
    const child = spawn(program, programArguments, {
      env: { ...(options.environment ?? process.env) },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const output = collect(child, 'stdout');
    const errorOutput = collect(child, 'stderr');
    let isTimedOut = false;
    const timer = setTimeout(() => {
      isTimedOut = true;
      child.kill('SIGKILL');
    }, options.timeoutMs);
    const finish = (outcome: ProgramResult['outcome']): void => {
      clearTimeout(timer);
      resolve({ outcome, output: output(), errorOutput: errorOutput() });
    };
    child.once('error', () => finish('missing'));
    child.once('close', (status) => finish(isTimedOut ? 'timeout' : status === 0 ? 'ok' : 'failed'));
    // A program that ends before it has read everything breaks the pipe; its exit status tells the story.
    child.stdin.once('error', () => undefined);
    child.stdin.end(options.input ?? '');
  });
}

function collect(child: ChildProcess, name: 'stdout' | 'stderr'): () => string {
  let text = '';
  child[name]?.setEncoding('utf8').on('data', (chunk: string) => {
    text = (text + chunk).slice(-OUTPUT_CHARS_MAX);
  });
  return () => text;
}
