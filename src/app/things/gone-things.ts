import type { ThingWriter } from '../../core/customerio/thing-item.ts';
import { alignDelivered } from '../../core/diff/delivered-values.ts';
import { GONE, NOWHERE, UNSETTLED } from '../../core/diff/entry.ts';
import type { FingerprintTable, Slot } from '../../core/diff/fingerprint-table.ts';
import { newKeyWords } from '../../core/diff/key-words.ts';
import type { Sample } from '../../core/plan/plan-summary.ts';
import type { DeliveredReader } from '../delivered-reader.ts';
import type { OperationSink } from '../operation-sink.ts';
import { Outgoing } from '../outgoing.ts';
import type { VoidNotes } from '../void-notes.ts';
import { KEY_NAME, readThingKey } from './thing-key.ts';
import { type ThingLocator, thingName } from './thing-locator.ts';

export interface GoneThingsOptions {
  readonly locator: ThingLocator;
  readonly voids: VoidNotes;
  readonly writer: ThingWriter;
  readonly table: FingerprintTable;
  readonly tableName: string;
  readonly delivered: DeliveredReader;
  readonly sink: OperationSink;
  readonly samplesMax: number;
}

/** Values read at once. */
const CHUNK = 1000;

/** Finds what was delivered and has no row any more, and spools its removal, or that it is gone. */
export class GoneThings {
  readonly samples: Sample[] = [];
  /** Things that are removed. */
  removals = 0;
  /** Things that stay as they are. */
  left = 0;
  /** Of these, the ones whose going is news. */
  notes = 0;
  bytes = 0;
  private readonly options: GoneThingsOptions;
  private readonly words = newKeyWords();

  constructor(options: GoneThingsOptions) {
    this.options = options;
  }

  /** After all rows: `outgoing` takes what is only noted. */
  async settle(maySendRemovals: boolean, outgoing: Outgoing): Promise<void> {
    const slots = this.options.table.unseen();
    if (maySendRemovals) await this.remove([...slots]);
    else for (const slot of slots) this.markGone(slot, outgoing);
  }

  private async remove(slots: readonly Slot[]): Promise<void> {
    if (slots.length === 0) return;
    const { sink, delivered, table, tableName } = this.options;
    // The things' own way ends the spool; this one only adds to it.
    const outgoing = new Outgoing({ ...sink, finish: async () => {} }, 'removals', []);
    for (let start = 0; start < slots.length; start += CHUNK) {
      const chunk = slots.slice(start, start + CHUNK);
      const references = chunk.map((slot) => table.reference(slot));
      // Piece by piece, so that memory does not grow with what is removed.
      const values = await delivered.deliveredValues(tableName, references);
      values.forEach((known, index) => {
        this.removeOne(chunk[index] as Slot, alignDelivered(known, [KEY_NAME])[0] ?? '', outgoing);
      });
      await outgoing.written();
    }
    await outgoing.finish();
  }

  private removeOne(slot: Slot, key: string, outgoing: Outgoing): void {
    const { table, writer, locator, voids, samplesMax } = this.options;
    const thing = readThingKey(key);
    const text = locator.isErased(thing) ? undefined : writer.remove(thing);
    if (text === undefined) {
      voids.add(slot);
      return;
    }
    const name = thingName(thing);
    table.copyKey(slot, this.words);
    const bytes = outgoing.add(
      ({ item, label }) => {
        item.text(text);
        label.text(JSON.stringify([name, thing.person ?? null]));
        return true;
      },
      { key: this.words, fingerprint: UNSETTLED, reference: NOWHERE, isNew: false },
    );
    this.removals += 1;
    this.bytes += bytes ?? 0;
    if (this.samples.length < samplesMax) {
      this.samples.push({ kind: 'thing', key: name, action: 'remove', changes: [] });
    }
  }

  /** Remembered, so that it is told once as news; and a thing that comes back is sent whole. */
  private markGone(slot: Slot, outgoing: Outgoing): void {
    const { table } = this.options;
    this.left += 1;
    if (table.hasFingerprint(slot, GONE.high, GONE.low)) return;
    table.copyKey(slot, this.words);
    outgoing.refresh(this.words, GONE, table.reference(slot));
    this.notes += 1;
  }
}
