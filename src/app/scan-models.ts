import { OptOutPairs } from '../core/consent/opt-out-pairs.ts';
import {
  type IdentitiesModel,
  KEYED_KINDS,
  type PeopleModel,
  peopleModels,
} from '../core/contract/contract.ts';
import { announcedChanges } from '../core/definition/delivered-definitions.ts';
import type { FingerprintTable } from '../core/diff/fingerprint-table.ts';
import { silencedAttributes } from '../core/guard/radius-limits.ts';
import { GUESTS, type ModelPlan } from '../core/plan/plan-summary.ts';
import type { KeySort } from '../core/sql/key-list.ts';
import type { Snapshot } from '../ports/source.ts';
import { bindFields, type ColumnIndex, personColumns } from './bind-fields.ts';
import type { CaptureWatch } from './capture/capture-watch.ts';
import { CaptureWatches } from './capture/capture-watches.ts';
import type { AbandonmentScanner } from './carts/abandonment-scanner.ts';
import type { DescribedModel } from './check-models.ts';
import { bindConsents } from './consent/bind-consents.ts';
import { ConsentScan } from './consent/scan-consents.ts';
import { loadTable, peopleTable } from './delivered-reader.ts';
import { withEventHistory } from './event-history.ts';
import { EventScanner } from './event-scanner.ts';
import { GuestPeople } from './identity/guest-people.ts';
import { IdentitiesScanner } from './identity/identities-scanner.ts';
import type { PlannedMove } from './identity/identity-guard.ts';
import { IdentityReading } from './identity/identity-reading.ts';
import { PeopleIdentity } from './identity/people-identity.ts';
import { type KnownPeople, knownPeople } from './known-people.ts';
import { type Described, ModelReader } from './model-reader.ts';
import type { ModelScan } from './model-scan.ts';
import { spoolSink } from './operation-sink.ts';
import { PeopleScanner } from './people-scanner.ts';
import type { Reading } from './reading.ts';
import { EventScanning } from './scan-events.ts';
import { ErasedPeople } from './things/erased-people.ts';
import { scanThings } from './things/scan-things.ts';
import type { ThingScanner } from './things/thing-scanner.ts';

/** What reading all models brought. */
export interface Scans {
  readonly models: readonly ModelScan[];
  readonly identity: IdentityReading;
  /** Canonical addresses that changed, of which Customer.io still has the old one. */
  readonly moves: readonly PlannedMove[];
  /** Whose events a backfill found that sends only their attributes. */
  readonly people: ReadonlySet<string> | undefined;
  readonly captures: CaptureWatches;
}

/** Samples that are kept when only some people are meant, and nobody knows yet who. */
const SAMPLES_OF_SOME_MAX = 20_000;

/** Reads all models in one snapshot; then, with no query open, finishes what needed all rows to be seen. */
export async function scanModels(reading: Reading): Promise<Scans> {
  const scanning = await ModelScanning.open(reading);
  const snapshot = await reading.session.source.openSnapshot();
  try {
    await scanning.scan(snapshot);
  } finally {
    await snapshot.close();
  }
  const { moves, identity, onlyPeople: people, captures } = scanning;
  return { models: await scanning.finish(), identity, moves, people, captures };
}

/** Chains of keys that went from one person to the next are short; what is left of longer ones stays a conflict. */
const RIVAL_ROUNDS_MAX = 10;

/** What reading those who held a key needs of the reading of their model. */
interface RivalReading {
  readonly sort: KeySort;
  readonly watch: CaptureWatch;
  readonly takers: readonly (PeopleScanner | ConsentScan)[];
  readonly identity: PeopleIdentity;
}

/** What reading starts with. */
interface ScanningParts {
  readonly identity: IdentityReading;
  readonly guests: GuestPeople;
  readonly erased: ErasedPeople;
  readonly captures: CaptureWatches;
}

/** Models are read one after the other: they share one connection, for they share one snapshot. */
class ModelScanning {
  readonly identity: IdentityReading;
  /** Set when nobody else is sent. */
  onlyPeople: ReadonlySet<string> | undefined;
  readonly captures: CaptureWatches;
  private readonly reading: Reading;
  private readonly reader: ModelReader;
  private readonly guests: GuestPeople;
  private readonly erased: ErasedPeople;
  private readonly tables = new Map<string, FingerprintTable>();
  private readonly identities: IdentitiesScanner[] = [];
  private readonly people: PeopleScanner[] = [];
  private readonly consents: ConsentScan[] = [];
  private readonly things: ThingScanner[] = [];
  private readonly events: (EventScanner | AbandonmentScanner)[] = [];

  static async open(reading: Reading): Promise<ModelScanning> {
    const { session, state, options } = reading;
    const { keySeed } = state.delivered;
    const identity = await IdentityReading.open({
      contract: session.contract,
      reader: state.identities,
      keySeed,
      hasAppApi: session.app !== undefined,
    });
    const guests = new GuestPeople({
      table: await loadTable(state.delivered, peopleTable(GUESTS)),
      keySeed,
      sink: await spoolSink(session.spools, options.planId, GUESTS),
    });
    const erased = await ErasedPeople.open(session.contract, state.delivered);
    const captures = await CaptureWatches.prepare(reading);
    return new ModelScanning(reading, { identity, guests, erased, captures });
  }

  private constructor(reading: Reading, { identity, guests, erased, captures }: ScanningParts) {
    this.reading = reading;
    this.reader = new ModelReader(reading, identity.readPhone);
    this.identity = identity;
    this.guests = guests;
    this.erased = erased;
    this.captures = captures;
  }

  /** First who is who, then people, for events need to know who exists. */
  async scan(snapshot: Snapshot): Promise<void> {
    const { described } = this.reading;
    for (const { model, ...columns } of described) {
      if (model.kind === 'identities') await this.scanIdentities(snapshot, { model, ...columns });
    }
    for (const { model, ...columns } of inOrder(described)) {
      if (model.kind === 'people') await this.scanPeople(snapshot, { model, ...columns });
    }
    this.holdPeopleInConflict();
    const { reader, identity, guests } = this;
    const known = await this.everyone();
    await this.scanThings(snapshot, known);
    const events = new EventScanning({ reader, identity, guests, known, captures: this.captures });
    for (const { model, ...columns } of described) {
      if (model.kind === 'event' && this.isOfAttributes) {
        this.onlyPeople = await events.peopleOfRows(snapshot, { model, ...columns });
      } else if (model.kind === 'event')
        this.events.push(await events.scanEvents(snapshot, { model, ...columns }));
      if (model.kind === 'abandonment') {
        this.events.push(await events.scanCarts(snapshot, { model, ...columns }));
      }
    }
  }

  async finish(): Promise<readonly ModelScan[]> {
    const scans: ModelScan[] = this.identities.map((scanner) => scanOf(scanner, scanner.finish()));
    // One after the other: they share one disk.
    const people: ModelScan[] = [];
    for (const scanner of this.people) {
      if (this.onlyPeople !== undefined) scanner.keepOnly(this.onlyPeople);
      const known = this.tables.get(scanner.modelName)?.deliveredCount ?? 0;
      people.push(this.captures.told(scanOf(scanner, await scanner.finish(this.movedAddresses)), known));
    }
    const things: ModelScan[] = [];
    for (const scanner of this.things) things.push(scanOf(scanner, await scanner.finish()));
    const events: ModelScan[] = [];
    for (const scanner of this.events) {
      const known = scanner instanceof EventScanner ? scanner.deliveredCount : 0;
      const { plan, samples } = await scanner.finish();
      const compared = await withEventHistory(plan, scanner.plannedHours, this.reading);
      events.push(this.captures.told(scanOf(scanner, { plan: compared, samples }), known));
    }
    // Only now, for carts find out last whose guests they are.
    const guests = await this.guests.finish();
    const consents = await this.decideConsents();
    scans.push(
      ...people.flatMap((scan) => [scan, ...consents.filter(({ plan }) => isConsentOf(plan, scan.plan))]),
    );
    if (guests !== undefined) scans.push({ plan: guests, samples: [], withheld: { rows: [], counts: [] } });
    return [...scans, ...things, ...events];
  }

  /** Canonical addresses whose people have others now; undefined where only some people are brought up to date. */
  private get movedAddresses(): ReadonlySet<string> | undefined {
    return this.onlyPeople === undefined ? new Set(this.identity.moves.map(({ from }) => from)) : undefined;
  }

  /** A backfill that sends no event, only the attributes of the people whose events they are. */
  private get isOfAttributes(): boolean {
    return this.reading.options.backfill?.mode === 'attributes_only';
  }

  /** Only now, for this may wait for Customer.io, and no query should. */
  private async decideConsents(): Promise<readonly ModelScan[]> {
    const scans: ModelScan[] = [];
    // One model after the other: they share the pace at which Customer.io may be asked.
    for (const consent of this.consents) scans.push(...(await consent.decide()));
    return scans.map((scan) => this.withKeysRead(scan));
  }

  /** Consents are read with their people. */
  private withKeysRead(scan: ModelScan): ModelScan {
    const people = scan.plan.kind === 'consent' ? scan.plan.people : '';
    const keysRead = this.captures.keysRead(people);
    if (keysRead === undefined) return scan;
    const known = this.tables.get(people)?.deliveredCount ?? 0;
    return { ...scan, plan: { ...scan.plan, known }, withheld: { ...scan.withheld, keysRead } };
  }

  private async scanIdentities(snapshot: Snapshot, described: Described<IdentitiesModel>): Promise<void> {
    const { model } = described;
    const { scan, index } = await this.reader.query(snapshot, described);
    const scanner = new IdentitiesScanner({
      model,
      reading: this.identity,
      keyIndex: index.indexOf(model.keyColumn),
      keys: personColumns(model.keys, index),
    });
    await this.reader.feed(model, scan, [scanner]);
    scanner.endRows();
    this.identities.push(scanner);
  }

  /** In the order in which they are sent. */
  private async scanThings(snapshot: Snapshot, known: KnownPeople): Promise<void> {
    const { reader, identity, erased } = this;
    for (const kind of KEYED_KINDS) {
      for (const { model, ...columns } of this.reading.described) {
        if (model.kind !== kind) continue;
        const described = { model, ...columns };
        this.things.push(await scanThings(snapshot, described, { reader, identity, known, erased }));
      }
      if (kind === 'erasure') this.erasePeople();
    }
  }

  /** Who is erased in this run was seen only after the people had been read. */
  private erasePeople(): void {
    for (const [key, { person = '' }] of this.erased.now) {
      for (const scanner of this.people) scanner.erase(key, person);
    }
  }

  private async scanPeople(snapshot: Snapshot, described: Described<PeopleModel>): Promise<void> {
    const { model, columns } = described;
    const { session, state, options } = this.reading;
    const table = await loadTable(state.delivered, peopleTable(model.name));
    this.tables.set(model.name, table);
    const { read, watch } = await this.captures.open(snapshot, described);
    const { scan, index } = await this.reader.query(snapshot, described, read);
    const keyIndex = model.keyColumn === undefined ? -1 : index.indexOf(model.keyColumn);
    const { identity: reading, guests } = this;
    const peopleIdentity = new PeopleIdentity({
      model,
      reading,
      guests,
      keyIndex,
      keys: personColumns(model.keys, index),
    });
    const scanner = new PeopleScanner({
      model,
      canonical: session.contract.project.canonical,
      keyIndex,
      fields: bindFields(model.attributes, columns, index, this.reader.surroundings),
      identity: peopleIdentity,
      table,
      delivered: state.delivered,
      sink: await this.reader.sinkOf(model.name),
      samplesMax: this.isOfAttributes ? SAMPLES_OF_SOME_MAX : options.samplesMax,
      erased: this.erased,
      examplesMax: options.examplesMax,
      expected: await this.expectedChanges(model),
      optOuts: new OptOutPairs(bindConsents(model, columns, index)),
      watch,
    });
    const consents = await this.openConsents(described, index, table);
    const takers = [scanner, ...consents];
    if (read.how === 'keys') watch?.ask(read.keys);
    else watch?.expectKeys();
    if (watch?.isPartial) peopleIdentity.follow(watch.names);
    await this.reader.feed(model, scan, takers);
    if (read.how === 'keys' && watch !== undefined) {
      await this.readRivals(snapshot, described, {
        sort: read.sort,
        watch,
        takers,
        identity: peopleIdentity,
      });
    }
    for (const consent of consents) await consent.endRows();
    scanner.endRows();
    this.people.push(scanner);
    this.consents.push(...consents);
  }

  /** Whoever held a key that somebody else claims now is read too, and whoever held theirs, to the end. */
  private async readRivals(
    snapshot: Snapshot,
    described: Described<PeopleModel>,
    { sort, watch, takers, identity }: RivalReading,
  ): Promise<void> {
    for (let round = 0; round < RIVAL_ROUNDS_MAX; round += 1) {
      const rivals = identity.takeRivals();
      if (rivals.length === 0) return;
      watch.ask(rivals);
      identity.follow(rivals);
      const batches = this.reader.scoped(snapshot, described, rivals, sort);
      // Each round depends on what the one before it found.
      await this.reader.feed(described.model, { batches }, takers);
    }
  }

  /** Attributes that anybody may change in: silenced ones, and those not delivered to all in their definition. */
  private async expectedChanges(model: PeopleModel): Promise<ReadonlySet<string>> {
    const { session, state } = this.reading;
    const delivered = await state.delivered.deliveredDefinitions(peopleTable(model.name));
    const announced = announcedChanges(model, session.contract.project.canonical, delivered);
    return new Set([...announced, ...silencedAttributes(model.radiusLimits)]);
  }

  private async openConsents(
    { model, columns: described }: Described<PeopleModel>,
    columns: ColumnIndex,
    people: FingerprintTable,
  ): Promise<readonly ConsentScan[]> {
    // Answers go their own way in the normal runs; people who are new carry theirs with them.
    if (model.consents.length === 0 || model.keyColumn === undefined || this.isOfAttributes) return [];
    const { session, state, options, now } = this.reading;
    const { keyColumn } = model;
    const { delivered } = state;
    return [
      await ConsentScan.open({
        ...options,
        session,
        delivered,
        now,
        model,
        erased: this.erased,
        keyColumn,
        described,
        columns,
        people,
        identity: this.identity,
      }),
    ];
  }

  /** Everything that makes claims has been read: what contradicts is known now, and nobody concerned is sent. */
  private holdPeopleInConflict(): void {
    const { identity } = this;
    identity.findConflicts();
    for (const scanner of this.people) {
      for (const [person, code] of identity.peopleInConflict) scanner.hold(person, code);
    }
    if (!identity.hasAppApi) this.holdMoves();
  }

  /** Whose canonical e-mail changed would become a second person. */
  private holdMoves(): void {
    for (const { to } of this.moves) {
      for (const scanner of this.people) scanner.hold(to, 'address_change_impossible');
    }
  }

  /** Changed addresses of which Customer.io still has the old one, as far as the people were read. */
  get moves(): readonly PlannedMove[] {
    const { contract } = this.reading.session;
    const areAllRead = this.people.length === peopleModels(contract).length;
    const moves = this.identity.moves.map(({ from, to }) => {
      const models = this.people.filter((scanner) => scanner.isLeft(from)).map(({ modelName }) => modelName);
      return { from, to, models };
    });
    return moves.filter(({ models }) => models.length > 0 || !areAllRead);
  }

  /** The people of all people models, also of those that were not selected. */
  private async everyone(): Promise<KnownPeople> {
    const { delivered } = this.reading.state;
    const models = peopleModels(this.reading.session.contract);
    const tables = models.map(
      async ({ name }) => this.tables.get(name) ?? (await loadTable(delivered, peopleTable(name))),
    );
    return knownPeople({
      tables: await Promise.all(tables),
      keySeed: delivered.keySeed,
      inConflict: this.identity.peopleInConflict,
      erased: this.erased,
    });
  }
}

/** Models that name people by other keys come last: they need what the others say about these keys. */
function inOrder(described: readonly DescribedModel[]): readonly DescribedModel[] {
  const isNamed = ({ model }: DescribedModel): boolean =>
    model.kind === 'people' && model.keyColumn !== undefined;
  return [...described.filter(isNamed), ...described.filter((each) => !isNamed(each))];
}

function isConsentOf(plan: ModelPlan, people: ModelPlan): boolean {
  return plan.kind === 'consent' && plan.people === people.model;
}

type Finished = Pick<ModelScan, 'plan' | 'samples' | 'examples'>;

function scanOf(
  { withheld }: PeopleScanner | EventScanner | AbandonmentScanner | IdentitiesScanner | ThingScanner,
  finished: Finished,
): ModelScan {
  return { ...finished, withheld: { rows: withheld.rows, counts: withheld.counts() } };
}
