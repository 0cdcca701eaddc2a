import type { AbandonmentModel, Emptiness } from '../contract/contract.ts';
import type { Fault } from '../shape/fault.ts';
import type { BoundField } from '../shape/shape-row.ts';
import { shapeTime } from '../shape/shape-time.ts';
import type { Cell } from '../shape/shape-value.ts';
import type { CartKey, EventKeyParts } from './cart-session.ts';
import { contentHash } from './observe-cart.ts';

/** Where the parts of a cart stand in a row. */
export interface CartColumns {
  readonly cart: readonly number[];
  readonly lastActivityAt: BoundField | undefined;
  readonly observed: readonly number[];
  readonly convertedAt: BoundField | undefined;
  readonly supersededAt: BoundField | undefined;
  readonly emptiness: number | undefined;
  readonly properties: readonly BoundField[];
}

/** A value, or what is wrong with its column. */
export type Read<T> = { readonly value: T } | { readonly fault: Fault };

/** The key of a row's cart. */
export function readCartKey(
  cells: readonly Cell[],
  model: AbandonmentModel,
  { cart }: CartColumns,
): Read<{ readonly key: CartKey; readonly parts: EventKeyParts }> {
  const parts: string[] = [];
  for (const [position, index] of cart.entries()) {
    const cell = cells[index];
    const column = model.cartColumns[position];
    if (cell === null) return { fault: { code: 'event_id_missing', column } };
    if (cell === undefined) return { fault: { code: 'not_text', column } };
    parts.push(cell);
  }
  return { value: { key: JSON.stringify(parts), parts } };
}

/** A time in unix seconds; undefined for NULL, where that is allowed. */
export function readTime(cells: readonly Cell[], bound: BoundField | undefined): Read<number | undefined> {
  if (bound === undefined) return { value: undefined };
  const { field, index } = bound;
  const { column } = field;
  const cell = cells[index];
  if (cell === undefined) return { fault: { code: 'not_text', column } };
  if (cell === null) {
    return field.whenNull === 'keep' ? { value: undefined } : { fault: { code: 'value_missing', column } };
  }
  const time = shapeTime(cell, field.time);
  return 'fault' in time ? { fault: { code: time.fault, column } } : { value: time.unixSeconds };
}

const EMPTY_FLAGS: Readonly<Record<string, boolean>> = {
  '0': false,
  '1': true,
  '\u0000': false,
  '\u0001': true,
  false: false,
  true: true,
};

const NUMBER = /^-?\d+(\.\d+)?$/;

/** Whether the cart is empty; never, when nothing says so. */
export function readEmptiness(
  cells: readonly Cell[],
  emptiness: Emptiness | undefined,
  index: number | undefined,
): Read<boolean> {
  if (emptiness === undefined || index === undefined) return { value: false };
  const { column, how } = emptiness;
  const cell = cells[index];
  if (cell === undefined) return { fault: { code: 'not_text', column } };
  if (cell === null) return { fault: { code: 'value_missing', column } };
  if (how === 'count') {
    return NUMBER.test(cell) ? { value: Number(cell) <= 0 } : { fault: { code: 'not_a_number', column } };
  }
  const flag = EMPTY_FLAGS[cell];
  return flag === undefined ? { fault: { code: 'not_a_boolean', column } } : { value: flag };
}

/** Hash of what is observed; undefined where the source itself says when a cart was changed. */
export function readContent(
  cells: readonly Cell[],
  model: AbandonmentModel,
  { observed }: CartColumns,
): Read<string | undefined> {
  if (observed.length === 0) return { value: undefined };
  const values: (string | null)[] = [];
  for (const [position, index] of observed.entries()) {
    const cell = cells[index];
    if (cell === undefined) return { fault: { code: 'not_text', column: model.observedColumns[position] } };
    values.push(cell);
  }
  return { value: contentHash(values) };
}
