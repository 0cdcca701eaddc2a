/** What kind of values a column of a result holds, as far as Millrace must tell them apart. */
export type ColumnKind = 'timestamp' | 'datetime' | 'date' | 'number' | 'bit' | 'text' | 'other';

/** One column of a query's result, as the server describes it. */
export interface SourceColumn {
  readonly name: string;
  readonly kind: ColumnKind;
  /** False only when the server promises that there are no NULLs. */
  readonly isNullable: boolean;
}
