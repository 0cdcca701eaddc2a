import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { setImmediate as breathe } from 'node:timers/promises';
import type { SandboxSnapshot } from '../sandbox-core.ts';
import { SandboxError } from '../sandbox-error.ts';
import { SnapshotBuilder, snapshotLines } from './snapshot-lines.ts';

/** Changes with the meaning of what a file holds. */
const FORMAT = 1;
const HEAD = JSON.stringify({ millrace_sandbox_state: FORMAT });
/** It holds the people of the workspace. */
const OWNER_ONLY = 0o600;
const CHARACTERS_PER_WRITE = 1_000_000;

/**
 * Writes a snapshot beside the file and puts it in its place, so that whoever reads finds a whole one.
 * Lets other work in between the writes: the snapshot does not change any more.
 */
export async function writeStateFile(path: string, snapshot: SandboxSnapshot): Promise<void> {
  const unfinished = `${path}.new`;
  try {
    const file = await open(unfinished, 'w', OWNER_ONLY);
    try {
      for (const text of fileTexts(snapshot)) {
        // Serial on purpose: a file is written in order.
        await file.write(text);
        await breathe();
      }
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(unfinished, path);
  } catch (error) {
    await rm(unfinished, { force: true }).catch(() => undefined);
    throw new SandboxError(`the state file ${path} cannot be written: ${messageOf(error)}`, { cause: error });
  }
}

/** Head, lines of the snapshot, and an end that says what a whole file holds. */
function* fileTexts(snapshot: SandboxSnapshot): Generator<string> {
  const digest = createHash('sha256');
  let text = `${HEAD}\n`;
  for (const line of snapshotLines(snapshot)) {
    text += `${line}\n`;
    if (text.length < CHARACTERS_PER_WRITE) continue;
    digest.update(text);
    yield text;
    text = '';
  }
  digest.update(text);
  yield `${text}${JSON.stringify({ sha256: digest.digest('hex') })}\n`;
}

/** The snapshot in a file; undefined where there is no file. Throws for a file that is damaged or no state file. */
export async function readStateFile(path: string): Promise<SandboxSnapshot | undefined> {
  try {
    return await readLines(path);
  } catch (error) {
    if (isMissing(error)) return undefined;
    if (error instanceof SandboxError) throw error;
    throw new SandboxError(`the state file ${path} cannot be read: ${messageOf(error)}`, { cause: error });
  }
}

async function readLines(path: string): Promise<SandboxSnapshot> {
  const builder = new SnapshotBuilder();
  const digest = createHash('sha256');
  let lineCount = 0;
  let end: string | undefined;
  for await (const line of linesIn(path)) {
    lineCount += 1;
    if (lineCount === 1) checkHead(path, line);
    else if (end !== undefined) throw damaged(path, lineCount, 'there is more after the end');
    else if (line.startsWith('{')) end = line;
    else addLine(builder, line, path, lineCount);
    if (end === undefined) digest.update(`${line}\n`);
  }
  if (end === undefined) throw damaged(path, lineCount, 'the end is missing');
  if (end !== JSON.stringify({ sha256: digest.digest('hex') })) {
    throw damaged(path, lineCount, 'the digest at its end does not fit the lines before it');
  }
  return builder.snapshot() as SandboxSnapshot;
}

/** Split at line feeds alone: node:readline also splits at U+2028, which JSON text may hold. */
async function* linesIn(path: string): AsyncGenerator<string> {
  let begun = '';
  for await (const chunk of createReadStream(path, 'utf8')) {
    const [first = '', ...others] = String(chunk).split('\n');
    const last = others.pop();
    if (last === undefined) {
      begun += first;
      continue;
    }
    yield begun + first;
    yield* others;
    begun = last;
  }
  if (begun !== '') yield begun;
}

function checkHead(path: string, line: string): void {
  if (line === HEAD) return;
  const isOtherFormat = line.startsWith('{"millrace_sandbox_state":');
  throw new SandboxError(
    isOtherFormat
      ? `the state file ${path} was written by another version of Millrace. Start with an empty one: name another file, or remove this one.`
      : `${path} is no state file of the sandbox, so it is left alone. Name another file with --state.`,
  );
}

function addLine(builder: SnapshotBuilder, line: string, path: string, lineNumber: number): void {
  try {
    builder.add(line);
  } catch {
    // Without the cause: it may quote the line, and a state file holds people.
    throw damaged(path, lineNumber, 'it is no line of a state');
  }
}

function damaged(path: string, line: number, what: string): SandboxError {
  return new SandboxError(
    `the state file ${path} is damaged at line ${line}: ${what}. Restore it from a copy, or remove it to start empty.`,
  );
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
