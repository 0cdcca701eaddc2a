import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newKeyWords, writeTextKeyWords } from '../diff/key-words.ts';
import { BatchBuilder } from './batch-builder.ts';
import { decodeBatch, encodeBatch } from './batch-codec.ts';
import { occurredAtOf, personWord, personWordOf } from './moments.ts';
import { eventLabels, type OutgoingBatch } from './outgoing-batch.ts';
import { sortEvents } from './sort-events.ts';

interface TestEvent {
  readonly key: string;
  readonly person: string;
  readonly occurredAt: number;
  readonly isNew: boolean;
}

const event: fc.Arbitrary<TestEvent> = fc.record({
  key: fc.string({ unit: 'grapheme' }),
  person: fc.constantFrom('a', 'b', 'ü'),
  occurredAt: fc.integer({ min: 1_000_000_000, max: 1_000_000_009 }),
  isNew: fc.boolean(),
});

function batchOf(events: readonly TestEvent[]): OutgoingBatch {
  const builder = new BatchBuilder('events', []);
  for (const { key, person, occurredAt, isNew } of events) {
    builder.open();
    builder.item.text(JSON.stringify({ key }));
    builder.label.text(JSON.stringify([key, person, occurredAt]));
    const words = newKeyWords();
    writeTextKeyWords(key, 0, words);
    const moment = { occurredAt, personWord: personWord(person) };
    builder.close({ key: words, fingerprint: { high: 1, low: 2 }, isNew, moment });
  }
  const batch = builder.take();
  if (batch === undefined) throw new Error('no batch');
  return batch;
}

/** What a batch says of each of its events, by all of its parts. */
function eventsIn(batch: OutgoingBatch): readonly unknown[] {
  const items = (JSON.parse(batch.items.body().toString()) as { batch: { key: string }[] }).batch;
  const labels = eventLabels(batch);
  return items.map(({ key }, index) => ({
    item: key,
    label: labels[index],
    at: occurredAtOf(batch.moments, index),
    person: personWordOf(batch.moments, index),
    isNew: batch.isNew[index] === 1,
    entry: [...batch.entries.subarray(index * 8, index * 8 + 4)],
  }));
}

const described = (events: readonly TestEvent[]) =>
  events.map(({ key, person, occurredAt, isNew }) => {
    const words = newKeyWords();
    writeTextKeyWords(key, 0, words);
    const label = [key, person, occurredAt];
    return { item: key, label, at: occurredAt, person: personWord(person), isNew, entry: [...words] };
  });

describe('sortEvents', () => {
  it('brings the events of several batches into order of time, each with all that belongs to it', () => {
    fc.assert(
      fc.property(fc.array(fc.array(event, { minLength: 1, maxLength: 8 }), { maxLength: 6 }), (batches) => {
        const sorted = [...sortEvents(batches.map(batchOf))];
        const expected = batches.flat().toSorted((a, b) => a.occurredAt - b.occurredAt);
        expect(sorted.flatMap(eventsIn)).toEqual(described(expected));
      }),
    );
  });

  it('fills batches only as far as Customer.io takes them', () => {
    const events = Array.from({ length: 60 }, (_, index) => ({
      key: `${'x'.repeat(20_000)}${index}`,
      person: 'a',
      occurredAt: 2_000_000_000 - index,
      isNew: true,
    }));
    const batches = Array.from({ length: 6 }, (_, part) => batchOf(events.slice(part * 10, part * 10 + 10)));
    const sizes = [...sortEvents(batches)].map((batch) => batch.items.body().length);
    expect(sizes).toHaveLength(3);
    for (const size of sizes) expect(size).toBeLessThanOrEqual(500_000);
  });

  it('makes batches that come out of a spool as they went in', () => {
    fc.assert(
      fc.property(fc.array(event, { minLength: 1, maxLength: 8 }), fc.nat(), (events, run) => {
        const decoded = decodeBatch(encodeBatch({ ...batchOf(events), run })) as OutgoingBatch;
        expect(decoded.run).toBe(run);
        expect(eventsIn(decoded)).toEqual(described(events));
      }),
    );
  });
});
