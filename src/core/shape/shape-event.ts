import type { EventModel } from '../contract/contract.ts';
import type { Fingerprint } from '../diff/entry.ts';
import { murmur3 } from '../diff/murmur3.ts';
import { formatLocal } from '../time/datetime-text.ts';
import type { Fault } from './fault.ts';
import { type Fragment, KEEP } from './fragment.ts';
import { type BoundField, shapeProperties } from './shape-row.ts';
import { shapeTime } from './shape-time.ts';
import type { Cell } from './shape-value.ts';

/** Where the parts of an event stand in a row. */
export interface EventColumns {
  readonly eventId: readonly number[];
  readonly occurredAt: BoundField;
  readonly properties: readonly BoundField[];
}

/** The natural key of a row; undefined parts are NULL or not text. */
export type EventKey = { readonly parts: readonly string[] } | { readonly faults: readonly Fault[] };

export function eventKey(cells: readonly Cell[], model: EventModel, columns: EventColumns): EventKey {
  const faults: Fault[] = [];
  const parts = columns.eventId.map((index, position) => {
    const cell = cells[index];
    const column = model.eventIdColumns[position];
    if (cell === null) faults.push({ code: 'event_id_missing', column });
    if (cell === undefined) faults.push({ code: 'not_text', column });
    return cell ?? '';
  });
  return faults.length > 0 ? { faults } : { parts };
}

/**
 * The key with the window of a throttle at its end, so that all events of one window have one id.
 * Windows are counted from 1970, the same on every machine.
 */
export function throttledKey(
  parts: readonly string[],
  throttleSeconds: number | undefined,
  occurredAt: number,
): readonly string[] {
  if (throttleSeconds === undefined) return parts;
  return [...parts, formatLocal(Math.floor(occurredAt / throttleSeconds) * throttleSeconds)];
}

/** How a key is shown and stored beside faults. */
export function eventKeyText(cells: readonly Cell[], columns: Pick<EventColumns, 'eventId'>): string {
  return columns.eventId.map((index) => cells[index] ?? '?').join('|');
}

/** When it happened, in unix seconds, or why that is not proven. */
export function eventTime(
  cells: readonly Cell[],
  occurredAt: BoundField,
): { readonly unixSeconds: number } | { readonly faults: readonly Fault[] } {
  const { field, index } = occurredAt;
  const cell = cells[index];
  if (cell === null || cell === undefined) {
    return { faults: [{ code: cell === null ? 'value_missing' : 'not_text', column: field.column }] };
  }
  const time = shapeTime(cell, field.time);
  return 'fault' in time ? { faults: [{ code: time.fault, column: field.column }] } : time;
}

/** What is sent of an event: whose it is, and what it carries. */
export interface EventBody {
  readonly person: string;
  /** JSON text of the properties. */
  readonly properties: string;
}

/** The properties of an event as JSON text, or everything that is wrong with them. */
export function eventProperties(
  cells: readonly Cell[],
  options: {
    readonly model: EventModel;
    readonly columns: EventColumns;
    readonly occurredAt: number;
    readonly keyParts: readonly string[];
  },
): { readonly properties: string } | { readonly faults: readonly Fault[] } {
  const { model, columns } = options;
  const shaped = shapeProperties(cells, columns.properties);
  if (shaped.fragments === undefined) return { faults: shaped.faults };
  const properties = impliedProperties(model, options.occurredAt, options.keyParts);
  columns.properties.forEach(({ field }, position) => {
    const fragment = shaped.fragments[position] ?? KEEP;
    if (fragment !== KEEP) properties.set(field.name, fragment);
  });
  return { properties: objectText(properties) };
}

/** Every event carries its time and its natural key, so that campaigns can filter on them. */
function impliedProperties(
  model: EventModel,
  occurredAt: number,
  keyParts: readonly string[],
): Map<string, Fragment> {
  const keys = model.eventIdColumns.map((column, index): [string, Fragment] => [
    column,
    JSON.stringify(keyParts[index] ?? ''),
  ]);
  return new Map([...keys, ['occurred_at', String(occurredAt)]]);
}

function objectText(properties: ReadonlyMap<string, Fragment>): string {
  const pairs = [...properties].map(([name, fragment]) => `${JSON.stringify(name)}:${fragment}`);
  return `{${pairs.join(',')}}`;
}

/** 64 bits over what is sent of an event. */
export function contentFingerprint(occurredAt: number, body: EventBody): Fingerprint {
  const bytes = Buffer.from(`${occurredAt} ${body.person} ${body.properties}`, 'utf8');
  const words = new Uint32Array(4);
  murmur3(bytes, 0, bytes.length, 0, words);
  return { high: words[0] ?? 0, low: words[1] ?? 0 };
}
