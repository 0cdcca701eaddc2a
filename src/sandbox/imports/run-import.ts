import { setImmediate as nextTurn } from 'node:timers/promises';
import { CsvError } from '../csv/parse-csv.ts';
import type { Operation } from '../operation.ts';
import type { SandboxCore } from '../sandbox-core.ts';
import type { ImportRecord } from '../state/import-list.ts';
import type { Workspace } from '../workspace.ts';
import { FetchError, fetchFile } from './fetch-file.ts';
import { ImportError, type ImportedRow, importRows } from './import-rows.ts';

/** Rows applied before other requests get their turn. */
const ROWS_PER_TURN = 500;

/** Rows that did not go well, with the reason as the last cell. */
interface Report {
  readonly errors: (readonly string[])[];
  readonly warnings: (readonly string[])[];
}

/** Fetches and applies the file of an import; ends in the state imported or failed. Never throws. */
export async function runImport(core: SandboxCore, record: ImportRecord): Promise<void> {
  const { workspace } = core;
  try {
    await applyFile(core, workspace, record, await fetchFile(record.request.url));
  } catch (error) {
    const isExpected =
      error instanceof FetchError || error instanceof CsvError || error instanceof ImportError;
    const reason = isExpected ? error.message : `a fault of the sandbox: ${String(error)}`;
    update(core, workspace, record, { state: 'failed', error: reason });
  }
}

async function applyFile(
  core: SandboxCore,
  workspace: Workspace,
  record: ImportRecord,
  text: string,
): Promise<void> {
  const { switches } = workspace;
  const file = importRows(text, { request: record.request, switches, state: () => workspace.state() });
  update(core, workspace, record, { state: 'importing' });
  const report: Report = { errors: [], warnings: [] };
  let [found, imported] = [0, 0];
  for (;;) {
    const rows = take(file.rows, ROWS_PER_TURN);
    if (rows.length === 0) break;
    const operations = operationsOf(rows, report);
    workspace.accept(operations);
    imported += operations.length;
    found += rows.filter(({ outcome }) => outcome.kind !== 'skipped').length;
    update(core, workspace, record, { rowsToImport: found, rowsImported: imported });
    // Serial on purpose: rows are applied in their order, and others may speak in between.
    await nextTurn();
  }
  update(core, workspace, record, {
    state: 'imported',
    errorExportId: addReport(core, workspace, file.columns, 'error', report.errors, record),
    warningExportId: addReport(core, workspace, file.columns, 'warning', report.warnings, record),
  });
}

function take<Item>(items: Generator<Item>, count: number): readonly Item[] {
  const taken: Item[] = [];
  while (taken.length < count) {
    const { done, value } = items.next();
    if (done === true) break;
    taken.push(value);
  }
  return taken;
}

function operationsOf(rows: readonly ImportedRow[], report: Report): readonly Operation[] {
  const operations: Operation[] = [];
  for (const { cells, outcome } of rows) {
    if (outcome.kind === 'error') report.errors.push([...cells, outcome.reason]);
    if (outcome.kind !== 'operation') continue;
    operations.push(outcome.operation);
    if (outcome.warning !== undefined) report.warnings.push([...cells, outcome.warning]);
  }
  return operations;
}

/** The rows in question as an export; undefined where there are none. */
function addReport(
  core: SandboxCore,
  workspace: Workspace,
  columns: readonly string[],
  what: 'error' | 'warning',
  rows: readonly (readonly string[])[],
  { id, request }: ImportRecord,
): number | undefined {
  if (rows.length === 0) return undefined;
  const nowMs = core.clock.nowMs();
  const padded = rows.map((row) => [...row.slice(0, -1), ...padding(columns, row), ...row.slice(-1)]);
  return workspace.state().exports.add({
    type: 'customers',
    description: `${what}s of import ${id}, ${request.name}`,
    createdAtMs: nowMs,
    readyAtMs: nowMs,
    content: { kind: 'rows', columns: [...columns, what], rows: padded },
  }).id;
}

/** Rows may be shorter than the header. */
function padding(columns: readonly string[], row: readonly string[]): readonly string[] {
  return Array.from({ length: Math.max(0, columns.length + 1 - row.length) }, () => '');
}

function update(
  core: SandboxCore,
  workspace: Workspace,
  { id }: ImportRecord,
  changes: Partial<ImportRecord>,
): void {
  workspace.state().imports.update(id, { ...changes, updatedAtMs: core.clock.nowMs() });
  core.noteChange();
}
