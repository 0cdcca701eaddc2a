import type { FingerprintTable } from '../core/diff/fingerprint-table.ts';
import { newKeyWords, writeTextKeyWords } from '../core/diff/key-words.ts';
import { OUTCOME } from '../core/diff/outcome.ts';
import type { HoldCode } from '../core/guard/hold.ts';
import type { ErasedPeople } from './things/erased-people.ts';

/** Who may receive events: people whose attributes are at Customer.io, or go there before the events of this run. */
export interface KnownPeople {
  /** Why this person's events have to wait; undefined when they may go. */
  hold(person: string): HoldCode | undefined;
  /** The same for somebody who is known by an address alone. */
  holdGuest(email: string): HoldCode | undefined;
}

export interface KnownPeopleOptions {
  /** What was delivered, and what this run found, of each people model. */
  readonly tables: readonly FingerprintTable[];
  readonly keySeed: number;
  /** People whose identity is in doubt. */
  readonly inConflict: ReadonlyMap<string, HoldCode>;
  readonly erased: ErasedPeople;
}

export function knownPeople({ tables, keySeed, inConflict, erased }: KnownPeopleOptions): KnownPeople {
  const key = newKeyWords();
  return {
    hold: (person) => {
      if (erased.hasPerson(person)) return 'person_erased';
      if (inConflict.size > 0 && inConflict.has(person)) return 'person_in_conflict';
      writeTextKeyWords(person, keySeed, key);
      if (tables.some((table) => isAtFault(table, table.find(key)))) return 'person_faulty';
      return tables.some((table) => isDeliveredOrPlanned(table, table.find(key)))
        ? undefined
        : 'person_unknown';
    },
    holdGuest: (email) => (erased.hasGuest(email) ? 'person_erased' : undefined),
  };
}

function isDeliveredOrPlanned(table: FingerprintTable, slot: number): boolean {
  if (slot < 0) return false;
  return table.isDelivered(slot) || table.outcome(slot) === OUTCOME.NEW;
}

/** What was delivered of this person is old, and what is new can not be sent: a refund or an opt-out may be in it. */
function isAtFault(table: FingerprintTable, slot: number): boolean {
  if (slot < 0 || !table.isDelivered(slot)) return false;
  const outcome = table.outcome(slot);
  return outcome === OUTCOME.FAULT || outcome === OUTCOME.DUPLICATE;
}
