import { personItemWriter } from '../../core/customerio/item.ts';
import { joinFragments } from '../../core/diff/delivered-values.ts';
import type { FingerprintTable } from '../../core/diff/fingerprint-table.ts';
import { type KeyWords, newKeyWords, writeTextKeyWords } from '../../core/diff/key-words.ts';
import { OUTCOME } from '../../core/diff/outcome.ts';
import { GUESTS, type PeoplePlan } from '../../core/plan/plan-summary.ts';
import type { OperationSink } from '../operation-sink.ts';
import { Outgoing } from '../outgoing.ts';

/** What is remembered of a guest. */
const NAMES = ['email'];

/** A guest has nothing that could change. */
const FINGERPRINT = { high: 1, low: 1 };

export interface GuestPeopleOptions {
  /** Guests that were delivered before. */
  readonly table: FingerprintTable;
  readonly keySeed: number;
  readonly sink: OperationSink;
}

/**
 * Guests: people who have an e-mail address and no id. They are identified by it before their first event,
 * so that no event has to make a profile; when they register, Customer.io gives that profile the id.
 */
export class GuestPeople {
  private readonly options: GuestPeopleOptions;
  private readonly outgoing: Outgoing;
  private readonly writeItem = personItemWriter('email', []);
  private readonly key: KeyWords = newKeyWords();
  private rows = 0;
  private operations = 0;
  private bytes = 0;
  private retired = 0;

  constructor(options: GuestPeopleOptions) {
    this.options = options;
    this.outgoing = new Outgoing(options.sink, 'people', NAMES);
  }

  /** A guest is to have an event. Identified once; again only after having been retired. */
  add(email: string): void {
    const { table } = this.options;
    const slot = table.findOrInsert(this.keyOf(email));
    if (table.outcome(slot) !== OUTCOME.NOT_SEEN) return;
    this.rows += 1;
    table.setOutcome(slot, table.isDelivered(slot) ? OUTCOME.UNCHANGED : OUTCOME.NEW);
    if (table.isDelivered(slot)) return;
    this.operations += 1;
    this.bytes +=
      this.outgoing.add(
        ({ item, label, record }) => {
          item.text(this.writeItem(email, [], undefined));
          label.text(JSON.stringify(email));
          record.text(joinFragments([JSON.stringify(email)]));
          return true;
        },
        { key: this.key, fingerprint: FINGERPRINT, isNew: true },
      ) ?? 0;
  }

  /** Whether there is any guest at all. */
  get hasAny(): boolean {
    return this.options.table.deliveredCount > 0;
  }

  /** Whether the address is known at Customer.io as a guest's. */
  isKnown(email: string): boolean {
    const slot = this.options.table.find(this.keyOf(email));
    return slot >= 0 && this.options.table.isDelivered(slot);
  }

  /** Somebody registers with the address: the profile is theirs from now on. */
  retire(email: string): void {
    if (!this.isKnown(email)) return;
    this.outgoing.forget(this.key);
    this.retired += 1;
  }

  /** Resolves when what was handed on is written. */
  written(): Promise<void> {
    return this.outgoing.written();
  }

  async finish(): Promise<PeoplePlan | undefined> {
    await this.outgoing.finish();
    const { rows, operations, bytes, retired } = this;
    if (rows + retired === 0) return undefined;
    return {
      kind: 'people',
      model: GUESTS,
      rows,
      unchanged: rows - operations,
      refreshed: 0,
      newPeople: operations,
      changedPeople: 0,
      operations,
      bytes,
      faults: 0,
      held: 0,
      gone: 0,
      attributeChanges: {},
      notes: retired,
      withheld: [],
      emailChanges: 0,
    };
  }

  private keyOf(email: string): KeyWords {
    writeTextKeyWords(email, this.options.keySeed, this.key);
    return this.key;
  }
}
