import type { EventStart } from '../../core/guard/event-start.ts';
import { eventTime } from '../../core/shape/shape-event.ts';
import type { BoundField } from '../../core/shape/shape-row.ts';
import type { RowBatch } from '../../ports/source.ts';
import type { EventPeople } from '../identity/event-people.ts';

export interface PeopleOfRowsOptions {
  readonly occurredAt: BoundField;
  readonly people: EventPeople;
  readonly start: EventStart;
}

/** Gathers whose the events of a time are, without making any event. */
export class PeopleOfRows {
  /** By the canonical identifier; keys that lead to nobody are among them, and do no harm. */
  readonly people = new Set<string>();
  private readonly options: PeopleOfRowsOptions;

  constructor(options: PeopleOfRowsOptions) {
    this.options = options;
  }

  async take(batch: RowBatch): Promise<void> {
    const { occurredAt, start, people } = this.options;
    const { startsAt, endsAt = Number.POSITIVE_INFINITY } = start;
    for (let row = 0; row < batch.length; row += 1) {
      const cells = batch.cells(row);
      const time = eventTime(cells, occurredAt);
      if (!('unixSeconds' in time) || time.unixSeconds < startsAt || time.unixSeconds >= endsAt) continue;
      const person = people.nameOf(cells);
      if (person !== undefined) this.people.add(person);
    }
  }
}
