import { settleTime } from '../core/contract/check-columns.ts';
import type { Field } from '../core/contract/contract.ts';
import { InvalidContractError } from '../core/contract/problem.ts';
import type { SourceColumn } from '../core/contract/source-column.ts';
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

/** Fields with the place of their column, and with their time rule settled by its type and the time of the run. */
export function bindFields(
  fields: readonly Field[],
  described: readonly SourceColumn[],
  index: ColumnIndex,
  latest: number,
): readonly BoundField[] {
  return fields.map((field) => ({
    field: settleTime(field, described, latest),
    index: index.indexOf(field.column),
  }));
}
