import { createHash } from 'node:crypto';
import { OptOutPairs } from '../core/consent/opt-out-pairs.ts';
import {
  type AbandonmentModel,
  type EventModel,
  type Model,
  makesEvents,
  type PeopleModel,
  peopleModels,
} from '../core/contract/contract.ts';
import { workspaceLock } from '../core/contract/lock.ts';
import type { FingerprintTable } from '../core/diff/fingerprint-table.ts';
import { ContractError } from '../core/errors/millrace-error.ts';
import { type EventStart, eventStart } from '../core/guard/event-start.ts';
import type { FaultVerdict } from '../core/guard/fault-threshold.ts';
import { livenessRule } from '../core/guard/liveness.ts';
import { type Estimate, estimate } from '../core/plan/estimate.ts';
import type { ModelPlan, PlanSummary, Sample } from '../core/plan/plan-summary.ts';
import { unixSeconds } from '../ports/clock.ts';
import type { RowBatch, Scan, Snapshot } from '../ports/source.ts';
import { bindFields, columnIndex } from './bind-fields.ts';
import { AbandonmentScanner } from './carts/abandonment-scanner.ts';
import { bindCart } from './carts/bind-cart.ts';
import { NO_ORDERS, readOrders } from './carts/read-orders.ts';
import { type DescribedModel, describeModels } from './check-models.ts';
import { bindConsents } from './consent/bind-consents.ts';
import { ConsentScan } from './consent/scan-consents.ts';
import { type DeliveredReader, eventTable, loadTable, peopleTable } from './delivered-reader.ts';
import { EventScanner } from './event-scanner.ts';
import { judgePlan } from './fault-guard.ts';
import { EVERYBODY, type KnownPeople, knownPeople } from './known-people.ts';
import { queriesOf, queryOf } from './model-queries.ts';
import type { ModelScan, WithheldModel } from './model-scan.ts';
import { spoolSink } from './operation-sink.ts';
import { PeopleScanner } from './people-scanner.ts';
import type { Session } from './session.ts';

export interface PlanOptions {
  readonly planId: string;
  /** Unix seconds; undefined unless history was asked for. */
  readonly historyFrom: number | undefined;
  /** How many people and events of each model to keep for looking at. */
  readonly samplesMax: number;
  readonly signal: AbortSignal | undefined;
}

/** A plan with what must not stand in its file: values and keys. */
export interface MadePlan {
  readonly summary: PlanSummary;
  readonly estimate: Estimate;
  readonly samples: ReadonlyMap<string, readonly Sample[]>;
  readonly withheld: ReadonlyMap<string, WithheldModel>;
  /** What is to be said about faults. */
  readonly verdicts: readonly FaultVerdict[];
}

/**
 * Reads all selected models in one snapshot, compares them with what was delivered and spools what a sync
 * would send. Nothing is sent, and the state is only read.
 */
export async function makePlan(
  session: Session,
  delivered: DeliveredReader,
  options: PlanOptions,
): Promise<MadePlan> {
  if (options.historyFrom !== undefined && !session.workspace.isSandbox) throw historyRefused(session);
  const reading = await prepareReading(session, delivered, options);
  session.toolbox.observer.observe({ kind: 'step', text: 'Reading MySQL' });
  const { scans: read, consents } = await scanAll(reading);
  const decided = await decideConsents(consents);
  const scans = read.flatMap((scan) => [scan, ...decided.filter(({ plan }) => isConsentOf(plan, scan.plan))]);
  const models = scans.map(({ plan }) => plan);
  const summary = await summarise(reading, models);
  return {
    summary,
    verdicts: judgePlan(session.contract, summary),
    estimate: estimate(models, session.contract.project.customerio),
    samples: new Map(scans.map(({ plan, samples }) => [plan.model, samples])),
    withheld: new Map(scans.map(({ plan, withheld }) => [plan.model, withheld])),
  };
}

function historyRefused(session: Session): ContractError {
  const message = `workspace ${session.workspaceName} is not a sandbox: old events could start its journeys`;
  return new ContractError('history_refused', message);
}

/** What all scans of one plan share. */
interface Reading {
  readonly session: Session;
  readonly delivered: DeliveredReader;
  readonly options: PlanOptions;
  readonly described: readonly DescribedModel[];
  readonly starts: ReadonlyMap<string, EventStart>;
  /** Unix seconds. */
  readonly now: number;
}

async function prepareReading(
  session: Session,
  delivered: DeliveredReader,
  options: PlanOptions,
): Promise<Reading> {
  const now = unixSeconds(session.toolbox.clock);
  const starts = await eventStarts(session, delivered, options, now);
  const described = await describeModels(session.source, session.contract, session.models, (model) =>
    queriesOf(model, starts.get(model.name), now),
  );
  return { session, delivered, options, described, starts, now };
}

async function eventStarts(
  session: Session,
  delivered: DeliveredReader,
  options: PlanOptions,
  now: number,
): Promise<ReadonlyMap<string, EventStart>> {
  const events = session.models.filter(makesEvents);
  const starts = events.map(async (model): Promise<[string, EventStart]> => {
    const start = eventStart({
      now,
      locked: workspaceLock(session.lock, session.workspaceName).starts.get(model.event),
      recorded: await delivered.eventStart(eventTable(model.event)),
      historyFrom: options.historyFrom,
      rule: livenessRule(model),
    });
    return [model.name, start];
  });
  return new Map(await Promise.all(starts));
}

/** People first, for events need to know who exists. */
async function scanAll(reading: Reading): Promise<{
  readonly scans: readonly ModelScan[];
  readonly consents: readonly ConsentScan[];
}> {
  const snapshot = await reading.session.source.openSnapshot();
  try {
    const scans: ModelScan[] = [];
    const consents: ConsentScan[] = [];
    const tables = new Map<string, FingerprintTable>();
    for (const { model, ...described } of reading.described) {
      if (model.kind !== 'people') continue;
      const table = await loadTable(reading.delivered, peopleTable(model.name));
      tables.set(model.name, table);
      // One after the other: all models share one connection, for they share one snapshot.
      const scanned = await scanPeople(reading, snapshot, { model, ...described }, table);
      scans.push(scanned.scan);
      consents.push(...scanned.consents);
    }
    const events = reading.described.filter(({ model }) => makesEvents(model));
    const people = events.length === 0 ? EVERYBODY : await everyone(reading, tables);
    for (const { model, ...described } of events) {
      if (model.kind === 'event') {
        scans.push(await scanEvents(reading, snapshot, { model, ...described }, people));
      } else if (model.kind === 'abandonment') {
        scans.push(await scanCarts(reading, snapshot, { model, ...described }, people));
      }
    }
    return { scans, consents };
  } finally {
    await snapshot.close();
  }
}

function isConsentOf(plan: ModelPlan, people: ModelPlan): boolean {
  return plan.kind === 'consent' && plan.people === people.model;
}

/** Only now, for this may wait for Customer.io, and no query should. */
async function decideConsents(consents: readonly ConsentScan[]): Promise<readonly ModelScan[]> {
  const scans: ModelScan[] = [];
  // One model after the other: they share the pace at which Customer.io may be asked.
  for (const consent of consents) scans.push(...(await consent.decide()));
  return scans;
}

/** The people of all people models, also of those that were not selected. */
async function everyone(
  reading: Reading,
  scanned: ReadonlyMap<string, FingerprintTable>,
): Promise<KnownPeople> {
  const models = peopleModels(reading.session.contract);
  const tables = models.map(
    async ({ name }) => scanned.get(name) ?? (await loadTable(reading.delivered, peopleTable(name))),
  );
  return knownPeople(await Promise.all(tables), reading.delivered.keySeed);
}

/** The last moment (unix seconds) that does not count as the future. */
function latestOf({ session, now }: Reading): number {
  return now + session.contract.project.clockSkewSeconds;
}

async function scanPeople(
  reading: Reading,
  snapshot: Snapshot,
  { model, columns }: DescribedModel & { readonly model: PeopleModel },
  table: FingerprintTable,
): Promise<{ readonly scan: ModelScan; readonly consents: readonly ConsentScan[] }> {
  const { session, delivered, options, now } = reading;
  const scan = await snapshot.scan(queryOf(model, undefined, now), scanSeed(model, columns));
  const index = columnIndex(model.sqlFile, scan.columns);
  const scanner = new PeopleScanner({
    model,
    canonical: session.contract.project.canonical,
    keyIndex: index.indexOf(model.keyColumn),
    fields: bindFields(model.attributes, columns, index, latestOf(reading)),
    table,
    delivered,
    sink: await spoolSink(session.spools, options.planId, model.name),
    samplesMax: options.samplesMax,
    optOuts: new OptOutPairs(bindConsents(model, columns, index)),
  });
  const consents =
    model.consents.length === 0
      ? []
      : [
          await ConsentScan.open({
            ...options,
            session,
            delivered,
            now,
            model,
            described: columns,
            columns: index,
            people: table,
          }),
        ];
  await feed(reading, model, scan, [scanner, ...consents]);
  for (const consent of consents) await consent.endRows();
  return { scan: await finished(scanner), consents };
}

async function scanEvents(
  reading: Reading,
  snapshot: Snapshot,
  { model, columns }: DescribedModel & { readonly model: EventModel },
  people: KnownPeople,
): Promise<ModelScan> {
  const { session, delivered, options, now, starts } = reading;
  const start = starts.get(model.name) as EventStart;
  const scan = await snapshot.scan(queryOf(model, start, now), scanSeed(model, columns));
  const index = columnIndex(model.sqlFile, scan.columns);
  const [occurredAt] = bindFields([model.occurredAt], columns, index, latestOf(reading));
  const scanner = new EventScanner({
    model,
    namespace: session.contract.project.namespace,
    canonical: session.contract.project.canonical,
    columns: {
      eventId: model.eventIdColumns.map((column) => index.indexOf(column)),
      occurredAt: occurredAt ?? { field: model.occurredAt, index: index.indexOf(model.occurredAt.column) },
      person: index.indexOf(model.personColumn),
      properties: bindFields(model.properties, columns, index, latestOf(reading)),
    },
    start,
    now,
    clockSkewSeconds: session.contract.project.clockSkewSeconds,
    table: await loadTable(delivered, eventTable(model.event)),
    people,
    sink: await spoolSink(session.spools, options.planId, model.name),
    samplesMax: options.samplesMax,
  });
  await feed(reading, model, scan, [scanner]);
  return finished(scanner);
}

async function scanCarts(
  reading: Reading,
  snapshot: Snapshot,
  { model, columns, ordersColumns }: DescribedModel & { readonly model: AbandonmentModel },
  people: KnownPeople,
): Promise<ModelScan> {
  const { session, delivered, options, now, starts } = reading;
  const { canonical, namespace, clockSkewSeconds } = session.contract.project;
  const start = starts.get(model.name) as EventStart;
  const queries = queriesOf(model, start, now);
  const orders =
    queries.orders === undefined
      ? NO_ORDERS
      : await readOrders(snapshot, {
          model,
          query: queries.orders,
          described: ordersColumns,
          canonical,
          latest: latestOf(reading),
        });
  const scan = await snapshot.scan(queries.rows, scanSeed(model, columns));
  const scanner = new AbandonmentScanner({
    model,
    namespace,
    canonical,
    columns: bindCart(model, columns, columnIndex(model.sqlFile, scan.columns), latestOf(reading)),
    start,
    now,
    clockSkewSeconds,
    table: await loadTable(delivered, eventTable(model.event)),
    memory: await delivered.cartMemory(eventTable(model.event)),
    orders,
    people,
    keySeed: delivered.keySeed,
    sink: await spoolSink(session.spools, options.planId, model.name),
    samplesMax: options.samplesMax,
  });
  await feed(reading, model, scan, [scanner]);
  return finished(scanner);
}

type Scanner = PeopleScanner | EventScanner | AbandonmentScanner;

async function feed(
  { session, options }: Reading,
  model: Model,
  scan: Scan,
  takers: readonly { take(batch: RowBatch): Promise<void> }[],
): Promise<void> {
  let rows = 0;
  for await (const batch of scan.batches) {
    options.signal?.throwIfAborted();
    for (const taker of takers) await taker.take(batch);
    rows += batch.length;
    session.toolbox.observer.observe({
      kind: 'progress',
      progress: { activity: 'reading', model: model.name, done: rows, total: undefined },
    });
  }
}

async function finished(scanner: Scanner): Promise<ModelScan> {
  const { plan, samples } = await scanner.finish();
  return { plan, samples, withheld: { rows: scanner.withheld.rows, counts: scanner.withheld.counts() } };
}

/** Fingerprints of rows hold only as long as the definition and the columns' types are the same. */
function scanSeed(model: Model, columns: DescribedModel['columns']): number {
  const text = JSON.stringify([model.definitionHash, columns.map(({ name, kind }) => [name, kind])]);
  return createHash('sha256').update(text).digest().readUInt32LE(0);
}

async function summarise(reading: Reading, models: readonly ModelPlan[]): Promise<PlanSummary> {
  const { session, delivered, options } = reading;
  return {
    planId: options.planId,
    createdAt: session.toolbox.clock.now(),
    contractHash: session.contract.hash,
    workspace: session.workspaceName,
    stateId: delivered.stateId,
    stateVersion: await delivered.version(),
    historyFrom: options.historyFrom,
    models,
  };
}
