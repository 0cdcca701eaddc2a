import { settleTime } from '../core/contract/check-columns.ts';
import type { Field, KeyColumn } from '../core/contract/contract.ts';
import { InvalidContractError } from '../core/contract/problem.ts';
import type { SourceColumn } from '../core/contract/source-column.ts';
import type { ReadPhone } from '../core/identity/phone.ts';
import type { PersonColumn } from '../core/identity/resolve-person.ts';
import type { BoundField } from '../core/shape/shape-row.ts';

/** Finds columns by name in the result that is being read. */
export interface ColumnIndex {
  indexOf(column: string): number;
}

/** @throws InvalidContractError by `indexOf`, when the result no longer has the column that was promised. */
export function columnIndex(sqlFile: string, columns: readonly string[]): ColumnIndex {
  return {
    indexOf: (column) => {
      const index = columns.indexOf(column);
      if (index >= 0) return index;
      const message = `the query no longer returns the column \`${column}\``;
      const hint = 'The tables changed while Millrace was reading; run again.';
      throw new InvalidContractError(
        [{ file: sqlFile, line: 1, column: 1, message, hint }],
        'columns_differ',
      );
    },
  };
}

/** What fields need to know of the run that reads them. */
export interface FieldSurroundings {
  /** The last moment (unix seconds) that does not count as the future. */
  readonly latest: number;
  /** How phone numbers are read; without it, only those in E.164. */
  readonly readPhone?: ReadPhone;
}

/** Fields with the place of their column, and settled by its type and by the run. */
export function bindFields(
  fields: readonly Field[],
  described: readonly SourceColumn[],
  index: ColumnIndex,
  { latest, readPhone }: FieldSurroundings,
): readonly BoundField[] {
  return fields.map((field) => ({
    field: settlePhone(settleTime(field, described, latest), readPhone),
    index: index.indexOf(field.column),
  }));
}

/** Columns that name a person, with their places. */
export function personColumns(keys: readonly KeyColumn[], index: ColumnIndex): readonly PersonColumn[] {
  return keys.map(({ kind, column }) => ({ kind, column, index: index.indexOf(column) }));
}

function settlePhone(field: Field, readPhone: ReadPhone | undefined): Field {
  return field.type === 'phone' ? { ...field, readPhone } : field;
}
