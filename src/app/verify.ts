import { setTimeout as sleep } from 'node:timers/promises';
import type { PeopleModel } from '../core/contract/contract.ts';
import { ProfilesByPerson } from '../core/customerio/profiles-by-person.ts';
import { alignDelivered } from '../core/diff/delivered-values.ts';
import { voidEntries } from '../core/diff/void-entries.ts';
import { loadPhoneReader, readE164 } from '../core/identity/phone.ts';
import type { Fragment } from '../core/shape/fragment.ts';
import { comparePerson, isLoss } from '../core/verify/compare-person.ts';
import type { AppApi } from '../ports/app-api.ts';
import { unixSeconds } from '../ports/clock.ts';
import type { Snapshot } from '../ports/source.ts';
import { bindFields, columnIndex } from './bind-fields.ts';
import { type DescribedModel, describeModels } from './check-models.ts';
import { ChunkWriter, readChunks } from './consent/chunk-spool.ts';
import { type DeliveredReader, loadTable, NOTHING_DELIVERED, peopleTable } from './delivered-reader.ts';
import { queriesOf, queryOf } from './model-queries.ts';
import { requireAppApi } from './require-app-api.ts';
import { type Session, type SessionOptions, withSession } from './session.ts';
import { ModelFindings, type VerifiedModel, type VerifiedPerson } from './verify/model-findings.ts';
import { type Candidate, isNamed, ModelReading, type NamedModel } from './verify/model-reading.ts';
import { withLease } from './with-lease.ts';

export type { VerifiedModel } from './verify/model-findings.ts';

export interface VerifyOptions extends SessionOptions {
  /** People of each model to look at; undefined: everybody. */
  readonly sampleSize: number | undefined;
  readonly seed: number;
  /** Forget what was delivered of people who lost something, so that the next sync sends them whole. */
  readonly isRepaired: boolean;
  /** How many differences to keep for looking at; all are counted. */
  readonly rowsMax: number;
  readonly signal: AbortSignal | undefined;
}

export interface VerifyReport {
  readonly workspace: string;
  readonly seed: number;
  readonly models: readonly VerifiedModel[];
  /** Models that name their people by other keys, which can not be looked up here. */
  readonly leftOut: readonly string[];
}

/** Customer.io applies what it accepted after a moment: who differs is looked at again after these. */
const WAITS_MS = [1000, 3000];

/** Reads Customer.io back and compares it with MySQL. Writes nothing anywhere, unless it is to repair. */
export function verify(
  toolbox: Parameters<typeof withSession>[0],
  options: VerifyOptions,
): Promise<VerifyReport> {
  return withSession(toolbox, options, async (session) => {
    const app = requireAppApi(session.app, '`verify`');
    const readId = toolbox.newId();
    const state = await session.states.openForReading(session.workspaceName);
    try {
      const run = new Verification(
        session,
        app,
        { ...options, readId },
        state?.delivered ?? NOTHING_DELIVERED,
      );
      return await run.report();
    } finally {
      await state?.close();
      await session.spools.remove(readId);
    }
  });
}

class Verification {
  private readonly session: Session;
  private readonly app: AppApi;
  private readonly options: VerifyOptions & { readonly readId: string };
  private readonly delivered: DeliveredReader;

  constructor(
    session: Session,
    app: AppApi,
    options: VerifyOptions & { readonly readId: string },
    delivered: DeliveredReader,
  ) {
    this.session = session;
    this.app = app;
    this.options = options;
    this.delivered = delivered;
  }

  async report(): Promise<VerifyReport> {
    const { session, options } = this;
    const people = session.models.filter((model) => model.kind === 'people');
    const named = people.filter(isNamed);
    const readings = await this.readMysql(named);
    const models: VerifiedModel[] = [];
    // One after the other: they share the pace at which Customer.io may be asked.
    for (const reading of readings) models.push(await this.compare(reading));
    return {
      workspace: session.workspaceName,
      seed: options.seed,
      models,
      leftOut: people.filter((model) => !isNamed(model)).map(({ name }) => name),
    };
  }

  private async readMysql(models: readonly NamedModel[]): Promise<readonly ModelReading[]> {
    const { session } = this;
    const now = unixSeconds(session.toolbox.clock);
    const described = await describeModels(session.source, session.contract, models, (model) =>
      queriesOf(model, undefined, now),
    );
    session.toolbox.observer.observe({ kind: 'step', text: 'Reading MySQL' });
    const snapshot = await session.source.openSnapshot();
    try {
      const readings: ModelReading[] = [];
      // One after the other: all models share one connection, for they share one snapshot.
      for (const entry of described) readings.push(await this.readModel(snapshot, entry, now));
      return readings;
    } finally {
      await snapshot.close();
    }
  }

  private async readModel(
    snapshot: Snapshot,
    { model, columns }: DescribedModel,
    now: number,
  ): Promise<ModelReading> {
    const { session, options, delivered } = this;
    const people = model as NamedModel;
    const scan = await snapshot.scan(queryOf(people, undefined, now), 0);
    const index = columnIndex(people.sqlFile, scan.columns);
    const reading = new ModelReading({
      model: people,
      keyIndex: index.indexOf(people.keyColumn),
      fields: bindFields(people.attributes, columns, index, await this.surroundings(people, now)),
      canonical: session.contract.project.canonical,
      table: await loadTable(delivered, peopleTable(people.name)),
      keySeed: delivered.keySeed,
      size: options.sampleSize,
      seed: options.seed,
      writer:
        options.sampleSize === undefined
          ? new ChunkWriter<Candidate>(await session.spools.create(options.readId, people.name))
          : undefined,
    });
    for await (const batch of scan.batches) {
      options.signal?.throwIfAborted();
      await reading.take(batch);
      const progress = {
        activity: 'reading',
        model: people.name,
        done: reading.rows,
        total: undefined,
      } as const;
      session.toolbox.observer.observe({ kind: 'progress', progress });
    }
    await reading.finish();
    return reading;
  }

  private async surroundings({ attributes }: PeopleModel, now: number) {
    const { clockSkewSeconds, identity } = this.session.contract.project;
    const hasPhones = attributes.some(({ type }) => type === 'phone');
    const readPhone = hasPhones ? await loadPhoneReader(identity.defaultCountry) : readE164;
    return { latest: now + clockSkewSeconds, readPhone };
  }

  private async compare(reading: ModelReading): Promise<VerifiedModel> {
    const { name } = reading.model;
    this.session.toolbox.observer.observe({ kind: 'step', text: `Asking Customer.io about ${name}` });
    const result = new ModelFindings(this.options.rowsMax);
    const doubtful: Candidate[] = [];
    for await (const chunk of this.candidates(reading)) {
      doubtful.push(...(await this.look(reading, chunk, result)));
      const progress = { activity: 'reading', model: name, done: result.compared, total: undefined } as const;
      this.session.toolbox.observer.observe({ kind: 'progress', progress });
    }
    const losers = await this.lookAgain(reading, doubtful, result);
    const repaired = this.options.isRepaired ? await this.repair(name, losers) : 0;
    return { model: name, rows: reading.rows, faults: reading.faults, ...result.counted(), repaired };
  }

  /** Customer.io may only not have come to it yet. @returns those who have lost something for good. */
  private async lookAgain(
    reading: ModelReading,
    doubtful: readonly Candidate[],
    result: ModelFindings,
  ): Promise<readonly string[]> {
    const { signal } = this.options;
    let open = doubtful;
    for (const waitMs of WAITS_MS) {
      if (open.length === 0) return [];
      await sleep(waitMs, undefined, { ...(signal && { signal }) });
      open = await this.look(reading, open, result);
    }
    for (const found of await this.differencesOf(reading, open)) result.add(found);
    return open.map(({ person }) => person);
  }

  /** Adds those who are as they should be, or only wait. @returns the others. */
  private async look(
    reading: ModelReading,
    candidates: readonly Candidate[],
    result: ModelFindings,
  ): Promise<readonly Candidate[]> {
    const found = await this.differencesOf(reading, candidates);
    const isDoubtful = found.map(({ differences }) => differences.some(({ kind }) => isLoss(kind)));
    for (const person of found.filter((_, index) => !isDoubtful[index])) result.add(person);
    return candidates.filter((_, index) => isDoubtful[index]);
  }

  private candidates(reading: ModelReading): AsyncIterable<readonly Candidate[]> {
    const { session, options } = this;
    if (options.sampleSize === undefined) {
      return readChunks<Candidate>(session.spools, options.readId, reading.model.name);
    }
    return oneChunk(reading.chosen());
  }

  private async differencesOf(
    reading: ModelReading,
    candidates: readonly Candidate[],
  ): Promise<readonly VerifiedPerson[]> {
    const values = await this.deliveredOf(reading, candidates);
    const { canonical } = this.session.contract.project;
    const keys = candidates.map(({ person }) => person);
    const found = await this.app.profiles.profiles(keys, canonical, this.options.signal);
    const profiles = new ProfilesByPerson(found, canonical);
    return candidates.map(({ person, mysql, why }) => {
      const own = { names: reading.names, mysql, delivered: values.get(person) };
      return { person, why, differences: comparePerson(own, profiles.get(person)) };
    });
  }

  private async deliveredOf(
    reading: ModelReading,
    chunk: readonly Candidate[],
  ): Promise<ReadonlyMap<string, readonly Fragment[]>> {
    const known = chunk.filter(({ reference }) => reference !== undefined);
    const references = known.flatMap(({ reference }) => reference ?? []);
    const values = await this.delivered.deliveredValues(peopleTable(reading.model.name), references);
    return new Map(
      known.flatMap(({ person }, index) => {
        const own = values[index];
        return own === undefined ? [] : [[person, alignDelivered(own, reading.names)] as const];
      }),
    );
  }

  /** The next sync finds nothing delivered of these people, and sends them whole. */
  private async repair(model: string, people: readonly string[]): Promise<number> {
    if (people.length === 0) return 0;
    await withLease(this.session, 'verify --repair', async (state, lease) => {
      // First, for their rows did not change: after a kill in between, a whole read has nothing to mend, while the other
      // way round nobody would come upon them before the next one.
      await state.captures.forgetPositions(lease);
      await state.delivered.recordRefresh(
        lease,
        peopleTable(model),
        voidEntries(people, state.delivered.keySeed),
        -people.length,
      );
    });
    return people.length;
  }
}

async function* oneChunk<T>(chunk: readonly T[]): AsyncGenerator<readonly T[]> {
  if (chunk.length > 0) yield chunk;
}
