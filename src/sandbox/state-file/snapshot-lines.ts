import { isPlainObject, SnapshotReader, SnapshotWriter } from './snapshot-text.ts';

/** Entries of a long list or map in one line. */
const ENTRIES_PER_LINE = 500;

type Path = readonly string[];

/**
 * A snapshot as lines: `[path, "value", value]`, and for lists and maps `[path, "list", …entries]` or
 * `[path, "map", …pairs]`, as many lines as it takes. Nothing here knows what a snapshot holds, so
 * nothing can be forgotten.
 */
export function* snapshotLines(snapshot: object): Generator<string> {
  yield* linesOf([], snapshot, new SnapshotWriter());
}

function* linesOf(path: Path, value: unknown, writer: SnapshotWriter): Generator<string> {
  if (value instanceof Map) yield* longLines(path, 'map', [...value], writer);
  else if (Array.isArray(value)) yield* longLines(path, 'list', value, writer);
  else if (isPlainObject(value) && Object.keys(value).length > 0) {
    for (const [name, part] of Object.entries(value)) {
      if (part !== undefined) yield* linesOf([...path, name], part, writer);
    }
  } else yield `[${JSON.stringify(path)},"value",${writer.text(value)}]`;
}

/** An empty one has one line, too. */
function* longLines(
  path: Path,
  kind: 'list' | 'map',
  entries: readonly unknown[],
  writer: SnapshotWriter,
): Generator<string> {
  for (let at = 0; at === 0 || at < entries.length; at += ENTRIES_PER_LINE) {
    const texts = entries.slice(at, at + ENTRIES_PER_LINE).map((entry) => writer.text(entry));
    yield `[${[JSON.stringify(path), JSON.stringify(kind), ...texts].join(',')}]`;
  }
}

/** Puts lines together again. Throws a SyntaxError at a line that is none. */
export class SnapshotBuilder {
  readonly #reader = new SnapshotReader();
  readonly #snapshot: Record<string, unknown> = {};

  add(line: string): void {
    const parts = this.#reader.value(line);
    const [path, kind, ...entries] = Array.isArray(parts) ? parts : [];
    if (!isPath(path)) throw new SyntaxError('a path is expected');
    const { holder, name } = this.#placeOf(path);
    holder[name] = extended(holder[name], kind, entries);
  }

  snapshot(): unknown {
    return this.#snapshot;
  }

  #placeOf(path: Path): { readonly holder: Record<string, unknown>; readonly name: string } {
    let holder = this.#snapshot;
    for (const name of path.slice(0, -1)) {
      holder[name] ??= {};
      const next = holder[name];
      if (!isPlainObject(next)) throw new SyntaxError(`${name} is no object`);
      holder = next as Record<string, unknown>;
    }
    return { holder, name: path.at(-1) ?? '' };
  }
}

function isPath(path: unknown): path is Path {
  return Array.isArray(path) && path.length > 0 && path.every((name) => typeof name === 'string');
}

function extended(known: unknown, kind: unknown, entries: readonly unknown[]): unknown {
  if (kind === 'list') return extendedList(known, entries);
  if (kind === 'map') return extendedMap(known, entries);
  if (kind === 'value' && entries.length === 1) return entries[0];
  throw new SyntaxError('a value, list or map is expected');
}

/** Lists grow in place: a million entries come in two thousand lines. */
function extendedList(known: unknown, entries: readonly unknown[]): unknown[] {
  const list = Array.isArray(known) ? known : [];
  list.push(...entries);
  return list;
}

function extendedMap(known: unknown, pairs: readonly unknown[]): Map<unknown, unknown> {
  const map = known instanceof Map ? known : new Map();
  for (const pair of pairs) {
    if (!Array.isArray(pair) || pair.length !== 2) throw new SyntaxError('a pair is expected');
    map.set(pair[0], pair[1]);
  }
  return map;
}
