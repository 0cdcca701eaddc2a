import type { BoundConsent } from '../../core/consent/answer-reader.ts';
import type { Field, PeopleModel } from '../../core/contract/contract.ts';
import type { SourceColumn } from '../../core/contract/source-column.ts';
import type { BoundField } from '../../core/shape/shape-row.ts';
import { NOT_AFTER } from '../../core/time/time-limits.ts';
import { bindFields, type ColumnIndex } from '../bind-fields.ts';

/** The consents of a model, with the places of their columns in a result. */
export function bindConsents(
  model: PeopleModel,
  described: readonly SourceColumn[],
  columns: ColumnIndex,
): readonly BoundConsent[] {
  const bind = (field: Field): BoundField => {
    // Whether an answer comes from the future is judged with the answer.
    const [bound] = bindFields([field], described, columns, { latest: NOT_AFTER });
    return bound ?? { field, index: columns.indexOf(field.column) };
  };
  return model.consents.map((consent) => ({
    consent,
    answer: bind(consent.answer),
    answeredAt: consent.answeredAt && bind(consent.answeredAt),
  }));
}
