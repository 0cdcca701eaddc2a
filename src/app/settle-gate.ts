import type { CanonicalIdentifier } from '../core/contract/contract.ts';
import { isShown } from '../core/customerio/shown-value.ts';
import { DestinationError } from '../core/errors/millrace-error.ts';
import { decodeBatch } from '../core/operation/batch-codec.ts';
import type { ItemBatch } from '../core/operation/item-batch.ts';
import { eventLabels } from '../core/operation/outgoing-batch.ts';
import type { Fragment } from '../core/shape/fragment.ts';
import type { Observer } from '../ports/observer.ts';
import type { ProfileReader } from '../ports/profile-reader.ts';
import type { SpoolStore } from '../ports/spool.ts';
import { unseen } from './unseen.ts';

export interface SettleGateOptions {
  readonly spools: SpoolStore;
  readonly planId: string;
  /** Models whose events wait for what was sent of their people. */
  readonly models: readonly string[];
  readonly profiles: ProfileReader;
  readonly canonical: CanonicalIdentifier;
  readonly observer: Observer;
  readonly signal: AbortSignal | undefined;
}

/** What a person must be seen to have. */
interface ExpectedPerson {
  readonly person: string;
  /** Under which identifier they were sent: guests by their address. */
  readonly by: CanonicalIdentifier;
  readonly values: Map<string, Fragment>;
}

/** Decides how the item says that it makes nobody. */
const UPDATE_ONLY = '_update';

/** Sees to it that what was accepted of people is applied before events that wait for it leave. */
export class SettleGate {
  private readonly options: SettleGateOptions;
  /** People of the events that wait. */
  private readonly people: ReadonlySet<string>;
  private readonly expected = new Map<string, ExpectedPerson>();

  static async open(options: SettleGateOptions): Promise<SettleGate> {
    const people = new Set<string>();
    for (const model of options.models) {
      for await (const record of options.spools.records(options.planId, model)) {
        const batch = decodeBatch(record);
        if (batch.kind === 'events') for (const [, person] of eventLabels(batch)) people.add(person);
      }
    }
    return new SettleGate(options, people);
  }

  private constructor(options: SettleGateOptions, people: ReadonlySet<string>) {
    this.options = options;
    this.people = people;
  }

  /** Items of people that were sent, with the person of each. */
  sent(people: readonly string[], items: ItemBatch, isRefused: (index: number) => boolean): void {
    people.forEach((person, index) => {
      if (this.people.has(person) && !isRefused(index)) this.expect(person, items.item(index));
    });
  }

  /** People of whom something is still not seen. */
  async unsettled(): Promise<ReadonlySet<string>> {
    const { observer } = this.options;
    const expected = [...this.expected.values()];
    if (expected.length === 0) return new Set();
    observer.observe({ kind: 'step', text: `Waiting until ${expected.length} people are up to date` });
    try {
      // One after the other: they share the pace at which Customer.io may be asked.
      const missing = [...(await this.missing('id')), ...(await this.missing('email'))];
      return new Set(missing.map(({ person }) => person));
    } catch (error) {
      if (!(error instanceof DestinationError)) throw error;
      const text = `Not seen whether ${expected.length} people are up to date, and their events wait: ${error.message}`;
      observer.observe({ kind: 'warning', text });
      return new Set(this.expected.keys());
    }
  }

  private async missing(by: CanonicalIdentifier): Promise<readonly ExpectedPerson[]> {
    const { profiles, signal } = this.options;
    const expected = [...this.expected.values()].filter((each) => each.by === by);
    if (expected.length === 0) return [];
    return unseen(expected, { profiles, canonical: by, signal }, (profile, { values }) =>
      [...values].every(([name, sent]) => isShown(profile, name, sent)),
    );
  }

  /** The last value that was sent of an attribute counts. */
  private expect(person: string, item: Uint8Array): void {
    const { identifiers, attributes } = JSON.parse(Buffer.from(item).toString('utf8')) as SentPerson;
    const by = Object.hasOwn(identifiers, 'email') ? 'email' : this.options.canonical;
    const values = this.expected.get(person)?.values ?? new Map<string, Fragment>();
    for (const [name, value] of Object.entries(attributes)) {
      if (name !== UPDATE_ONLY) values.set(name, JSON.stringify(value));
    }
    this.expected.set(person, { person, by, values });
  }
}

interface SentPerson {
  readonly identifiers: object;
  readonly attributes: object;
}
