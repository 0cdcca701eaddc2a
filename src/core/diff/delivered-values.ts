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
export const RECORDS_PER_FRAME = 32;

/** Some people's delivered values as one text, to be compressed and stored as one piece. */
export function joinFrame(names: readonly string[], records: readonly DeliveredRecord[]): string {
  return [JSON.stringify(names), ...records].join(RECORD_SEPARATOR);
}

/** @throws when the bytes are not a frame, or have no such record: the state is damaged. */
export function readFromFrame(frame: Buffer, index: number): DeliveredValues {
  let start = 0;
  let end = endOfRecord(frame, start);
  const names = JSON.parse(frame.toString('utf8', start, end)) as readonly string[];
  for (let passed = 0; passed <= index; passed += 1) {
    if (end === frame.length) throw new RangeError('no such record in the frame');
    start = end + 1;
    end = endOfRecord(frame, start);
  }
  const fragments = splitFragments(frame.toString('utf8', start, end));
  if (fragments.length !== names.length) throw new RangeError('the record does not fit its frame');
  return { names, fragments };
}

function endOfRecord(frame: Buffer, start: number): number {
  const end = frame.indexOf(RECORD_SEPARATOR_BYTE, start);
  return end < 0 ? frame.length : end;
}

/** What was delivered for the names given, in their order; '' for names that were never delivered. */
export function alignDelivered(values: DeliveredValues, names: readonly string[]): readonly Fragment[] {
  // What was delivered may have more behind them: the key.
  const isSame = names.every((name, index) => name === values.names[index]);
  if (isSame) return values.fragments.slice(0, names.length);
  const byName = new Map(values.names.map((name, index) => [name, values.fragments[index] ?? KEEP]));
  return names.map((name) => byName.get(name) ?? KEEP);
}
