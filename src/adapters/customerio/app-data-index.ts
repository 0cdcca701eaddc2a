import type { DescribedAttribute, DescribedEvent } from '../../core/dictionary/data-index-entries.ts';
import type { DataIndex } from '../../ports/data-index.ts';
import type { AppClient } from './app-client.ts';

/** Customer.io's own limit. */
const ENTRIES_PER_REQUEST = 100;

export class AppDataIndex implements DataIndex {
  private readonly client: AppClient;

  constructor(client: AppClient) {
    this.client = client;
  }

  async describeAttributes(attributes: readonly DescribedAttribute[], signal?: AbortSignal): Promise<void> {
    const entries = attributes.map(({ eventName, ...entry }) => ({ ...entry, event_name: eventName }));
    await this.send('attributes', entries, signal);
  }

  describeEvents(events: readonly DescribedEvent[], signal?: AbortSignal): Promise<void> {
    return this.send('events', events, signal);
  }

  private async send(
    what: 'attributes' | 'events',
    entries: readonly object[],
    signal: AbortSignal | undefined,
  ): Promise<void> {
    for (let start = 0; start < entries.length; start += ENTRIES_PER_REQUEST) {
      // One after the other: the App API has one slow pace.
      await this.client.tell({
        what: `describe ${what}`,
        path: `/v1/data_index/${what}`,
        body: { [what]: entries.slice(start, start + ENTRIES_PER_REQUEST) },
        signal,
      });
    }
  }
}
