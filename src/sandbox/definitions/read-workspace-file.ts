import { readFile } from 'node:fs/promises';
import { type Document, isMap, LineCounter, parseDocument } from 'yaml';
import { SandboxError } from '../sandbox-error.ts';
import {
  DefinitionError,
  readWorkspace,
  type SwitchesInFile,
  type WorkspaceDefinitions,
} from './workspace-definitions.ts';

const FILE_BYTES_MAX = 1_000_000;

export type WorkspaceFile = WorkspaceDefinitions & { readonly switches: SwitchesInFile };

/** Reads a workspace file. Throws with every mistake as `file:line:column: message`. */
export async function readWorkspaceFile(path: string): Promise<WorkspaceFile> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    const cause = error instanceof Error ? error.message : String(error);
    throw new SandboxError(`the workspace file ${path} cannot be read: ${cause}`, { cause: error });
  });
  return parseWorkspaceFile(text, path);
}

export function parseWorkspaceFile(text: string, path: string): WorkspaceFile {
  if (text.length > FILE_BYTES_MAX) {
    throw new SandboxError(`the workspace file ${path} is longer than ${FILE_BYTES_MAX} characters`);
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const troubles = document.errors.map((error) => `${place(path, lines, error.pos[0])}: ${error.message}`);
  if (troubles.length > 0) throw new SandboxError(troubles.join('\n'));
  try {
    return readWorkspace(plainValue(document, path));
  } catch (error) {
    if (!(error instanceof DefinitionError)) throw error;
    const locate = (at: readonly PropertyKey[]) => place(path, lines, offsetOf(document, at));
    throw new DefinitionError(error.mistakes, locate);
  }
}

function plainValue(document: Document, path: string): unknown {
  try {
    return document.toJS();
  } catch (error) {
    // An alias that is used too often, or that stands for nothing.
    const cause = error instanceof Error ? error.message : String(error);
    throw new SandboxError(`${path}: ${cause}`, { cause: error });
  }
}

function place(path: string, lines: LineCounter, offset: number): string {
  const { line, col } = lines.linePos(offset);
  return `${path}:${line}:${col}`;
}

/** Where the key of the path stands; for what is missing, where its nearest parent stands. */
function offsetOf(document: Document, path: readonly PropertyKey[]): number {
  for (let length = path.length; length > 0; length -= 1) {
    const parent = document.getIn(path.slice(0, length - 1), true);
    const last = path[length - 1];
    const pair = isMap(parent) ? parent.items.find(({ key }) => String(key) === String(last)) : undefined;
    const node = pair?.key ?? document.getIn(path.slice(0, length), true);
    const offset = startOf(node);
    if (offset !== undefined) return offset;
  }
  return startOf(document.contents) ?? 0;
}

function startOf(node: unknown): number | undefined {
  if (typeof node !== 'object' || node === null || !('range' in node)) return undefined;
  return Array.isArray(node.range) ? Number(node.range[0]) : undefined;
}
