import type { AbandonmentModel, EventMakingModel, EventModel } from '../core/contract/contract.ts';
import type { EventStart } from '../core/guard/event-start.ts';
import { eventKeyText } from '../core/shape/shape-event.ts';
import type { Cell } from '../core/shape/shape-value.ts';
import type { Snapshot } from '../ports/source.ts';
import { PeopleOfRows } from './backfill/people-of-rows.ts';
import { bindFields, type ColumnIndex, personColumns } from './bind-fields.ts';
import type { CaptureWatch } from './capture/capture-watch.ts';
import type { CaptureWatches } from './capture/capture-watches.ts';
import { instantOf } from './capture/changed-keys.ts';
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
  readonly captures: CaptureWatches;
}

/** Reads models that make events. */
export class EventScanning {
  private readonly options: EventScanningOptions;

  constructor(options: EventScanningOptions) {
    this.options = options;
  }

  async scanEvents(snapshot: Snapshot, described: Described<EventModel>): Promise<EventScanner> {
    const { reader, captures } = this.options;
    const { model, columns } = described;
    const { delivered } = reader.reading.state;
    const { read, watch } = await captures.open(snapshot, described);
    if (watch?.wantsExpected) await this.expect(snapshot, described, watch);
    const { scan, index } = await reader.query(snapshot, described, read);
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
      watch,
      changedAt: changedAtOf(described, index),
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

  /** Finds out which events a read by changes would bring. */
  private async expect(
    snapshot: Snapshot,
    described: Described<EventModel>,
    watch: CaptureWatch,
  ): Promise<void> {
    const { reader } = this.options;
    const { scan, index } = await reader.query(snapshot, described, watch.asPartial);
    const eventId = described.model.eventIdColumns.map((column) => index.indexOf(column));
    const names: string[] = [];
    for await (const batch of scan.batches) {
      for (let row = 0; row < batch.length; row += 1) names.push(eventKeyText(batch.cells(row), { eventId }));
    }
    watch.expect(names);
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

/** Reads when a row changed from the column that the model's :since bounds. */
function changedAtOf(
  { model: { capture }, columns }: Described<EventModel>,
  index: ColumnIndex,
): (cells: readonly Cell[]) => number | undefined {
  const column = columns.find(({ name }) => name === capture?.cursor);
  if (capture === undefined || column === undefined) return () => undefined;
  const place = index.indexOf(column.name);
  return (cells) => instantOf(cells[place], column.kind, capture.timeZone);
}
