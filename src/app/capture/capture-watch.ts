import type { CapturePosition } from '../../core/capture/capture-position.ts';
import { rememberedLag } from '../../core/capture/cursor-span.ts';
import type { ReadReport } from '../../core/capture/read-report.ts';
import type { CanonicalIdentifier, Model } from '../../core/contract/contract.ts';
import { personKey } from '../../core/identity/person-key.ts';
import type { ChangedKeys } from './changed-keys.ts';
import { type CursorUse, type ModelRead, READ_ALL, readByChanges } from './model-read.ts';

/** Missed rows of which the names are kept, to look at. */
const EXAMPLES_MAX = 10;

type ModelReason = ReadReport['reason'];

/** Looks on while a model is read whose changes are captured: what was read, what had been missed, what came late. */
export class CaptureWatch {
  /** Names of the rows read. */
  readonly names = new Set<string>();
  readonly missedExamples: string[] = [];
  private readonly how: ModelRead['how'];
  private readonly reason: ModelReason;
  private readonly use: CursorUse;
  private readonly canonical: CanonicalIdentifier;
  private readonly changedAt: ChangedKeys;
  private readonly widest: ChangedKeys;
  private expected: ReadonlySet<string> | undefined;
  private keys = 0;
  private missed = 0;
  private missedLate = 0;
  private lag = 0;

  /** The keys of people are the names of their rows; those of events may be anything. */
  constructor(read: ModelRead, use: CursorUse, { kind }: Model, canonical: CanonicalIdentifier) {
    this.how = read.how;
    this.reason = read.how === 'full' ? read.reason : undefined;
    this.use = use;
    this.canonical = canonical;
    this.changedAt = this.byName(kind === 'people' ? use.changes?.changedAt : undefined);
    this.widest = this.byName(kind === 'people' ? use.changes?.widest : undefined);
  }

  /** Of a reconcile: what a read by changes would have brought. Nothing is missed without it. */
  expect(names: Iterable<string>): void {
    this.expected = new Set([...names, ...(this.use.changes?.withheld ?? [])]);
  }

  /** The same for people, whose rows are named by the keys. */
  expectKeys(): void {
    const { changes } = this.use;
    if (this.wantsExpected && changes !== undefined) this.expect(changes.keys.map((key) => this.nameOf(key)));
  }

  /** Whether what capture would bring is to be found out first. */
  get wantsExpected(): boolean {
    return this.how === 'full' && this.use.changes !== undefined;
  }

  /** Of a reconcile: the read by changes in whose place it stands. */
  get asPartial(): ModelRead {
    const { rule, changes } = this.use;
    return changes === undefined ? READ_ALL : readByChanges(rule, changes);
  }

  /** Keys that are asked for. */
  ask(keys: readonly string[]): void {
    this.keys += keys.length;
    for (const key of keys) this.names.add(this.nameOf(key));
  }

  get isPartial(): boolean {
    return this.how !== 'full';
  }

  /** A row was read; the name is that under which it may be withheld. */
  read(name: string): void {
    if (this.isPartial) this.names.add(name);
  }

  /** A row is to be sent. `changedAt` (unix seconds) where the row itself tells. */
  found(name: string, changedAt = this.changedAt.get(name)): void {
    if (this.expected !== undefined && !this.expected.has(name)) this.miss(name, changedAt);
    const { position, changes } = this.use;
    if (this.how === 'full' || position === undefined || changes?.withheld.has(name)) return;
    if (changedAt !== undefined) this.lag = Math.max(this.lag, position.readAt - changedAt);
  }

  get report(): ReadReport {
    const { how, reason, use } = this;
    if (how === 'full') {
      const counts = this.expected === undefined ? {} : { missed: this.missed, missedLate: this.missedLate };
      return { how: 'full', reason, ...counts };
    }
    const { since = 0, overlapSeconds = 0 } = use.changes ?? {};
    const keys = how === 'keys' ? { keys: this.keys } : {};
    return { how, since, overlapSeconds, ...keys };
  }

  /** Up to where changes were followed, once everything that was read is accounted for. */
  position({ name, definitionHash }: Model): CapturePosition {
    const { rule, moment, clockDifference, position } = this.use;
    return {
      model: name,
      definitionHash,
      captureHash: rule.hash,
      readAt: moment.at,
      openSince: moment.openSince,
      clockDifference,
      ...rememberedLag(position, this.seenLag(), moment.at),
      fullReadAt: this.how === 'full' || position === undefined ? moment.at : position.fullReadAt,
    };
  }

  /** Rows that a reconcile found late came later than the overlap reached: it doubles. */
  private seenLag(): number {
    return this.missedLate > 0 ? Math.max(this.lag, this.use.changes?.overlapSeconds ?? 0) : this.lag;
  }

  private miss(name: string, changedAt: number | undefined): void {
    this.missed += 1;
    const isBefore = changedAt !== undefined && changedAt < (this.use.changes?.since ?? 0);
    if (isBefore || this.widest.has(name)) this.missedLate += 1;
    if (this.missedExamples.length < EXAMPLES_MAX) this.missedExamples.push(name);
  }

  private byName(keys: ChangedKeys | undefined): ChangedKeys {
    return new Map([...(keys ?? [])].map(([key, changedAt]) => [this.nameOf(key), changedAt]));
  }

  private nameOf(key: string): string {
    const checked = personKey(key, this.canonical);
    return 'key' in checked ? checked.key : key;
  }
}
