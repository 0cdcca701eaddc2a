import type { KeyedModel } from '../../core/contract/contract.ts';
import { thingWriter } from '../../core/customerio/thing-item.ts';
import type { Snapshot } from '../../ports/source.ts';
import { bindFields, personColumns } from '../bind-fields.ts';
import { loadTable, thingTable } from '../delivered-reader.ts';
import type { IdentityReading } from '../identity/identity-reading.ts';
import type { KnownPeople } from '../known-people.ts';
import type { Described, ModelReader } from '../model-reader.ts';
import type { ErasedPeople } from './erased-people.ts';
import { ThingLocator } from './thing-locator.ts';
import { ThingScanner } from './thing-scanner.ts';

export interface ScanThingsOptions {
  readonly reader: ModelReader;
  readonly identity: IdentityReading;
  readonly known: KnownPeople;
  readonly erased: ErasedPeople;
}

/** Reads a model whose rows each stand for one thing. */
export async function scanThings(
  snapshot: Snapshot,
  described: Described<KeyedModel>,
  { reader, identity, known, erased }: ScanThingsOptions,
): Promise<ThingScanner> {
  const { model, columns } = described;
  const { session, state, options } = reader.reading;
  const { delivered } = state;
  const { scan, index } = await reader.query(snapshot, described);
  const tableName = thingTable({ kind: model.kind, model: model.name, target: model.target });
  const scanner = new ThingScanner({
    model,
    writer: thingWriter(model, session.contract.project.canonical),
    locator: new ThingLocator({
      model,
      idIndex: model.idColumn === undefined ? undefined : index.indexOf(model.idColumn),
      person: personColumns(model.person, index),
      identity,
      known,
      erased,
    }),
    fields: bindFields(model.attributes, columns, index, reader.surroundings),
    table: erased.tableOf(model) ?? (await loadTable(delivered, tableName)),
    tableName,
    delivered,
    sink: await reader.sinkOf(model.name),
    samplesMax: options.samplesMax,
    onErased: model.kind === 'erasure' ? (key) => erased.add(key) : undefined,
  });
  await reader.feed(model, scan, [scanner]);
  await scanner.endRows();
  return scanner;
}
