import type { AbandonmentModel, CanonicalIdentifier, Emptiness, OrdersQuery } from './contract.ts';
import { durationSeconds } from './duration.ts';
import { timeField } from './field.ts';
import { keyColumns } from './key-columns.ts';
import type { AbandonmentYaml } from './model-schema.ts';

/** What is particular to carts; the rest is the same for every model that makes events. */
export type CartDefinition = Pick<
  AbandonmentModel,
  | 'cartColumns'
  | 'lastActivityAt'
  | 'observedColumns'
  | 'convertedAt'
  | 'supersededAt'
  | 'orders'
  | 'emptiness'
  | 'afterSeconds'
  | 'notAfterSeconds'
>;

export function cartDefinition(
  yaml: AbandonmentYaml,
  timeZone: string,
  canonical: CanonicalIdentifier,
): CartDefinition {
  const time = (
    name: string,
    column: Parameters<typeof timeField>[1] | undefined,
    whenNull: 'keep' | 'reject',
  ) => (column === undefined ? undefined : timeField(name, column, whenNull, timeZone));
  return {
    cartColumns: listOf(yaml.cart),
    lastActivityAt: time('last_activity_at', yaml.last_activity_at, 'reject'),
    observedColumns: yaml.observe === undefined ? [] : listOf(yaml.observe),
    convertedAt: time('converted_at', yaml.converted_at, 'keep'),
    supersededAt: time('superseded_by', supersedingColumn(yaml), 'keep'),
    orders: ordersQuery(yaml, timeZone, canonical),
    emptiness: emptinessOf(yaml),
    afterSeconds: durationSeconds(yaml.after),
    notAfterSeconds: durationSeconds(yaml.not_after),
  };
}

function listOf(columns: string | readonly string[]): readonly string[] {
  return typeof columns === 'string' ? [columns] : columns;
}

function supersedingColumn({ superseded_by: by }: AbandonmentYaml) {
  return typeof by === 'object' && 'orders' in by ? undefined : by;
}

function ordersQuery(
  { superseded_by: by }: AbandonmentYaml,
  timeZone: string,
  canonical: CanonicalIdentifier,
): OrdersQuery | undefined {
  if (typeof by !== 'object' || !('orders' in by)) return undefined;
  const orderedAt = timeField('ordered_at', by.ordered_at, 'reject', timeZone);
  const person = typeof by.person === 'string' ? { [canonical]: by.person } : by.person;
  return { sql: by.orders, person: keyColumns(person, canonical), orderedAt };
}

function emptinessOf({ emptied, item_count: itemCount }: AbandonmentYaml): Emptiness | undefined {
  if (emptied !== undefined) return { column: emptied, how: 'flag' };
  return itemCount === undefined ? undefined : { column: itemCount, how: 'count' };
}
