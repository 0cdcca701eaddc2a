import { ENTRY_WORDS } from '../diff/entry.ts';
import type { ItemBatch } from './item-batch.ts';
import { pickMoments } from './moments.ts';

/** What a person's item stands for: the value of the canonical identifier. */
export type PersonLabel = string;

/** What an event's item stands for: natural key, person, when it happened (unix seconds), and how it goes. */
export type EventLabel = readonly [key: string, person: string, occurredAt: number, flags: number];

/** What a thing's item, or its removal, stands for: its key as it is shown, and the person, if it has one. */
export type ThingLabel = readonly [key: string, person: string | null];

/** The event waited for its person, and may go until `hold_for` has passed. */
export const HAS_WAITED = 1;
/** No model has delivered the person: Customer.io is asked first. */
export const IS_STRANGER = 2;

/**
 * A request to be, with everything that is recorded when it is accepted. It is made while MySQL is read,
 * lies in a spool, and is sent as it is: sending costs no work for each row.
 */
export interface OutgoingBatch {
  readonly kind: 'people' | 'events' | 'things' | 'removals';
  readonly items: ItemBatch;
  /** One entry an item. For people and things, the reference is a frame of this batch and the place in it. */
  readonly entries: Uint32Array;
  /** 1 for items whose key had no entry before. */
  readonly isNew: Uint8Array;
  /** For people and things: delivered values, see core/diff/delivered-values.ts. UTF-8 text. */
  readonly frames: readonly Frame[];
  /** JSON of an array of labels, read only when some items need a closer look. */
  readonly labels: Uint8Array;
  /** For events: `MOMENT_WORDS` an item, see moments.ts. */
  readonly moments: Uint32Array;
  /** For events: batches of one run that follow each other are in order of time. */
  readonly run: number;
}

export interface Frame {
  readonly recordCount: number;
  readonly text: Uint8Array;
}

/** Entries whose rows changed without changing anything that is sent: only the state has to learn them. */
export interface RefreshBatch {
  readonly kind: 'refresh';
  /** The table that they belong to, when it is not the model's own. */
  readonly table?: string | undefined;
  /** How many keys the table gains; fewer than none when entries are void. */
  readonly newKeys?: number | undefined;
  readonly entries: Uint32Array;
}

export function personLabels(batch: OutgoingBatch): readonly PersonLabel[] {
  return readLabels(batch) as readonly PersonLabel[];
}

export function eventLabels(batch: OutgoingBatch): readonly EventLabel[] {
  return readLabels(batch) as readonly EventLabel[];
}

export function thingLabels(batch: OutgoingBatch): readonly ThingLabel[] {
  return readLabels(batch) as readonly ThingLabel[];
}

export function readLabels(batch: OutgoingBatch): readonly unknown[] {
  return JSON.parse(Buffer.from(batch.labels).toString('utf8')) as readonly unknown[];
}

/** Key of each item, as it is shown beside faults and rejects. */
export function labelKeys(batch: OutgoingBatch): readonly string[] {
  switch (batch.kind) {
    case 'people':
      return personLabels(batch);
    case 'events':
      return eventLabels(batch).map(([key]) => key);
    case 'things':
    case 'removals':
      return thingLabels(batch).map(([key]) => key);
  }
}

/** The batch with only the items at these indexes, in this order. Frames stay whole. */
export function pickItems(batch: OutgoingBatch, indexes: readonly number[]): OutgoingBatch {
  const labels = readLabels(batch);
  return {
    ...batch,
    items: batch.items.pick(indexes),
    entries: pickEntries(batch.entries, indexes),
    isNew: Uint8Array.from(indexes, (index) => batch.isNew[index] ?? 0),
    labels: Buffer.from(JSON.stringify(indexes.map((index) => labels[index])), 'utf8'),
    moments: pickMoments(batch.moments, indexes),
  };
}

export function pickEntries(entries: Uint32Array, indexes: readonly number[]): Uint32Array {
  const picked = new Uint32Array(indexes.length * ENTRY_WORDS);
  indexes.forEach((index, place) => {
    picked.set(entries.subarray(index * ENTRY_WORDS, (index + 1) * ENTRY_WORDS), place * ENTRY_WORDS);
  });
  return picked;
}
