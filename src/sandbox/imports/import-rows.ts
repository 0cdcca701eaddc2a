import { checkItem } from '../checks/check-item.ts';
import { parseCsv } from '../csv/parse-csv.ts';
import type { Operation } from '../operation.ts';
import { findPerson } from '../rules/applying.ts';
import type { ImportRequest } from '../state/import-list.ts';
import type { WorkspaceState } from '../state/workspace-state.ts';
import type { Switches } from '../switches.ts';
import { type Row, requiredColumns, rowItem } from './row-item.ts';

/** A file that cannot be imported at all. */
export class ImportError extends Error {
  override readonly name = 'ImportError';
}

/** What became of a row: an operation to apply, with a warning perhaps; an error; or nothing to do. */
export type RowOutcome =
  | { readonly kind: 'operation'; readonly operation: Operation; readonly warning: string | undefined }
  | { readonly kind: 'error'; readonly reason: string }
  | { readonly kind: 'skipped' };

export interface ImportedRow {
  readonly cells: readonly string[];
  readonly outcome: RowOutcome;
}

/** Where and how rows are judged. */
export interface ImportContext {
  readonly request: ImportRequest;
  readonly switches: Switches;
  /** As it is at the row's turn. */
  readonly state: () => WorkspaceState;
}

export interface ImportFile {
  readonly columns: readonly string[];
  readonly rows: Generator<ImportedRow>;
}

/** Reads the header and judges the rows one by one. Throws ImportError or CsvError. */
export function importRows(text: string, context: ImportContext): ImportFile {
  const lines = parseCsv(text);
  const header = lines.next();
  const columns: readonly string[] = header.done === true ? [] : header.value;
  const missing = requiredColumns(context.request).filter((column) => !columns.includes(column));
  if (missing.length > 0) throw new ImportError(`the file has no column ${missing.join(', ')}`);
  const repeated = columns.find((column, at) => columns.indexOf(column) !== at);
  if (repeated !== undefined) throw new ImportError(`the file has two columns ${repeated}`);
  return { columns, rows: judgeRows(lines, columns, context) };
}

function* judgeRows(
  lines: Generator<readonly string[]>,
  columns: readonly string[],
  context: ImportContext,
): Generator<ImportedRow> {
  const seen = new Set<string>();
  for (const cells of lines) {
    const outcome: RowOutcome =
      cells.length > columns.length
        ? { kind: 'error', reason: `the row has ${cells.length} cells, the header ${columns.length}` }
        : judgeRow(rowOf(cells, columns), seen, context);
    yield { cells, outcome };
  }
}

function rowOf(cells: readonly string[], columns: readonly string[]): Row {
  const entries = columns.map((column, at) => [column, cells[at] ?? ''] as const);
  return new Map(entries.filter(([, cell]) => cell !== ''));
}

function judgeRow(row: Row, seen: Set<string>, { request, switches, state }: ImportContext): RowOutcome {
  const { value: operation, problems } = checkItem(rowItem(row, request), switches);
  if (operation === undefined)
    return { kind: 'error', reason: problems.map(({ message }) => message).join('; ') };
  const subject = subjectOf(operation);
  const isRepeated = subject !== undefined && seen.has(subject);
  if (subject !== undefined) seen.add(subject);
  if (request.dataToProcess !== 'all') {
    const isKnown = isRepeated || isThere(state(), operation);
    if (isKnown !== (request.dataToProcess === 'only_existing')) return { kind: 'skipped' };
  }
  return { kind: 'operation', operation, warning: isRepeated ? REPEATED : undefined };
}

const REPEATED = 'an earlier row has the same identifiers; this one was applied after it';

/** Whom or what the row is about; undefined for events, of which anybody may have several. */
function subjectOf(operation: Operation): string | undefined {
  if (operation.kind === 'identify') return JSON.stringify(operation.key);
  return 'object' in operation ? JSON.stringify([operation.object, ...keysOf(operation)]) : undefined;
}

function keysOf(operation: Operation) {
  return 'people' in operation ? operation.people.map(({ key }) => key) : [];
}

/** Whether the person, the object or the relationship exists already. */
function isThere(state: WorkspaceState, operation: Operation): boolean {
  if ('key' in operation) return findPerson(state, operation.key) !== undefined;
  if (!('object' in operation)) return false;
  const object = state.objects.find(operation.object);
  if (operation.kind === 'object_identify' || object === undefined) return object !== undefined;
  const [key] = keysOf(operation);
  const person = key === undefined ? undefined : findPerson(state, key);
  return person !== undefined && object.people.has(person.serial);
}
