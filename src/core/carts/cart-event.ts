import { ITEM_BYTES_MAX } from '../customerio/limits.ts';
import type { Fault } from '../shape/fault.ts';
import { type Fragment, KEEP } from '../shape/fragment.ts';
import { joinList, splitList } from '../shape/json-list.ts';
import { type BoundField, shapeProperties } from '../shape/shape-row.ts';
import type { Cell } from '../shape/shape-value.ts';

/** Bytes of an event besides its properties: identifiers, id, name and time at their longest, and their JSON. */
const ENVELOPE_BYTES_MAX = 1000;

const PROPERTIES_BYTES_MAX = ITEM_BYTES_MAX - ENVELOPE_BYTES_MAX;

export interface CartEventFacts {
  readonly cartColumns: readonly string[];
  readonly cart: readonly string[];
  /** Unix seconds. */
  readonly lastActivityAt: number;
  readonly occurredAt: number;
}

/**
 * JSON text of the properties of a cart's event: what the model declares, and beside it the cart's key and its
 * times, so that campaigns can filter on them. Lists lose their last items until the event is short enough.
 */
export function cartProperties(
  cells: readonly Cell[],
  fields: readonly BoundField[],
  facts: CartEventFacts,
): { readonly properties: string } | { readonly faults: readonly Fault[] } {
  const shaped = shapeProperties(cells, fields);
  if (shaped.fragments === undefined) return { faults: shaped.faults };
  const properties = new Map<string, Fragment>(
    facts.cartColumns.map((column, index) => [column, JSON.stringify(facts.cart[index] ?? '')]),
  );
  properties.set('last_activity_at', String(facts.lastActivityAt));
  properties.set('occurred_at', String(facts.occurredAt));
  fields.forEach(({ field }, position) => {
    const fragment = shaped.fragments[position] ?? KEEP;
    if (fragment !== KEEP) properties.set(field.name, fragment);
  });
  shorten(properties);
  return { properties: objectText(properties) };
}

/** Takes items from the end of the longest list, until everything fits or no list is left to take from. */
function shorten(properties: Map<string, Fragment>): void {
  for (let tooMany = excess(properties); tooMany > 0; tooMany = excess(properties)) {
    const longest = longestList(properties);
    if (longest === undefined) return;
    properties.set(longest.name, joinList(withoutLast(longest.items, tooMany)));
  }
}

function excess(properties: ReadonlyMap<string, Fragment>): number {
  return Buffer.byteLength(objectText(properties)) - PROPERTIES_BYTES_MAX;
}

interface NamedList {
  readonly name: string;
  readonly items: readonly Fragment[];
  readonly bytes: number;
}

function longestList(properties: ReadonlyMap<string, Fragment>): NamedList | undefined {
  const lists = [...properties].flatMap(([name, fragment]): NamedList[] => {
    const items = splitList(fragment) ?? [];
    return items.length === 0 ? [] : [{ name, items, bytes: Buffer.byteLength(fragment) }];
  });
  return lists.reduce<NamedList | undefined>(
    (longest, list) => (longest === undefined || list.bytes > longest.bytes ? list : longest),
    undefined,
  );
}

/** As many items less as it takes to save these bytes. */
function withoutLast(items: readonly Fragment[], bytes: number): readonly Fragment[] {
  let saved = 0;
  let kept = items.length;
  while (kept > 0 && saved < bytes) {
    kept -= 1;
    saved += Buffer.byteLength(items[kept] ?? '') + 1;
  }
  return items.slice(0, kept);
}

function objectText(properties: ReadonlyMap<string, Fragment>): string {
  const pairs = [...properties].map(([name, fragment]) => `${JSON.stringify(name)}:${fragment}`);
  return `{${pairs.join(',')}}`;
}
