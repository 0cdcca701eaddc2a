import { personColumns } from '../contract/check-model.ts';
import type { Model } from '../contract/contract.ts';
import type { WatchedColumn } from './column-sight.ts';
import { declaredFields } from './model-fields.ts';

/** The columns of a model's result that are worth looking at. */
export function watchedColumns(model: Model, resultColumns: readonly string[]): readonly WatchedColumn[] {
  const columns = declaredFields(model).map(({ field, path }) => ({
    name: field.name,
    path,
    type: field.type,
    index: resultColumns.indexOf(field.column),
  }));
  const keys = personColumns(model).map((name) => ({
    name,
    path: ['person'],
    type: 'identifier' as const,
    index: resultColumns.indexOf(name),
  }));
  return [...keys, ...columns].filter(({ index }) => index >= 0);
}
