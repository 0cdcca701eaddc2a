import { readTime } from '../../core/carts/shape-cart.ts';
import type { AbandonmentModel } from '../../core/contract/contract.ts';
import type { SourceColumn } from '../../core/contract/source-column.ts';
import { personName, resolvePerson } from '../../core/identity/resolve-person.ts';
import type { Fault } from '../../core/shape/fault.ts';
import type { Snapshot, SourceQuery } from '../../ports/source.ts';
import { bindFields, columnIndex, type FieldSurroundings, personColumns } from '../bind-fields.ts';
import type { IdentityReading } from '../identity/identity-reading.ts';

/** Orders as far as they end sessions of carts. */
export interface PeoplesOrders {
  /** Latest order of each person, in unix seconds. */
  readonly latest: ReadonlyMap<string, number>;
  /** Orders whose time can not be read, by person. */
  readonly faults: readonly { readonly person: string; readonly fault: Fault }[];
}

export const NO_ORDERS: PeoplesOrders = { latest: new Map(), faults: [] };

export interface OrdersReading {
  readonly model: AbandonmentModel;
  readonly query: SourceQuery;
  /** What the query returns, as the server described it. */
  readonly described: readonly SourceColumn[];
  readonly identity: IdentityReading;
  readonly surroundings: FieldSurroundings;
}

/** Reads the query of orders, in the snapshot in which the carts are read. Orders of nobody end nothing. */
export async function readOrders(snapshot: Snapshot, reading: OrdersReading): Promise<PeoplesOrders> {
  const { model, query, described, identity, surroundings } = reading;
  if (model.orders === undefined) return NO_ORDERS;
  const scan = await snapshot.scan(query, 0);
  const index = columnIndex(model.file, scan.columns);
  const columns = personColumns(model.orders.person, index);
  const [orderedAt] = bindFields([model.orders.orderedAt], described, index, surroundings);
  const latest = new Map<string, number>();
  const faults: { readonly person: string; readonly fault: Fault }[] = [];
  for await (const batch of scan.batches) {
    for (let row = 0; row < batch.length; row += 1) {
      const cells = batch.cells(row);
      const person = personName(resolvePerson(cells, columns, identity));
      if (person === undefined) continue;
      const time = readTime(cells, orderedAt);
      if ('fault' in time) faults.push({ person, fault: time.fault });
      else latest.set(person, Math.max(time.value ?? 0, latest.get(person) ?? 0));
    }
  }
  return { latest, faults };
}
