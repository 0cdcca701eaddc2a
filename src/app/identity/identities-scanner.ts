import type { IdentitiesModel } from '../../core/contract/contract.ts';
import { personKey } from '../../core/identity/person-key.ts';
import type { PersonColumn } from '../../core/identity/resolve-person.ts';
import type { IdentitiesPlan } from '../../core/plan/plan-summary.ts';
import type { RowBatch } from '../../ports/source.ts';
import { WithheldRows } from '../withheld-rows.ts';
import type { IdentityReading } from './identity-reading.ts';
import { PeopleClaims } from './people-claims.ts';

export interface IdentitiesScannerOptions {
  readonly model: IdentitiesModel;
  readonly reading: IdentityReading;
  /** Place of the canonical identifier. */
  readonly keyIndex: number;
  readonly keys: readonly PersonColumn[];
}

const NO_PERSON = '(no identifier)';

/** Takes the rows of an identities model into the index. */
export class IdentitiesScanner {
  readonly withheld = new WithheldRows();
  private readonly options: IdentitiesScannerOptions;
  private readonly follower: NonNullable<ReturnType<IdentityReading['follow']>>;
  private readonly claims: PeopleClaims;
  private rows = 0;
  private faults = 0;
  private refreshed = 0;

  constructor(options: IdentitiesScannerOptions) {
    const { model, reading, keyIndex, keys } = options;
    this.options = options;
    this.follower = reading.followSource(model.name);
    this.claims = new PeopleClaims({ reading, follower: this.follower, keyIndex, keys });
  }

  async take(batch: RowBatch): Promise<void> {
    for (let row = 0; row < batch.length; row += 1) this.takeRow(batch, row);
  }

  endRows(): void {
    this.options.reading.addMoves(this.follower.finish());
  }

  finish(): { readonly plan: IdentitiesPlan; readonly samples: readonly [] } {
    const { rows, faults, refreshed } = this;
    return {
      samples: [],
      plan: {
        kind: 'identities',
        model: this.options.model.name,
        rows,
        unchanged: rows - faults - refreshed,
        refreshed,
        operations: 0,
        bytes: 0,
        faults,
        held: 0,
        withheld: this.withheld.counts(),
      },
    };
  }

  private takeRow(batch: RowBatch, row: number): void {
    const { keyIndex, reading, model } = this.options;
    const cell = batch.cells(row)[keyIndex];
    const person = personKey(cell, reading.canonical);
    this.rows += 1;
    if ('fault' in person) {
      this.faults += 1;
      this.withheld.addFaults(cell ?? NO_PERSON, [{ code: person.fault, column: model.keyColumn }]);
      return;
    }
    const before = this.follower.newClaimCount;
    this.claims.take(batch.raw(row), person.key === cell ? undefined : person.key);
    if (this.follower.newClaimCount > before) this.refreshed += 1;
  }
}
