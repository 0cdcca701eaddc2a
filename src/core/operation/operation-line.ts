import { joinFragments, splitFragments } from '../diff/delivered-values.ts';
import type { Fingerprint } from '../diff/entry.ts';
import type { EventOperation, Operation, PersonOperation, RefreshOperation } from './operation.ts';

/** Parts the fields of a line; it never stands in JSON text, and keys are written as JSON. */
const FIELD_SEPARATOR = '\u001d';

/** Writes an operation as one line of text, without the line's end. */
export function writeOperationLine(operation: Operation): string {
  return fieldsOf(operation).join(FIELD_SEPARATOR);
}

function fieldsOf(operation: Operation): readonly (string | number)[] {
  switch (operation.kind) {
    case 'person':
      return [
        operation.isNew ? 'N' : 'P',
        JSON.stringify(operation.key),
        ...words(operation.fingerprint),
        operation.changed.join(','),
        joinFragments(operation.fragments),
      ];
    case 'refresh':
      return ['R', JSON.stringify(operation.key), ...words(operation.fingerprint)];
    case 'event':
      return [
        'E',
        JSON.stringify(operation.key),
        ...words(operation.content),
        operation.rowHash,
        operation.id,
        JSON.stringify(operation.person),
        operation.occurredAt,
        operation.properties,
      ];
  }
}

/** @throws when the line was not written by `writeOperationLine`. */
export function readOperationLine(line: string): Operation {
  const fields = line.split(FIELD_SEPARATOR);
  switch (fields[0]) {
    case 'N':
    case 'P':
      return readPerson(fields);
    case 'R':
      return readRefresh(fields);
    case 'E':
      return readEvent(fields);
    default:
      throw new RangeError('not an operation');
  }
}

function readPerson(fields: readonly string[]): PersonOperation {
  const [tag, key = '', high, low, changed = '', record = ''] = fields;
  return {
    kind: 'person',
    key: readText(key),
    isNew: tag === 'N',
    changed: changed === '' ? [] : changed.split(',').map(Number),
    fragments: splitFragments(record),
    fingerprint: readWords(high, low),
  };
}

function readRefresh([, key = '', high, low]: readonly string[]): RefreshOperation {
  return { kind: 'refresh', key: readText(key), fingerprint: readWords(high, low) };
}

function readEvent(fields: readonly string[]): EventOperation {
  const [, key = '', high, low, rowHash, id = '', person = '', occurredAt, properties = '{}'] = fields;
  return {
    kind: 'event',
    key: readText(key),
    id,
    person: readText(person),
    occurredAt: Number(occurredAt),
    properties,
    content: readWords(high, low),
    rowHash: Number(rowHash),
  };
}

function words(fingerprint: Fingerprint): readonly number[] {
  return [fingerprint.high, fingerprint.low];
}

function readWords(high: string | undefined, low: string | undefined): Fingerprint {
  return { high: Number(high), low: Number(low) };
}

function readText(json: string): string {
  return JSON.parse(json) as string;
}
