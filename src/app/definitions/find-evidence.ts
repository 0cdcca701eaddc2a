import { keyColumnsOfThing } from '../../core/contract/check-model.ts';
import {
  type EventMakingModel,
  type Field,
  isKeyed,
  type KeyedModel,
  type Model,
  type PeopleModel,
} from '../../core/contract/contract.ts';
import { type WorkspaceLock, workspaceLock } from '../../core/contract/lock.ts';
import { type Evidence, EvidenceTally, FAULTY } from '../../core/definition/evidence.ts';
import { type PublishedDefinition, publishedFields } from '../../core/definition/published.ts';
import { publishedField, publishedTime } from '../../core/definition/published-field.ts';
import { ContractError } from '../../core/errors/millrace-error.ts';
import type { Fragment } from '../../core/shape/fragment.ts';
import { type BoundField, shapeProperties } from '../../core/shape/shape-row.ts';
import type { Cell } from '../../core/shape/shape-value.ts';
import { bindQuery } from '../../core/sql/bind-query.ts';
import { NOT_AFTER } from '../../core/time/time-limits.ts';
import { unixSeconds } from '../../ports/clock.ts';
import type { Snapshot, Source, SourceQuery } from '../../ports/source.ts';
import { bindFields, columnIndex } from '../bind-fields.ts';
import type { Session } from '../session.ts';

/** Events of this many days are compared. */
const EVENT_DAYS = 30;

/** Fingerprints are not used here. */
const NO_SEED = 0;

/** One of the two definitions of a model. */
interface Side {
  readonly query: SourceQuery;
  readonly keyColumns: readonly string[];
  readonly fields: readonly Field[];
}

/**
 * Runs the published and the present definition of a model in one snapshot, and compares what they would send.
 * @throws ContractError `usage` when there is nothing to compare with.
 */
export async function findEvidence(session: Session, model: Model): Promise<Evidence> {
  if (model.kind === 'identities') throw nothingToCompare(session, model);
  const { before, after } = sidesOf(session, model);
  const { observer } = session.toolbox;
  const tally = new EvidenceTally(after.fields);
  const oldBinding = await bindSide(session.source, before, model);
  const newBinding = await bindSide(session.source, after, model);
  const snapshot = await session.source.openSnapshot();
  try {
    observer.observe({ kind: 'step', text: `Running the published query of ${model.name}` });
    await readSide(snapshot, before, oldBinding, (key, values) => tally.addBefore(key, values));
    observer.observe({ kind: 'step', text: `Running the present query of ${model.name}` });
    await readSide(snapshot, after, newBinding, (key, values) => tally.addAfter(key, values));
    return tally.result(model.name, model.kind);
  } finally {
    await snapshot.close();
  }
}

function sidesOf(session: Session, model: SentModel): { readonly before: Side; readonly after: Side } {
  const lock = workspaceLock(session.lock, session.workspaceName);
  const published = lock.queries.get(model.name);
  if (published === undefined) throw nothingToCompare(session, model);
  const now = unixSeconds(session.toolbox.clock);
  const times = { since: now - EVENT_DAYS * 86_400, until: now, now };
  const side = (sql: string, fields: readonly Field[]): Side => ({
    query: { model: model.name, sql: bindQuery(sql, model.timeZone, times) },
    keyColumns: keyColumnsOf(model),
    fields,
  });
  const pairs = fieldPairs(model, lock);
  return {
    before: side(
      published,
      pairs.map(({ before }) => before),
    ),
    after: side(
      model.sql,
      pairs.map(({ after }) => after),
    ),
  };
}

function nothingToCompare({ workspaceName }: Session, { name }: Model): ContractError {
  const message = `nothing of ${name} was published in ${workspaceName}, so there is nothing to compare with`;
  return new ContractError('usage', message, { hint: 'Name a model that was synced before.' });
}

/** Kinds of model of which something is published. */
type SentModel = PeopleModel | EventMakingModel | KeyedModel;

function keyColumnsOf(model: SentModel): readonly string[] {
  switch (model.kind) {
    case 'people':
      return model.keyColumn === undefined ? model.keys.map(({ column }) => column) : [model.keyColumn];
    case 'event':
      return model.eventIdColumns;
    case 'abandonment':
      return model.cartColumns;
    case 'objects':
    case 'relationships':
    case 'devices':
    case 'segment':
    case 'erasure':
      return keyColumnsOfThing(model);
  }
}

interface FieldPair {
  readonly before: Field;
  readonly after: Field;
}

/** What both definitions have, as each of them reads it. */
function fieldPairs(model: SentModel, lock: WorkspaceLock): readonly FieldPair[] {
  if (model.kind === 'people') {
    const answers = model.consents.map(({ answer }) => answer);
    return pairs([...model.attributes, ...answers], lock.attributes);
  }
  if (isKeyed(model)) return pairs(model.attributes, publishedFields(lock, model));
  const event = lock.events.get(model.event);
  const time = model.kind === 'event' ? model.occurredAt : model.lastActivityAt;
  const times =
    time === undefined
      ? []
      : [{ before: { ...time, time: publishedTime(event?.definition ?? {}) }, after: time }];
  return [...times, ...pairs(model.properties, event?.properties ?? new Map())];
}

function pairs(
  fields: readonly Field[],
  published: ReadonlyMap<string, PublishedDefinition>,
): readonly FieldPair[] {
  return fields.flatMap((after) => {
    const definition = published.get(after.name);
    return definition === undefined ? [] : [{ before: publishedField(after.name, definition), after }];
  });
}

interface Binding {
  readonly keys: readonly number[];
  readonly fields: readonly BoundField[];
}

async function bindSide(source: Source, side: Side, model: Model): Promise<Binding> {
  const described = await source.describe(side.query);
  const names = described.map(({ name }) => name);
  const missing = [...side.keyColumns, ...side.fields.map(({ column }) => column)].find(
    (column) => !names.includes(column),
  );
  if (missing !== undefined) {
    const message = `the published and the present query of ${model.name} can not be compared: one of them has no column \`${missing}\``;
    throw new ContractError('usage', message, { hint: 'Compare their texts, which `millrace plan` shows.' });
  }
  const index = columnIndex(model.sqlFile, names);
  return {
    keys: side.keyColumns.map((column) => index.indexOf(column)),
    fields: bindFields(side.fields, described, index, { latest: NOT_AFTER }),
  };
}

async function readSide(
  snapshot: Snapshot,
  { query }: Side,
  { keys, fields }: Binding,
  take: (key: string, values: readonly Fragment[]) => void,
): Promise<void> {
  const scan = await snapshot.scan(query, NO_SEED);
  for await (const batch of scan.batches) {
    for (let row = 0; row < batch.length; row += 1) {
      const cells = batch.cells(row);
      const parts = keys.map((index) => cells[index]);
      if (parts.every((part) => typeof part === 'string')) take(JSON.stringify(parts), shape(cells, fields));
    }
  }
}

/** Each value by itself: a fault of one says nothing of the others. */
function shape(cells: readonly Cell[], fields: readonly BoundField[]): readonly Fragment[] {
  return fields.map((field) => shapeProperties(cells, [field]).fragments?.[0] ?? FAULTY);
}
