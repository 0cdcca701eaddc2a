import { AnswerReader } from '../core/consent/answer-reader.ts';
import { ConsentKeys } from '../core/consent/consent-key.ts';
import { type ConsentAnswer, targetName } from '../core/consent/consent-target.ts';
import { type DriftDirection, type DriftRow, driftDirection } from '../core/consent/drift.ts';
import type { ConsentField, PeopleModel } from '../core/contract/contract.ts';
import type { RawCells } from '../core/shape/encode-person.ts';
import type { AppApi } from '../ports/app-api.ts';
import { unixSeconds } from '../ports/clock.ts';
import type { Snapshot } from '../ports/source.ts';
import type { Toolbox } from '../ports/toolbox.ts';
import { columnIndex } from './bind-fields.ts';
import { type DescribedModel, describeModels } from './check-models.ts';
import { bindConsents } from './consent/bind-consents.ts';
import { ChunkWriter, readChunks } from './consent/chunk-spool.ts';
import { type HeldConsents, heldConsents } from './consent/held-consents.ts';
import { queriesOf, queryOf } from './model-queries.ts';
import { requireAppApi } from './require-app-api.ts';
import { type Session, type SessionOptions, withSession } from './session.ts';

export interface DriftOptions extends SessionOptions {
  /** How many people to list; all are counted. */
  readonly rowsMax: number;
  /** List only these. */
  readonly direction: DriftDirection | undefined;
  readonly signal: AbortSignal | undefined;
}

export interface DriftCount {
  readonly model: string;
  readonly consent: string;
  readonly direction: DriftDirection;
  readonly people: number;
}

/** Where MySQL and Customer.io say different things about consents. */
export interface DriftReport {
  readonly workspace: string;
  /** Answers that were compared. */
  readonly compared: number;
  /** Answers of people whom Customer.io does not have: never delivered, deleted or suppressed there. */
  readonly notThere: number;
  readonly counts: readonly DriftCount[];
  readonly rows: readonly DriftRow[];
}

/** What MySQL says of one person; `consent` counts the model's consents. */
interface PersonAnswers {
  readonly person: string;
  readonly answers: readonly {
    readonly consent: number;
    readonly answer: ConsentAnswer;
    /** 0 when not known. */
    readonly answeredAt: number;
  }[];
}

type PeopleDescribed = DescribedModel & { readonly model: PeopleModel };

/** Compares every answer in MySQL with what Customer.io holds. Writes nothing anywhere. */
export function consentDrift(toolbox: Toolbox, options: DriftOptions): Promise<DriftReport> {
  return withSession(toolbox, options, async (session) => {
    const app = requireAppApi(session.app, '`consent drift`');
    const readId = toolbox.newId();
    try {
      const models = await readMysql(session, readId, options.signal);
      const drift = new Drift(session, app, options);
      // One model after the other: they share the pace at which Customer.io may be asked.
      for (const model of models) await drift.compare(model, readId);
      return drift.report();
    } finally {
      await session.spools.remove(readId);
    }
  });
}

/** Puts the answers of all models into spools, so that no query stays open while Customer.io is asked. */
async function readMysql(
  session: Session,
  readId: string,
  signal: AbortSignal | undefined,
): Promise<readonly PeopleModel[]> {
  const now = unixSeconds(session.toolbox.clock);
  const models = session.models.filter(hasConsents);
  const described = await describeModels(session.source, session.contract, models, (model) =>
    queriesOf(model, undefined, now),
  );
  session.toolbox.observer.observe({ kind: 'step', text: 'Reading MySQL' });
  const snapshot = await session.source.openSnapshot();
  try {
    for (const entry of described) {
      // One after the other: all models share one connection, for they share one snapshot.
      if (hasConsents(entry.model))
        await readModel(session, snapshot, { ...entry, model: entry.model }, { readId, now, signal });
    }
  } finally {
    await snapshot.close();
  }
  return models;
}

function hasConsents(model: { readonly kind: string }): model is PeopleModel {
  return model.kind === 'people' && (model as PeopleModel).consents.length > 0;
}

async function readModel(
  session: Session,
  snapshot: Snapshot,
  { model, columns }: PeopleDescribed,
  {
    readId,
    now,
    signal,
  }: { readonly readId: string; readonly now: number; readonly signal: AbortSignal | undefined },
): Promise<void> {
  const scan = await snapshot.scan(queryOf(model, undefined, now), 0);
  const index = columnIndex(model.sqlFile, scan.columns);
  const consents = bindConsents(model, columns, index);
  // The contract sees to it that a model with consents names the canonical identifier.
  const keyIndex = index.indexOf(model.keyColumn ?? '');
  const keys = new ConsentKeys(session.contract.project.canonical, [], 0);
  const latest = now + session.contract.project.clockSkewSeconds;
  const readers = consents.map((bound) => new AnswerReader(bound));
  const answersOf = (cells: RawCells): PersonAnswers['answers'] =>
    readers.flatMap((reader, consent) => {
      const answer = reader.answer(cells);
      if (typeof answer !== 'string') return [];
      const time = reader.answeredAt(cells, latest);
      return [{ consent, answer, answeredAt: typeof time === 'number' ? time : 0 }];
    });
  const writer = new ChunkWriter<PersonAnswers>(await session.spools.create(readId, model.name));
  for await (const batch of scan.batches) {
    signal?.throwIfAborted();
    for (let row = 0; row < batch.length; row += 1) {
      const cells = batch.raw(row);
      const answers = answersOf(cells);
      if (answers.length > 0 && keys.take(cells, keyIndex))
        await writer.add({ person: keys.personText(), answers });
    }
  }
  await writer.finish();
}

/** Asks Customer.io, and adds up who differs. */
class Drift {
  private readonly session: Session;
  private readonly app: AppApi;
  private readonly options: DriftOptions;
  private readonly counts = new Map<string, DriftCount>();
  private readonly rows: DriftRow[] = [];
  private compared = 0;
  private notThere = 0;

  constructor(session: Session, app: AppApi, options: DriftOptions) {
    this.session = session;
    this.app = app;
    this.options = options;
  }

  async compare(model: PeopleModel, readId: string): Promise<void> {
    const { canonical } = this.session.contract.project;
    const { observer } = this.session.toolbox;
    observer.observe({ kind: 'step', text: `Asking Customer.io about ${model.name}` });
    let people = 0;
    for await (const chunk of readChunks<PersonAnswers>(this.session.spools, readId, model.name)) {
      const keys = chunk.map(({ person }) => person);
      const profiles = await this.app.profiles.profiles(keys, canonical, this.options.signal);
      const held = heldConsents(profiles, canonical);
      for (const person of chunk) this.compareOne(model, person, held);
      people += chunk.length;
      const progress = { activity: 'reading', model: model.name, done: people, total: undefined } as const;
      observer.observe({ kind: 'progress', progress });
    }
  }

  report(): DriftReport {
    const { compared, notThere, rows } = this;
    return {
      workspace: this.session.workspaceName,
      compared,
      notThere,
      counts: [...this.counts.values()].sort((a, b) => b.people - a.people),
      rows,
    };
  }

  private compareOne(model: PeopleModel, { person, answers }: PersonAnswers, held: HeldConsents): void {
    for (const { consent: index, answer, answeredAt } of answers) {
      const consent = model.consents[index] as ConsentField;
      const found = held.of(person, consent);
      if (found === undefined) {
        this.notThere += 1;
        continue;
      }
      this.compared += 1;
      const direction = driftDirection(answer, found);
      if (direction === undefined) continue;
      this.add({
        model: model.name,
        person,
        consent: targetName(consent.target),
        direction,
        mysqlSince: answeredAt === 0 ? undefined : answeredAt,
        customerioSince: found.since,
      });
    }
  }

  private add(row: DriftRow): void {
    const { model, consent, direction } = row;
    const name = `${model} ${consent} ${direction}`;
    this.counts.set(name, { model, consent, direction, people: (this.counts.get(name)?.people ?? 0) + 1 });
    const isListed = this.options.direction === undefined || this.options.direction === direction;
    if (isListed && this.rows.length < this.options.rowsMax) this.rows.push(row);
  }
}
