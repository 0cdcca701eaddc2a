import type { SourceMoment } from '../../core/capture/capture-position.ts';
import { cursorSpan, widestSince } from '../../core/capture/cursor-span.ts';
import { type FullReason, fullReason, isReconcile } from '../../core/capture/full-reason.ts';
import type { Model } from '../../core/contract/contract.ts';
import type { KeySort } from '../../core/sql/key-list.ts';
import type { Snapshot } from '../../ports/source.ts';
import type { DescribedModel } from '../check-models.ts';
import { eventTable, peopleTable } from '../delivered-reader.ts';
import type { Reading } from '../reading.ts';
import { type ChangedKeys, changedKeys } from './changed-keys.ts';
import { type Changes, type CursorUse, type ModelRead, READ_ALL, readByChanges } from './model-read.ts';
import { type WithheldBefore, withheldBefore } from './withheld-before.ts';

/** So many keys are always read one by one … */
const KEYS_ALWAYS = 5000;

/** … and up to this share of what was delivered; a whole read is quicker beyond it. */
const KEYS_SHARE_MAX = 0.25;

/** Keys are kept in memory. */
const KEYS_MAX = 500_000;

const NO_KEYS: ChangedKeys = new Map();

/** How a model is read, and what is known of its changes where they are captured. */
export interface CapturedRead {
  readonly read: ModelRead;
  readonly use: CursorUse | undefined;
}

/** Decides for each model of a run whether its changes are read, or everything. */
export class CaptureReading {
  private readonly reading: Reading;
  private readonly moment: SourceMoment | undefined;

  /** Takes the server's time, before the snapshot is opened, if any model needs it. */
  static async open(reading: Reading): Promise<CaptureReading> {
    const isNeeded = reading.described.some(({ model }) => model.capture !== undefined);
    return new CaptureReading(reading, isNeeded ? await reading.session.source.moment() : undefined);
  }

  private constructor(reading: Reading, moment: SourceMoment | undefined) {
    this.reading = reading;
    this.moment = moment;
  }

  async readOf(snapshot: Snapshot, described: DescribedModel): Promise<CapturedRead> {
    const { model } = described;
    const { capture: rule, definitionHash } = model;
    const { moment } = this;
    const { state, options, session } = this.reading;
    if (rule === undefined || moment === undefined || options.backfill !== undefined) {
      return { read: READ_ALL, use: undefined };
    }
    const position = await state.captures.position(model.name);
    const clockDifference = moment.at - Math.floor(session.toolbox.clock.now() / 1000);
    const use: CursorUse = { rule, moment, clockDifference, position, changes: undefined };
    const isHistory = options.historyFrom !== undefined;
    const reason = fullReason({ ...use, definitionHash, isAsked: options.isFull, isHistory });
    if (position === undefined || (reason !== undefined && !isReconcile(reason))) {
      return { read: { how: 'full', reason: reason ?? 'first' }, use };
    }
    return this.byChanges(snapshot, described, use, reason);
  }

  private async byChanges(
    snapshot: Snapshot,
    described: DescribedModel,
    use: CursorUse,
    reason: FullReason | undefined,
  ): Promise<CapturedRead> {
    const { model } = described;
    const withheld = await withheldBefore(model, this.reading.state.runs);
    const why = reason ?? (withheld.isCut ? 'withheld' : undefined);
    const changes = await this.changesOf(snapshot, described, use, withheld, why !== undefined);
    if (changes === undefined) return { read: { how: 'full', reason: 'many' }, use };
    const known = { ...use, changes };
    if (why !== undefined) return { read: { how: 'full', reason: why }, use: known };
    return { read: readByChanges(known.rule, changes), use: known };
  }

  private async changesOf(
    snapshot: Snapshot,
    described: DescribedModel,
    { rule, moment, position }: CursorUse,
    withheld: WithheldBefore,
    isReconciled: boolean,
  ): Promise<Changes | undefined> {
    if (position === undefined) return undefined;
    const { model, changes } = described;
    const span = cursorSpan(position, rule, moment);
    if (span.isCut) this.warnOfOpenTransaction(model);
    const readSince = Math.min(span.since, withheld.readSince(moment.at));
    const keysMax = await this.keysMax(model);
    const asked = { model, changes, now: moment.at, keysMax };
    const changedAt = await changedKeys(snapshot, { ...asked, since: readSince });
    if (changedAt === undefined) return undefined;
    const widest = isReconciled
      ? await changedKeys(snapshot, {
          ...asked,
          since: Math.min(readSince, widestSince(position, rule, moment)),
        })
      : undefined;
    return {
      since: span.since,
      overlapSeconds: span.overlapSeconds,
      changedAt,
      widest: widest ?? NO_KEYS,
      keys: [...new Set([...changedAt.keys(), ...withheld.keys])],
      sort: sortOf(changes.map(({ key }) => key)),
      readSince,
      withheld: withheld.names,
    };
  }

  private async keysMax(model: Model): Promise<number> {
    const table = model.kind === 'event' ? eventTable(model.event) : peopleTable(model.name);
    const { keys } = await this.reading.state.delivered.size(table);
    return Math.min(KEYS_MAX, Math.max(KEYS_ALWAYS, Math.floor(keys * KEYS_SHARE_MAX)));
  }

  private warnOfOpenTransaction({ name }: Model): void {
    const text = `${name}: rows come later, or a transaction has been open longer, than \`overlap_max\` allows for; what comes later still is found by the next reconcile.`;
    this.reading.session.toolbox.observer.observe({ kind: 'warning', text });
  }
}

/** Numbers, only if every source gives numbers. */
function sortOf(sorts: readonly KeySort[]): KeySort {
  return sorts.every((sort) => sort === 'number') ? 'number' : 'text';
}
