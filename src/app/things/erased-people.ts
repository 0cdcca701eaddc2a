import type { Contract, KeyedModel } from '../../core/contract/contract.ts';
import type { ThingKey } from '../../core/customerio/thing-item.ts';
import { type FingerprintTable, NO_SLOT } from '../../core/diff/fingerprint-table.ts';
import { type KeyWords, newKeyWords, writeTextKeyWords } from '../../core/diff/key-words.ts';
import { type DeliveredReader, loadTable, thingTable } from '../delivered-reader.ts';
import { GUEST_MARK } from '../people-locator.ts';
import { thingText } from './thing-key.ts';

/** People who were deleted or suppressed, or are in this run: nothing else of them may be sent. */
export class ErasedPeople {
  /** What was erased in earlier runs, by model. */
  private readonly tables: ReadonlyMap<string, FingerprintTable>;
  private readonly keySeed: number;
  private readonly planned = new Map<string, ThingKey>();
  private readonly words = newKeyWords();
  /** Whether anybody was erased in an earlier run. */
  readonly hasEarlier: boolean;

  /** Of all models of the contract, also of those that are not read now. */
  static async open({ models }: Contract, delivered: DeliveredReader): Promise<ErasedPeople> {
    const tables = new Map<string, FingerprintTable>();
    for (const model of models) {
      if (model.kind !== 'erasure') continue;
      const { kind, name, target } = model;
      // One after the other: they share one file.
      tables.set(name, await loadTable(delivered, thingTable({ kind, model: name, target })));
    }
    return new ErasedPeople(tables, delivered.keySeed);
  }

  private constructor(tables: ReadonlyMap<string, FingerprintTable>, keySeed: number) {
    this.tables = tables;
    this.keySeed = keySeed;
    this.hasEarlier = [...tables.values()].some(({ deliveredCount }) => deliveredCount > 0);
  }

  /** The table of a model, which its scanner shares. */
  tableOf({ name }: KeyedModel): FingerprintTable | undefined {
    return this.tables.get(name);
  }

  /** Somebody is erased in this run. */
  add(key: ThingKey): void {
    this.planned.set(thingText(key), key);
  }

  /** Who is erased in this run, with the text of the key that people models have them under. */
  get now(): ReadonlyMap<string, ThingKey> {
    return this.planned;
  }

  /** Whether the words stand for somebody who was erased in an earlier run. */
  wereErased(words: KeyWords): boolean {
    if (!this.hasEarlier) return false;
    for (const table of this.tables.values()) {
      const slot = table.find(words);
      if (slot !== NO_SLOT && table.isDelivered(slot)) return true;
    }
    return false;
  }

  hasPerson(person: string): boolean {
    if (this.planned.has(person)) return true;
    if (!this.hasEarlier) return false;
    writeTextKeyWords(person, this.keySeed, this.words);
    return this.wereErased(this.words);
  }

  hasGuest(email: string): boolean {
    return this.hasPerson(GUEST_MARK + email);
  }
}
