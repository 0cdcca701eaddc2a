import type { OptOutPairs } from '../core/consent/opt-out-pairs.ts';
import type { CanonicalIdentifier, PeopleModel } from '../core/contract/contract.ts';
import type { EntryReference, Fingerprint } from '../core/diff/entry.ts';
import type { FingerprintTable, Slot } from '../core/diff/fingerprint-table.ts';
import type { PeoplePlan, Sample } from '../core/plan/plan-summary.ts';
import type { Fragment } from '../core/shape/fragment.ts';
import type { BoundField } from '../core/shape/shape-row.ts';
import type { CaptureWatch } from './capture/capture-watch.ts';
import type { DeliveredReader } from './delivered-reader.ts';
import type { PeopleIdentity } from './identity/people-identity.ts';
import type { OperationSink } from './operation-sink.ts';
import type { TalliedPerson } from './people-tally.ts';
import type { RadiusExamples } from './radius-tally.ts';
import type { ErasedPeople } from './things/erased-people.ts';

export interface PeopleScannerOptions {
  readonly model: PeopleModel;
  readonly canonical: CanonicalIdentifier;
  /** Place of the canonical identifier; -1 when the model names people by other keys only. */
  readonly keyIndex: number;
  readonly fields: readonly BoundField[];
  readonly identity: PeopleIdentity;
  readonly table: FingerprintTable;
  readonly delivered: DeliveredReader;
  readonly sink: OperationSink;
  readonly samplesMax: number;
  readonly examplesMax: number;
  /** Attributes that are expected to change for everybody. */
  readonly expected: ReadonlySet<string>;
  /** What goes with somebody new besides the attributes. */
  readonly optOuts: OptOutPairs;
  readonly erased: ErasedPeople;
  /** Looks on where changes are captured. */
  readonly watch: CaptureWatch | undefined;
}

/** What reading a people model brought. */
export interface FinishedPeople {
  readonly plan: PeoplePlan;
  readonly samples: readonly Sample[];
  readonly examples: RadiusExamples;
}

/** A row whose bytes are not those last delivered. */
export interface PendingRow {
  readonly row: number;
  readonly slot: Slot;
  readonly fingerprint: Fingerprint;
  /** Where the delivered values lie. */
  readonly reference: EntryReference;
}

/** What was delivered of a person. */
export interface Delivered {
  readonly fragments: readonly Fragment[];
  readonly reference: EntryReference;
}

/** Someone to be sent. */
export interface PlannedPerson extends TalliedPerson {
  readonly fingerprint: Fingerprint;
}

/** Someone delivered before, with the values of the row. */
export interface ChangedPerson {
  readonly key: string;
  readonly fragments: readonly Fragment[];
  readonly before: Delivered;
  readonly fingerprint: Fingerprint;
}
