import type { JsonObject } from '../json/json-value.ts';
import type { ImportRequest } from '../state/import-list.ts';

/** A row of a file by column; empty cells are left out. */
export type Row = ReadonlyMap<string, string>;

const DIGITS = /^\d{1,15}$/;

/** The columns that an import cannot do without. */
export function requiredColumns(request: ImportRequest): readonly string[] {
  const person = request.identifier === undefined ? [] : [request.identifier];
  switch (request.type) {
    case 'people':
      return person;
    case 'event':
      return [...person, 'name'];
    case 'object':
      return ['object_id'];
    case 'relationship':
      return [...person, 'object_type_id', 'object_id'];
  }
}

/** A row as the item of a batch that would do the same; the item's checks are the row's. */
export function rowItem(row: Row, request: ImportRequest): JsonObject {
  const rest = (...taken: readonly string[]) => restOf(row, taken);
  const { identifier = '' } = request;
  switch (request.type) {
    case 'people':
      return {
        type: 'person',
        action: 'identify',
        identifiers: cells(row, identifier),
        attributes: rest(identifier),
      };
    case 'event':
      return {
        type: 'person',
        action: 'event',
        identifiers: cells(row, identifier),
        ...cells(row, 'name'),
        ...timestampOf(row),
        attributes: rest(identifier, 'name', 'timestamp'),
      };
    case 'object':
      return {
        type: 'object',
        action: 'identify',
        identifiers: { object_type_id: request.objectTypeId ?? '', ...cells(row, 'object_id') },
        attributes: rest('object_id'),
      };
    case 'relationship':
      return {
        type: 'object',
        action: 'add_relationships',
        identifiers: cells(row, 'object_type_id', 'object_id'),
        cio_relationships: [
          {
            identifiers: cells(row, identifier),
            relationship_attributes: rest(identifier, 'object_type_id', 'object_id'),
          },
        ],
      };
  }
}

function cells(row: Row, ...columns: readonly string[]): JsonObject {
  return Object.fromEntries([...row].filter(([column]) => columns.includes(column)));
}

function restOf(row: Row, taken: readonly string[]): JsonObject {
  return Object.fromEntries([...row].filter(([column]) => !taken.includes(column)));
}

/** Unix seconds as a number; anything else is left for the check to refuse. */
function timestampOf(row: Row): JsonObject {
  const text = row.get('timestamp');
  if (text === undefined) return {};
  return { timestamp: DIGITS.test(text) ? Number(text) : text };
}
