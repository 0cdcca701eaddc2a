import { NO_CARTS } from '../core/carts/cart-memory.ts';
import { FingerprintTable } from '../core/diff/fingerprint-table.ts';
import { WHOLE_RING } from '../core/diff/key-range.ts';
import type { KeyedPlan } from '../core/plan/plan-summary.ts';
import type { DeliveredStore, TableName } from '../ports/state-store.ts';

/** What reading needs of the state. */
export type DeliveredReader = Pick<
  DeliveredStore,
  | 'keySeed'
  | 'size'
  | 'entries'
  | 'deliveredValues'
  | 'deliveredDefinitions'
  | 'eventStart'
  | 'eventHours'
  | 'cartMemory'
  | 'version'
> & { readonly stateId: string | undefined };

/** Stands for a workspace that nothing was delivered to yet. */
export const NOTHING_DELIVERED: DeliveredReader = {
  stateId: undefined,
  keySeed: 0,
  version: async () => 0,
  size: async () => ({ keys: 0, entries: 0, distinct: 0 }),
  entries: async function* () {},
  deliveredValues: async () => [],
  deliveredDefinitions: async () => new Map(),
  eventStart: async () => undefined,
  eventHours: async () => new Map(),
  cartMemory: async () => NO_CARTS,
};

export function peopleTable(model: string): TableName {
  return `people:${model}`;
}

/** Answers to all consents of a people model. */
export function consentTable(model: string): TableName {
  return `consents:${model}`;
}

/** By the event's name, for its ids depend on that too: the model's file may be renamed. */
export function eventTable(event: string): TableName {
  return `events:${event}`;
}

/** By what at Customer.io the rows are about, too: what was delivered there says nothing of another place. */
export function thingTable({ kind, model, target }: Pick<KeyedPlan, 'kind' | 'model' | 'target'>): TableName {
  return `${kind}:${model}:${target}`;
}

export async function loadTable(delivered: DeliveredReader, name: TableName): Promise<FingerprintTable> {
  const table = new FingerprintTable(await delivered.size(name));
  for await (const block of delivered.entries(name, WHOLE_RING)) table.load(block);
  return table;
}
