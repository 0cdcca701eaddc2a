import type { Field } from '../contract/contract.ts';
import type { Fault } from './fault.ts';
import type { Fragment } from './fragment.ts';
import { type Cell, isTooLongForAttribute, type Shaped, shapeValue } from './shape-value.ts';

/** A field and the index of its column in the result. */
export interface BoundField {
  readonly field: Field;
  readonly index: number;
}

/** Shaped values in the order of the fields, or everything that is wrong with the row. */
export type ShapedRow =
  | { readonly fragments: readonly Fragment[]; readonly faults: readonly [] }
  | { readonly fragments: undefined; readonly faults: readonly Fault[] };

/** Shapes the attributes of one person. */
export function shapePerson(cells: readonly Cell[], fields: readonly BoundField[]): ShapedRow {
  return collect(cells, fields, shapeAttribute);
}

function shapeAttribute(cell: Cell, field: Field): Shaped {
  const shaped = shapeValue(cell, field);
  const isTooLong = typeof shaped === 'string' && isTooLongForAttribute(shaped);
  return isTooLong ? { fault: 'value_too_long' } : shaped;
}

/** Shapes the properties of one event. */
export function shapeProperties(cells: readonly Cell[], fields: readonly BoundField[]): ShapedRow {
  return collect(cells, fields, shapeValue);
}

function collect(
  cells: readonly Cell[],
  fields: readonly BoundField[],
  shape: (cell: Cell, field: Field) => Shaped,
): ShapedRow {
  const fragments: Fragment[] = [];
  const faults: Fault[] = [];
  for (const { field, index } of fields) {
    const shaped = shape(cells[index], field);
    if (typeof shaped === 'string') fragments.push(shaped);
    else faults.push({ code: shaped.fault, column: field.column });
  }
  return faults.length === 0 ? { fragments, faults: [] } : { fragments: undefined, faults };
}
