import { InvalidContractError, problemHeadline } from '../core/contract/problem.ts';
import { BlastRadiusError } from '../core/errors/blast-radius-error.ts';
import { MillraceError } from '../core/errors/millrace-error.ts';
import type { Observer } from '../ports/observer.ts';
import type { Toolbox } from '../ports/toolbox.ts';
import type { Answer, CommandContext, CommonOptions } from './command-context.ts';
import { formatExamples } from './format-radius.ts';
import { makeStyle, type Style } from './style.ts';

/** A command's work: speaks to the app and prints the answer. @returns the exit code. */
export type CommandWork = (toolbox: Toolbox, answer: Answer) => Promise<number>;

/** Runs a command and turns errors into one clear message and the right exit code. */
export async function runCommand(
  context: CommandContext,
  options: CommonOptions,
  work: CommandWork,
): Promise<void> {
  const answer = makeAnswer(context, options);
  const observer = await makeObserver(context, options);
  const toolbox = context.makeToolbox(observer);
  try {
    context.setExitCode(await work(toolbox, answer));
  } catch (error) {
    observer.observe({ kind: 'end' });
    context.setExitCode(reportError(context, answer, error));
  }
}

function makeAnswer({ terminal }: CommandContext, options: CommonOptions): Answer {
  const isJson = options.output === 'json';
  return {
    isJson,
    style: makeStyle(terminal.isOutputColoured && !isJson),
    lines: (lines) => terminal.out(lines.map((line) => `${line}\n`).join('')),
    json: (value) => terminal.out(`${JSON.stringify(value, null, 2)}\n`),
  };
}

async function makeObserver(
  { observers, terminal }: CommandContext,
  options: CommonOptions,
): Promise<Observer> {
  if (options.logFormat === 'json') return observers.json();
  return terminal.isErrorWatched ? observers.terminal() : observers.lines();
}

/** An error in whose JSON something else stands beside it: what had been found out before. */
export class RefusedAnswer extends Error {
  readonly error: MillraceError;
  readonly beside: Readonly<Record<string, unknown>>;

  constructor(error: MillraceError, beside: Readonly<Record<string, unknown>>) {
    super(error.message);
    this.error = error;
    this.beside = beside;
  }
}

function reportError(
  context: CommandContext,
  answer: Answer,
  error: unknown,
  beside: Readonly<Record<string, unknown>> = {},
): number {
  if (error instanceof RefusedAnswer) return reportError(context, answer, error.error, error.beside);
  const style = makeStyle(context.terminal.isErrorColoured);
  if (!(error instanceof MillraceError)) {
    context.terminal.error(`${style.red('error[bug]')}: ${stackOf(error)}\n  Please report this.\n`);
    if (answer.isJson) answer.json({ error: { code: 'bug', message: String(error) } });
    return 5;
  }
  if (answer.isJson) answer.json({ error: errorAsJson(error), ...beside });
  else if (error instanceof BlastRadiusError) answer.lines(formatExamples(error.examples));
  context.terminal.error(
    errorLines(error, style)
      .map((line) => `${line}\n`)
      .join(''),
  );
  return error.exitCode;
}

function errorLines(error: MillraceError, style: Style): readonly string[] {
  const headline = `${style.red(`error[${error.code}]`)}: ${error.message}`;
  if (!(error instanceof InvalidContractError)) return [headline, `  ${error.hint}`];
  return [
    ...error.problems.flatMap((problem) => [
      `${style.red('error')}: ${problemHeadline(problem)}`,
      ...(problem.detail ?? []).map((line) => `  ${paintDiff(line, style)}`),
      `  ${problem.hint}`,
    ]),
    headline,
  ];
}

function paintDiff(line: string, style: Style): string {
  if (line.startsWith('-')) return style.red(line);
  return line.startsWith('+') ? style.green(line) : style.dim(line);
}

function errorAsJson(error: MillraceError): unknown {
  const { code, message, hint, retry } = error;
  const problems = error instanceof InvalidContractError ? { problems: error.problems } : {};
  const examples = error instanceof BlastRadiusError ? { examples: Object.fromEntries(error.examples) } : {};
  return { code, message, hint, retry, ...problems, ...examples };
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
