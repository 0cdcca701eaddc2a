import {
  type Document,
  isAlias,
  isCollection,
  isMap,
  isPair,
  isScalar,
  LineCounter,
  type Node,
  type ParsedNode,
  parseDocument,
} from 'yaml';
import type { Problem } from './problem.ts';

/** A path into a YAML document: map keys and list indexes. */
export type YamlPath = readonly (string | number)[];

/** A parsed YAML file that can tell where each of its values stands. */
export interface YamlFile {
  readonly file: string;
  readonly value: unknown;
  /** Syntax errors; when there are any, `value` is not to be used. */
  readonly problems: readonly Problem[];
  problemAt(path: YamlPath, message: string, hint: string, target?: 'key' | 'value'): Problem;
  /** A scalar as it is written, so that a number keeps its digits; undefined where there is none. */
  sourceAt(path: YamlPath): string | undefined;
}

interface Place {
  readonly line: number;
  readonly column: number;
}

/** Longest YAML file read, in characters: a contract file of this size is a mistake, not a model. */
const YAML_LENGTH_MAX = 1_000_000;

export function parseYamlFile(file: string, text: string): YamlFile {
  if (text.length > YAML_LENGTH_MAX) return unreadable(file, 'the file is larger than one megabyte');
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, prettyErrors: false, uniqueKeys: true });
  const place = (offset: number): Place => placeAt(lineCounter, offset);
  const syntaxProblems = document.errors.map((error) => ({
    file,
    ...place(error.pos[0]),
    message: error.message,
    hint: 'Mend the YAML syntax here; often it is indentation, a missing colon or a missing quote.',
  }));
  return {
    file,
    value: syntaxProblems.length > 0 ? undefined : toValue(() => document.toJS({ maxAliasCount: 100 })),
    problems: syntaxProblems,
    problemAt: (path, message, hint, target = 'value') => ({
      file,
      ...place(offsetOf(document.contents, path, target)),
      message,
      hint,
    }),
    sourceAt: (path) => sourceOf(document, path),
  };
}

function toValue(read: () => unknown): unknown {
  try {
    return read();
  } catch {
    return undefined; // too many aliases: the schema then says that a mapping is expected
  }
}

function unreadable(file: string, message: string): YamlFile {
  const problem = (text: string, hint: string): Problem => ({
    file,
    line: 1,
    column: 1,
    message: text,
    hint,
  });
  return {
    file,
    value: undefined,
    problems: [problem(message, 'Check that this is the right file.')],
    problemAt: (_path, text, hint) => problem(text, hint),
    sourceAt: () => undefined,
  };
}

function placeAt(lineCounter: LineCounter, offset: number): Place {
  const { line, col } = lineCounter.linePos(offset);
  return { line: Math.max(1, line), column: Math.max(1, col) };
}

/** Offset of the value (or key) at the path, or of the deepest part of the path that exists. */
function offsetOf(root: ParsedNode | null, path: YamlPath, target: 'key' | 'value'): number {
  let node: Node | null = root;
  let offset = startOf(node) ?? 0;
  for (const [depth, step] of path.entries()) {
    if (!isCollection(node)) return offset;
    const isLast = depth === path.length - 1;
    const { key, value } = childOf(node, step);
    offset =
      (isLast && target === 'key' ? startOf(key) : undefined) ?? startOf(value) ?? startOf(key) ?? offset;
    node = value;
  }
  return offset;
}

function sourceOf(document: Document.Parsed, path: YamlPath): string | undefined {
  let node: Node | null | undefined = document.contents;
  for (const step of path) {
    const value: Node | null = node ? childOf(node, step).value : null;
    node = isAlias(value) ? value.resolve(document) : value;
  }
  return isScalar(node) ? node.source : undefined;
}

function childOf(
  node: Node,
  step: string | number,
): { readonly key: Node | null; readonly value: Node | null } {
  if (isMap(node)) {
    const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(step));
    return { key: (pair?.key as Node | undefined) ?? null, value: (pair?.value as Node | undefined) ?? null };
  }
  const item = isCollection(node) ? node.items[Number(step)] : undefined;
  return { key: null, value: item === undefined || isPair(item) ? null : (item as Node) };
}

function startOf(node: Node | null): number | undefined {
  return node?.range?.[0];
}
