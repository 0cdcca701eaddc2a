import type { CanonicalIdentifier } from '../core/contract/contract.ts';
import type { Workspace } from '../core/customerio/workspace.ts';
import type { ItemBatch } from '../core/operation/item-batch.ts';

/** Where operations go: one workspace of Customer.io. */
export interface Destination {
  /**
   * Asks which workspace the credentials belong to.
   * @throws DestinationError when they are refused, or the region is another one.
   */
  workspace(): Promise<Workspace>;

  /**
   * Sends one batch and reads the answer of every item. Retries by the documented policy.
   * @throws DestinationError when the batch as a whole could not be delivered.
   */
  deliver(items: ItemBatch, signal?: AbortSignal): Promise<Delivery>;

  /**
   * Sends events that belong to nobody yet, each in a request of its own. Retries by the documented policy.
   * @throws DestinationError when one of them could not be delivered.
   */
  deliverAnonymous(events: ItemBatch, signal?: AbortSignal): Promise<Delivery>;

  /**
   * Puts people into a manual segment or takes them out. `people` are JSON texts of their identifiers. Retries by
   * the documented policy.
   * @throws DestinationError when a part of them could not be delivered.
   */
  changeMembers(change: MemberChange, people: ItemBatch, signal?: AbortSignal): Promise<Delivery>;

  close(): Promise<void>;
}

/** What happens to the members of which segment. */
export interface MemberChange {
  readonly segmentId: string;
  readonly action: 'add' | 'remove';
  readonly identifier: CanonicalIdentifier;
}

/** How one batch ended. Items without an entry in `refused` were accepted. */
export interface Delivery {
  readonly refused: ReadonlyMap<number, Refusal>;
  /** HTTP requests made for this batch, retries included. */
  readonly requests: number;
}

/** Customer.io's own words about one item. */
export interface Refusal {
  readonly status: number;
  readonly reason: string;
  readonly field: string | undefined;
  readonly message: string | undefined;
}
