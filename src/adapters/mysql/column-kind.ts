import type { ColumnKind, SourceColumn } from '../../core/contract/source-column.ts';

/** The parts of mysql2's column definition that are used. */
export interface ColumnDefinition {
  readonly name: string;
  readonly columnType?: number | undefined;
  readonly flags: number | readonly string[];
}

/** Column types of the protocol. Source: MySQL client/server protocol, column definition. */
const KINDS: ReadonlyMap<number, ColumnKind> = new Map([
  [0x00, 'number'], // DECIMAL
  [0x01, 'number'], // TINY
  [0x02, 'number'], // SHORT
  [0x03, 'number'], // LONG
  [0x04, 'number'], // FLOAT
  [0x05, 'number'], // DOUBLE
  [0x07, 'timestamp'],
  [0x08, 'number'], // LONGLONG
  [0x09, 'number'], // INT24
  [0x0a, 'date'],
  [0x0c, 'datetime'],
  [0x0d, 'number'], // YEAR
  [0x0e, 'date'], // NEWDATE
  [0x0f, 'text'], // VARCHAR
  [0x10, 'bit'],
  [0xf5, 'text'], // JSON
  [0xf6, 'number'], // NEWDECIMAL
  [0xf9, 'text'], // TINY_BLOB
  [0xfa, 'text'], // MEDIUM_BLOB
  [0xfb, 'text'], // LONG_BLOB
  [0xfc, 'text'], // BLOB
  [0xfd, 'text'], // VAR_STRING
  [0xfe, 'text'], // STRING
]);

const NOT_NULL_FLAG = 1;

export function toSourceColumn(definition: ColumnDefinition): SourceColumn {
  return {
    name: definition.name,
    kind: KINDS.get(definition.columnType ?? -1) ?? 'other',
    isNullable: (Number(definition.flags) & NOT_NULL_FLAG) === 0,
  };
}
