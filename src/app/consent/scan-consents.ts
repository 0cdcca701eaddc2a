import { isUnusual } from '../../core/consent/unusual-opt-outs.ts';
import type { PeopleModel } from '../../core/contract/contract.ts';
import type { SourceColumn } from '../../core/contract/source-column.ts';
import type { FingerprintTable } from '../../core/diff/fingerprint-table.ts';
import type { RowBatch } from '../../ports/source.ts';
import type { ColumnIndex } from '../bind-fields.ts';
import { consentTable, type DeliveredReader, loadTable } from '../delivered-reader.ts';
import type { IdentityReading } from '../identity/identity-reading.ts';
import type { ModelScan } from '../model-scan.ts';
import type { Session } from '../session.ts';
import type { ErasedPeople } from '../things/erased-people.ts';
import { bindConsents } from './bind-consents.ts';
import { ChunkWriter, readChunks } from './chunk-spool.ts';
import { type ConsentCandidate, candidateSpool } from './consent-candidate.ts';
import { type ConsentLane, openLane } from './consent-lane.ts';
import { ConsentPlanner } from './consent-planner.ts';
import { type AnswerCounts, ConsentScanner } from './consent-scanner.ts';
import { HeldConsentReader } from './held-consents.ts';

export interface ConsentScanOptions {
  readonly session: Session;
  readonly delivered: DeliveredReader;
  readonly planId: string;
  readonly samplesMax: number;
  readonly signal: AbortSignal | undefined;
  /** Unix seconds. */
  readonly now: number;
  readonly model: PeopleModel;
  /** Column of the canonical identifier. */
  readonly keyColumn: string;
  readonly described: readonly SourceColumn[];
  readonly columns: ColumnIndex;
  readonly people: FingerprintTable;
  readonly erased: ErasedPeople;
  readonly identity: IdentityReading;
}

/** Everything about the consents of one people model: first its rows, then, with the query closed, the decisions. */
export class ConsentScan {
  private readonly scanner: ConsentScanner;
  private readonly options: ConsentScanOptions;
  private readonly table: FingerprintTable;
  private readonly candidates: ChunkWriter<ConsentCandidate>;

  static async open(options: ConsentScanOptions): Promise<ConsentScan> {
    const { session, delivered, planId, model } = options;
    const table = await loadTable(delivered, consentTable(model.name));
    const writer = await session.spools.create(planId, candidateSpool(model.name));
    return new ConsentScan(options, table, new ChunkWriter(writer));
  }

  private constructor(
    options: ConsentScanOptions,
    table: FingerprintTable,
    candidates: ChunkWriter<ConsentCandidate>,
  ) {
    const { session, model, keyColumn, columns, people, delivered, now } = options;
    this.options = options;
    this.table = table;
    this.candidates = candidates;
    this.scanner = new ConsentScanner({
      canonical: session.contract.project.canonical,
      keyIndex: columns.indexOf(keyColumn),
      consents: bindConsents(model, options.described, columns),
      table,
      people,
      keySeed: delivered.keySeed,
      latest: now + session.contract.project.clockSkewSeconds,
      candidates,
    });
  }

  take(batch: RowBatch): Promise<void> {
    return this.scanner.take(batch);
  }

  /** All rows have been taken. */
  endRows(): Promise<void> {
    return this.candidates.finish();
  }

  /** Decides, asking Customer.io where that is needed. No query is open any more. */
  async decide(): Promise<readonly ModelScan[]> {
    const { session, planId, model } = this.options;
    const optOuts = await this.openLane('opt_out', this.scanner.optOuts);
    const writesOptIns = model.consents.some(({ allowsOptIn }) => allowsOptIn);
    const optIns = writesOptIns ? await this.openLane('opt_in', this.scanner.optIns) : undefined;
    const planner = this.planner(optOuts, optIns);
    const name = candidateSpool(model.name);
    for await (const candidates of readChunks<ConsentCandidate>(session.spools, planId, name)) {
      await planner.take(candidates);
    }
    const unusual = isUnusual({
      optOuts: optOuts.operationsForKnown,
      people: this.options.people.deliveredCount,
      usualShareMax: session.contract.project.usualOptOutShareMax,
    });
    const told = await optOuts.finish({ notAllowed: this.scanner.optInsNotAllowed, isUnusual: unusual });
    if (optIns === undefined) return [told];
    return [told, await optIns.finish({ notAllowed: 0, isUnusual: false })];
  }

  private openLane(direction: 'opt_out' | 'opt_in', counts: AnswerCounts): Promise<ConsentLane> {
    const { session, planId, model, samplesMax } = this.options;
    return openLane(session.spools, planId, { people: model.name, direction, counts, samplesMax });
  }

  private planner(optOuts: ConsentLane, optIns: ConsentLane | undefined): ConsentPlanner {
    const { session, model, people, erased, delivered, identity, signal } = this.options;
    const { canonical } = session.contract.project;
    const { observer, clock } = session.toolbox;
    return new ConsentPlanner({
      erased,
      model,
      canonical,
      table: this.table,
      people,
      keySeed: delivered.keySeed,
      reader: new HeldConsentReader({ app: session.app, canonical, observer, signal }),
      optOuts,
      optIns,
      now: clock.now,
      knownAs: (person) => identity.knownAs(person),
    });
  }
}
