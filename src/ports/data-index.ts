import type { DescribedAttribute, DescribedEvent } from '../core/dictionary/data-index-entries.ts';

/** Customer.io's list of the attributes and events of a workspace, in which each may have a description. */
export interface DataIndex {
  /** Replaces the descriptions of these. @throws DestinationError */
  describeAttributes(attributes: readonly DescribedAttribute[], signal?: AbortSignal): Promise<void>;
  describeEvents(events: readonly DescribedEvent[], signal?: AbortSignal): Promise<void>;
}
