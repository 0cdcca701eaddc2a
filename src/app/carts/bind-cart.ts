import type { CartColumns } from '../../core/carts/shape-cart.ts';
import type { AbandonmentModel, Field } from '../../core/contract/contract.ts';
import type { SourceColumn } from '../../core/contract/source-column.ts';
import type { BoundField } from '../../core/shape/shape-row.ts';
import { bindFields, type ColumnIndex, type FieldSurroundings } from '../bind-fields.ts';

/** Finds the parts of a cart in the result that is being read. */
export function bindCart(
  model: AbandonmentModel,
  described: readonly SourceColumn[],
  index: ColumnIndex,
  surroundings: FieldSurroundings,
): CartColumns {
  const bind = (field: Field | undefined): BoundField | undefined =>
    field === undefined ? undefined : bindFields([field], described, index, surroundings)[0];
  const indexOf = (column: string): number => index.indexOf(column);
  return {
    cart: model.cartColumns.map(indexOf),
    lastActivityAt: bind(model.lastActivityAt),
    observed: model.observedColumns.map(indexOf),
    convertedAt: bind(model.convertedAt),
    supersededAt: bind(model.supersededAt),
    emptiness: model.emptiness === undefined ? undefined : indexOf(model.emptiness.column),
    properties: bindFields(model.properties, described, index, surroundings),
  };
}
