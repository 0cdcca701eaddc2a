import type { ChangeSource } from '../../core/contract/capture-rule.ts';
import type { Model } from '../../core/contract/contract.ts';
import type { Problem } from '../../core/contract/problem.ts';
import type { ColumnKind, SourceColumn } from '../../core/contract/source-column.ts';
import type { YamlFile, YamlPath } from '../../core/contract/yaml-file.ts';
import { MillraceError } from '../../core/errors/millrace-error.ts';
import type { KeySort } from '../../core/sql/key-list.ts';
import type { Source } from '../../ports/source.ts';
import { describeQuery } from '../describe-query.ts';
import type { ChangeQueries } from '../model-queries.ts';

/** A source of changed keys with what its columns hold. */
export interface DescribedChange {
  readonly source: ChangeSource;
  /** Of the column that the table gives: the key, or what it is looked up by. */
  readonly by: KeySort;
  readonly key: KeySort;
  readonly changedAt: ColumnKind;
  /** Rows without a time of change are found by nobody. */
  readonly isNullable: boolean;
}

interface DescribedChanges {
  readonly changes: readonly DescribedChange[];
  readonly problems: readonly Problem[];
}

/** Asks MySQL what the queries of changed keys return. */
export async function describeChanges(
  source: Source,
  model: Model,
  queries: readonly ChangeQueries[],
  yaml: YamlFile | undefined,
): Promise<DescribedChanges> {
  const changes: DescribedChange[] = [];
  const problems: Problem[] = [];
  for (const [index, { changed, lookUp }] of queries.entries()) {
    const change = model.capture?.sources[index];
    if (change === undefined) continue;
    // One connection answers one question at a time.
    const columns = await describeQuery(source, changed);
    const keys = lookUp === undefined ? undefined : await describeQuery(source, lookUp);
    const complaint = complaintOf(change, columns, keys);
    if (complaint === undefined) changes.push(toChange(change, columns, keys));
    else if (yaml !== undefined) problems.push(yaml.problemAt(pathOf(change), ...complaint));
  }
  return { changes, problems };
}

type Answer = readonly SourceColumn[] | MillraceError;

function pathOf(change: ChangeSource): YamlPath {
  return change.kind === 'table' ? ['capture', 'tables', change.table] : ['capture', 'changed'];
}

const TIMES: ReadonlySet<ColumnKind> = new Set(['timestamp', 'datetime', 'date']);

function complaintOf(
  change: ChangeSource,
  columns: Answer,
  keys: Answer | undefined,
): readonly [message: string, hint: string] | undefined {
  if (columns instanceof MillraceError) return [columns.message, columns.hint];
  if (keys instanceof MillraceError) return [keys.message, keys.hint];
  if (columns.length !== 2) {
    return ['the query does not return two columns', 'Return the key first, then when it changed.'];
  }
  if (keys !== undefined && keys.length !== 1)
    return ['`keys` does not return one column', 'Return the key alone.'];
  const kind = columns[1]?.kind ?? 'other';
  if (TIMES.has(kind)) return undefined;
  const hint =
    'Use a DATETIME, TIMESTAMP or DATE, or make one of it in `changed`: FROM_UNIXTIME(updated_at).';
  return [`when a row changed is not a time but of kind ${kind}${sourceWords(change)}`, hint];
}

function sourceWords(change: ChangeSource): string {
  return change.kind === 'table' ? ` (${change.table}.${change.changedAt})` : '';
}

function toChange(source: ChangeSource, columns: Answer, keys: Answer | undefined): DescribedChange {
  const by = sortOf(columns);
  const isNullable = !(columns instanceof MillraceError) && columns[1]?.isNullable === true;
  return {
    source,
    by,
    key: keys === undefined ? by : sortOf(keys),
    changedAt: kindOf(columns, 1),
    isNullable,
  };
}

function sortOf(columns: Answer): KeySort {
  return kindOf(columns, 0) === 'number' ? 'number' : 'text';
}

function kindOf(columns: Answer, place: number): ColumnKind {
  return columns instanceof MillraceError ? 'other' : (columns[place]?.kind ?? 'other');
}
