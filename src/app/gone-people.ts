import type { CanonicalIdentifier, PeopleModel } from '../core/contract/contract.ts';
import { goneChanges, gonePersonItem } from '../core/customerio/gone-person-item.ts';
import { alignDelivered, joinFragments } from '../core/diff/delivered-values.ts';
import { REMOVED, REMOVING } from '../core/diff/entry.ts';
import type { FingerprintTable, Slot } from '../core/diff/fingerprint-table.ts';
import { newKeyWords } from '../core/diff/key-words.ts';
import type { Sample } from '../core/plan/plan-summary.ts';
import type { Fragment } from '../core/shape/fragment.ts';
import { type DeliveredReader, peopleTable } from './delivered-reader.ts';
import type { Outgoing } from './outgoing.ts';
import { GUEST_MARK } from './people-locator.ts';
import { RefreshCollector } from './refresh-collector.ts';
import { KEY_NAME } from './things/thing-key.ts';
import type { WithheldRows } from './withheld-rows.ts';

export interface GonePeopleOptions {
  readonly model: PeopleModel;
  readonly canonical: CanonicalIdentifier;
  readonly table: FingerprintTable;
  readonly delivered: DeliveredReader;
  readonly outgoing: Outgoing;
  readonly samplesMax: number;
}

/** Stands for whoever rows do not name. */
const NOBODY = '(people who are gone)';

/** Whether an operation for somebody who is gone left, or may have left. */
export function wasRemoved(table: FingerprintTable, slot: Slot): boolean {
  return [REMOVING, REMOVED].some(({ high, low }) => table.hasFingerprint(slot, high, low));
}

export interface SettleGoneOptions extends GonePeopleOptions {
  /** Place of the canonical identifier; -1 when the model names people by other keys only. */
  readonly keyIndex: number;
  /** Rows that name nobody. */
  readonly unlocated: number;
  readonly withheld: WithheldRows;
  /** Addresses that are nobody's any more; undefined where nothing is done about anybody who is gone. */
  readonly moved: ReadonlySet<string> | undefined;
}

/** Does what the model wants of people who are gone; undefined where it wants nothing. */
export async function settleGone(
  options: SettleGoneOptions,
  slots: readonly Slot[],
): Promise<GonePeople | undefined> {
  const { model, canonical, keyIndex, unlocated, withheld, moved } = options;
  if (model.removed.action === 'nothing' || moved === undefined) return undefined;
  const gone = new GonePeople(options);
  if (unlocated === 0 || (canonical === 'id' && keyIndex >= 0)) await gone.settle(slots, moved);
  else if (slots.length > 0) withheld.addHeld(NOBODY, 'removals_unsure');
  return gone;
}

/** Values read at once. */
const CHUNK = 1000;

/** Spools what the model wants of people whose row is gone. */
export class GonePeople {
  readonly samples: Sample[] = [];
  removals = 0;
  bytes = 0;
  private readonly options: GonePeopleOptions;
  private readonly marks: RefreshCollector;
  private readonly words = newKeyWords();

  constructor(options: GonePeopleOptions) {
    this.options = options;
    this.marks = new RefreshCollector({ table: peopleTable(options.model.name) });
  }

  /** `moved`: addresses that are no longer anybody's, because their people have others now. */
  async settle(slots: readonly Slot[], moved: ReadonlySet<string>): Promise<void> {
    const { delivered, model, table, outgoing } = this.options;
    const names = [...model.attributes.map(({ name }) => name), KEY_NAME];
    for (let start = 0; start < slots.length; start += CHUNK) {
      const chunk = slots.slice(start, start + CHUNK);
      const references = chunk.map((slot) => table.reference(slot));
      // Piece by piece, so that memory does not grow with what is gone.
      const values = await delivered.deliveredValues(peopleTable(model.name), references);
      const people = values.flatMap((known, index) => {
        const fragments = alignDelivered(known, names);
        const person = personIn(fragments.at(-1));
        const isTheirs = person !== undefined && !moved.has(person);
        return isTheirs ? [{ slot: chunk[index] as Slot, person, fragments }] : [];
      });
      for (const { slot } of people) this.mark(slot);
      // Recorded before their operations leave: who comes back meanwhile is sent whole, whatever became of these.
      outgoing.takeNotes(this.marks);
      for (const { slot, person, fragments } of people) this.remove(slot, person, fragments);
      await outgoing.written();
    }
  }

  private mark(slot: Slot): void {
    const { table, outgoing } = this.options;
    table.copyKey(slot, this.words);
    outgoing.note(this.marks, this.words, REMOVING, table.reference(slot));
  }

  private remove(slot: Slot, person: string, fragments: readonly Fragment[]): void {
    const { table, model, canonical, outgoing, samplesMax } = this.options;
    const changes = goneChanges(model, model.removed, fragments);
    table.copyKey(slot, this.words);
    const bytes = outgoing.add(
      ({ item, label, record }) => {
        item.text(gonePersonItem(canonical, person, changes));
        label.text(JSON.stringify(person));
        record.text(joinFragments(fragments));
        return true;
      },
      { key: this.words, fingerprint: REMOVED, isNew: false },
    );
    this.removals += 1;
    this.bytes += bytes ?? 0;
    if (this.samples.length < samplesMax)
      this.samples.push({ kind: 'person', key: person, isNew: false, changes });
  }
}

/** Guests, who are known by an address alone, are left as they are. */
function personIn(key: Fragment | undefined): string | undefined {
  if (key === undefined || key === '') return undefined;
  const person = String(JSON.parse(key));
  return person.startsWith(GUEST_MARK) ? undefined : person;
}
