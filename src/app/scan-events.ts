import type { AbandonmentModel, EventMakingModel, EventModel } from '../core/contract/contract.ts';
import type { EventStart } from '../core/guard/event-start.ts';
import type { Snapshot } from '../ports/source.ts';
import { PeopleOfRows } from './backfill/people-of-rows.ts';
import { bindFields, type ColumnIndex, personColumns } from './bind-fields.ts';
import { AbandonmentScanner } from './carts/abandonment-scanner.ts';
import { bindCart } from './carts/bind-cart.ts';
import { NO_ORDERS, type PeoplesOrders, readOrders } from './carts/read-orders.ts';
import { eventTable, loadTable } from './delivered-reader.ts';
import { EventScanner } from './event-scanner.ts';
import { EventPeople } from './identity/event-people.ts';
import type { GuestPeople } from './identity/guest-people.ts';
import type { IdentityReading } from './identity/identity-reading.ts';
import { waitingTable } from './identity/waiting-events.ts';
import type { KnownPeople } from './known-people.ts';
import type { Described, ModelReader } from './model-reader.ts';
import { anonymousSpool } from './operation-sink.ts';

export interface EventScanningOptions {
  readonly reader: ModelReader;
  readonly identity: IdentityReading;
  readonly guests: GuestPeople;
  readonly known: KnownPeople;
}

/** Reads models that make events. */
export class EventScanning {
  private readonly options: EventScanningOptions;

  constructor(options: EventScanningOptions) {
    this.options = options;
  }

  async scanEvents(snapshot: Snapshot, described: Described<EventModel>): Promise<EventScanner> {
    const { reader } = this.options;
    const { model, columns } = described;
    const { delivered } = reader.reading.state;
    const { scan, index } = await reader.query(snapshot, described);
    const [occurredAt] = bindFields([model.occurredAt], columns, index, reader.surroundings);
    const anonymous = model.unresolved === 'anonymous' ? anonymousSpool(model.name) : undefined;
    const scanner = new EventScanner({
      ...(await this.eventOptions(model)),
      model,
      columns: {
        eventId: model.eventIdColumns.map((column) => index.indexOf(column)),
        occurredAt: occurredAt ?? { field: model.occurredAt, index: index.indexOf(model.occurredAt.column) },
        properties: bindFields(model.properties, columns, index, reader.surroundings),
      },
      people: this.eventPeople(model, index),
      scope: reader.reading.options.backfill,
      waiting: await loadTable(delivered, waitingTable(model.event)),
      anonymousSink: anonymous === undefined ? undefined : await reader.sinkOf(anonymous),
    });
    await reader.feed(model, scan, [scanner]);
    return scanner;
  }

  /** Whose the events of a backfill's time are. */
  async peopleOfRows(snapshot: Snapshot, described: Described<EventModel>): Promise<ReadonlySet<string>> {
    const { reader } = this.options;
    const { model, columns } = described;
    const { scan, index } = await reader.query(snapshot, described);
    const [occurredAt] = bindFields([model.occurredAt], columns, index, reader.surroundings);
    const rows = new PeopleOfRows({
      occurredAt: occurredAt ?? { field: model.occurredAt, index: index.indexOf(model.occurredAt.column) },
      people: this.eventPeople(model, index),
      start: reader.reading.starts.get(model.name) as EventStart,
    });
    await reader.feed(model, scan, [rows]);
    return rows.people;
  }

  async scanCarts(snapshot: Snapshot, described: Described<AbandonmentModel>): Promise<AbandonmentScanner> {
    const { reader } = this.options;
    const { model, columns } = described;
    const { delivered } = reader.reading.state;
    const orders = await this.readOrders(snapshot, described);
    const { scan, index } = await reader.query(snapshot, described);
    const scanner = new AbandonmentScanner({
      ...(await this.eventOptions(model)),
      model,
      columns: bindCart(model, columns, index, reader.surroundings),
      people: this.eventPeople(model, index),
      memory: await delivered.cartMemory(eventTable(model.event)),
      orders,
      keySeed: delivered.keySeed,
    });
    await reader.feed(model, scan, [scanner]);
    return scanner;
  }

  private async readOrders(
    snapshot: Snapshot,
    { model, ordersColumns: described }: Described<AbandonmentModel>,
  ): Promise<PeoplesOrders> {
    const { reader, identity } = this.options;
    const query = reader.queriesOf(model).orders;
    if (query === undefined) return NO_ORDERS;
    const { surroundings } = reader;
    return readOrders(snapshot, { model, query, described, identity, surroundings });
  }

  /** What all models that make events need. */
  private async eventOptions({ name, event }: EventMakingModel) {
    const { reader, guests } = this.options;
    const { session, state, options, now, starts } = reader.reading;
    const { namespace, canonical, clockSkewSeconds } = session.contract.project;
    return {
      namespace,
      canonical,
      clockSkewSeconds,
      now,
      start: starts.get(name) as EventStart,
      table: await loadTable(state.delivered, eventTable(event)),
      guests,
      sink: await reader.sinkOf(name),
      samplesMax: options.samplesMax,
    };
  }

  private eventPeople(model: EventMakingModel, index: ColumnIndex): EventPeople {
    const { identity: reading, known: people } = this.options;
    const columns = personColumns(model.person, index);
    return new EventPeople({ model, reading, people, columns });
  }
}
