import type { FingerprintTable } from '../core/diff/fingerprint-table.ts';
import { newKeyWords, writeTextKeyWords } from '../core/diff/key-words.ts';
import { OUTCOME } from '../core/diff/outcome.ts';

/** Who may receive events: people delivered before, and those that this run is about to deliver. */
export interface KnownPeople {
  has(person: string): boolean;
}

/** Without people models Millrace does not know who exists, and lets every event pass. */
export const EVERYBODY: KnownPeople = { has: () => true };

export function knownPeople(tables: readonly FingerprintTable[], keySeed: number): KnownPeople {
  if (tables.length === 0) return EVERYBODY;
  const key = newKeyWords();
  return {
    has: (person) => {
      writeTextKeyWords(person, keySeed, key);
      return tables.some((table) => isDeliveredOrPlanned(table, table.find(key)));
    },
  };
}

function isDeliveredOrPlanned(table: FingerprintTable, slot: number): boolean {
  if (slot < 0) return false;
  return table.isDelivered(slot) || table.outcome(slot) === OUTCOME.NEW;
}
