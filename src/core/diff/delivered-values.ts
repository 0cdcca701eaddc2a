import { type Fragment, KEEP } from '../shape/fragment.ts';

/** The values last delivered for one person: names and fragments in the same order; '' where none is known. */
export interface DeliveredValues {
  readonly names: readonly string[];
  readonly fragments: readonly Fragment[];
}

/** Control characters never stand in JSON text, so they part fragments and records without escaping. */
const FRAGMENT_SEPARATOR = '\u001f';
const RECORD_SEPARATOR = '\u001e';
export const FRAGMENT_SEPARATOR_BYTE = 0x1f;
export const RECORD_SEPARATOR_BYTE = 0x1e;

/** The fragments of one person as one text. */
export type DeliveredRecord = string;

export function joinFragments(fragments: readonly Fragment[]): DeliveredRecord {
  return fragments.join(FRAGMENT_SEPARATOR);
}

export function splitFragments(record: DeliveredRecord): readonly Fragment[] {
  return record.split(FRAGMENT_SEPARATOR);
}

/** How many people share a frame: small enough to unpack one for one person, large enough to compress well. */
export const RECORDS_PER_FRAME = 64;

/** Some people's delivered values as one text, to be compressed and stored as one piece. */
export function joinFrame(names: readonly string[], records: readonly DeliveredRecord[]): string {
  return [JSON.stringify(names), ...records].join(RECORD_SEPARATOR);
}

/** @throws when the text is not a frame, or has no such record: the state is damaged. */
export function readFromFrame(frame: string, index: number): DeliveredValues {
  const [header = '', ...records] = frame.split(RECORD_SEPARATOR);
  const record = records[index];
  if (record === undefined) throw new RangeError('no such record in the frame');
  const names = JSON.parse(header) as readonly string[];
  const fragments = splitFragments(record);
  if (fragments.length !== names.length) throw new RangeError('the record does not fit its frame');
  return { names, fragments };
}

/** What was delivered for the names given, in their order; '' for names that were never delivered. */
export function alignDelivered(values: DeliveredValues, names: readonly string[]): readonly Fragment[] {
  const isSame =
    values.names.length === names.length && values.names.every((name, index) => name === names[index]);
  if (isSame) return values.fragments;
  const byName = new Map(values.names.map((name, index) => [name, values.fragments[index] ?? KEEP]));
  return names.map((name) => byName.get(name) ?? KEEP);
}
