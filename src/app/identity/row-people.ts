import type { PeopleModel } from '../../core/contract/contract.ts';
import type { HoldCode } from '../../core/guard/hold.ts';
import { type PersonColumn, type Resolution, resolvePerson } from '../../core/identity/resolve-person.ts';
import type { Fault } from '../../core/shape/fault.ts';
import type { Cell } from '../../core/shape/shape-value.ts';
import type { IdentityReading } from './identity-reading.ts';

/** Whom a row of a people model describes, by which identifier; or why that can not be said. */
export type RowPerson =
  | { readonly kind: 'canonical' | 'guest'; readonly key: string }
  | { readonly kind: 'held'; readonly code: HoldCode }
  | { readonly kind: 'fault'; readonly fault: Fault };

/** Finds the people of rows that do not simply carry the canonical identifier. */
export class RowPeople {
  private readonly model: PeopleModel;
  private readonly reading: IdentityReading;
  private readonly columns: readonly PersonColumn[];

  constructor(model: PeopleModel, reading: IdentityReading, columns: readonly PersonColumn[]) {
    this.model = model;
    this.reading = reading;
    this.columns = columns;
  }

  of(cells: readonly Cell[]): RowPerson {
    const found = resolvePerson(cells, this.columns, this.reading);
    switch (found.outcome) {
      case 'person':
        return { kind: 'canonical', key: found.person };
      case 'several':
        return { kind: 'held', code: 'person_in_conflict' };
      case 'fault':
        return { kind: 'fault', fault: found.fault };
      case 'nobody':
        return this.stranger(found);
    }
  }

  /** Nobody has the keys of the row. */
  private stranger({ email }: Extract<Resolution, { readonly outcome: 'nobody' }>): RowPerson {
    const { guests, keyColumn, unresolved } = this.model;
    const column = this.columns[0]?.column;
    if (email !== undefined && guests !== undefined) {
      if (guests === 'by_email') return { kind: 'guest', key: email };
      if (guests === 'hold') return { kind: 'held', code: 'guest' };
      return { kind: 'fault', fault: { code: 'guest_refused', column } };
    }
    // A model that names the canonical identifier promises it in every row.
    if (keyColumn !== undefined)
      return { kind: 'fault', fault: { code: 'person_missing', column: keyColumn } };
    return unresolved === 'hold'
      ? { kind: 'held', code: 'person_unknown' }
      : { kind: 'fault', fault: { code: 'person_unresolved', column } };
  }
}
