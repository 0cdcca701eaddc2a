import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readFromFrame } from '../diff/delivered-values.ts';
import { ENTRY_WORDS } from '../diff/entry.ts';
import { newKeyWords, writeTextKeyWords } from '../diff/key-words.ts';
import { BatchBuilder } from './batch-builder.ts';
import { decodeBatch, encodeBatch } from './batch-codec.ts';
import { type OutgoingBatch, personLabels, pickItems } from './outgoing-batch.ts';

interface Person {
  readonly key: string;
  readonly item: string;
  readonly record: string;
  readonly isNew: boolean;
}

/** @returns false when the batch must be taken first. */
function addPerson(builder: BatchBuilder, person: Person): boolean {
  builder.open();
  builder.item.text(person.item);
  builder.label.text(JSON.stringify(person.key));
  builder.record.text(person.record);
  const key = newKeyWords();
  writeTextKeyWords(person.key, 0, key);
  return builder.close({ key, fingerprint: { high: 1, low: 2 }, isNew: person.isNew });
}

function batchOf(people: readonly Person[]): OutgoingBatch {
  const builder = new BatchBuilder('people', ['a']);
  for (const person of people) addPerson(builder, person);
  const batch = builder.take();
  if (batch === undefined) throw new Error('no batch');
  return batch;
}

const item = (text: string) => JSON.stringify({ text });
const person: fc.Arbitrary<Person> = fc
  .record({
    key: fc.string({ unit: 'grapheme' }),
    text: fc.string({ unit: 'grapheme' }),
    isNew: fc.boolean(),
  })
  .map(({ key, text, isNew }) => ({ key, item: item(text), record: JSON.stringify(text), isNew }));

describe('a batch', () => {
  it('comes out of its spool as it went in', () => {
    fc.assert(
      fc.property(fc.array(person, { minLength: 1, maxLength: 150 }), (people) => {
        const decoded = decodeBatch(encodeBatch(batchOf(people))) as OutgoingBatch;
        expect(JSON.parse(decoded.items.body().toString())).toEqual({
          batch: people.map((one) => JSON.parse(one.item)),
        });
        expect(personLabels(decoded)).toEqual(people.map((one) => one.key));
        expect([...decoded.isNew]).toEqual(people.map((one) => (one.isNew ? 1 : 0)));
        people.forEach((one, index) => {
          const frame = decoded.entries[index * ENTRY_WORDS + 6] ?? -1;
          const place = decoded.entries[index * ENTRY_WORDS + 7] ?? -1;
          const text = Buffer.from(decoded.frames[frame]?.text ?? []).toString();
          expect(readFromFrame(Buffer.from(text), place).fragments).toEqual([one.record]);
        });
      }),
    );
  });

  it('can lose items, and be divided, without the others noticing', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(person, fc.boolean()), { minLength: 1, maxLength: 60 }), (choices) => {
        const people = choices.map(([one]) => one);
        const batch = batchOf(people);
        const kept = choices.flatMap(([, isKept], index) => (isKept ? [index] : []));
        const picked = pickItems(batch, kept);
        const itemsOf = (body: Buffer) => (JSON.parse(body.toString()) as { batch: unknown[] }).batch;
        const parsed = people.map((one) => JSON.parse(one.item));
        expect(itemsOf(picked.items.body())).toEqual(kept.map((index) => parsed[index]));
        expect(personLabels(picked)).toEqual(kept.map((index) => people[index]?.key));
        const middle = people.length >> 1;
        expect(itemsOf(batch.items.slice(0, middle).body())).toEqual(parsed.slice(0, middle));
        expect(itemsOf(batch.items.slice(middle, people.length).body())).toEqual(parsed.slice(middle));
      }),
    );
  });

  it('is filled to the last byte that Customer.io takes, and never beyond', () => {
    const builder = new BatchBuilder('people', ['a']);
    const bodies: Buffer[] = [];
    for (let index = 0; index < 3000; index += 1) {
      const one = { key: `${index}`, item: item('ä'.repeat(index % 700)), record: '1', isNew: true };
      if (addPerson(builder, one)) continue;
      bodies.push(builder.take()?.items.body() ?? Buffer.alloc(0));
      addPerson(builder, one);
    }
    expect(bodies.length).toBeGreaterThan(3);
    for (const body of bodies) {
      expect(body.length).toBeLessThanOrEqual(500_000);
      expect(body.length).toBeGreaterThan(498_000);
    }
  });

  it('forgets an item that was taken back', () => {
    const builder = new BatchBuilder('people', ['a']);
    addPerson(builder, { key: '1', item: item('a'), record: '1', isNew: true });
    builder.open();
    builder.item.text('half of an it');
    builder.label.text('"2');
    builder.record.text('2');
    builder.revert();
    addPerson(builder, { key: '3', item: item('c'), record: '3', isNew: true });
    const batch = builder.take();
    expect(JSON.parse(batch?.items.body().toString() ?? '')).toEqual({
      batch: [{ text: 'a' }, { text: 'c' }],
    });
    expect(batch && personLabels(batch)).toEqual(['1', '3']);
    expect(readFromFrame(Buffer.from(batch?.frames[0]?.text ?? []), 1).fragments).toEqual(['3']);
  });

  it('that was damaged is not read', () => {
    const bytes = encodeBatch(batchOf([{ key: '1', item: item('a'), record: '1', isNew: true }]));
    expect(() => decodeBatch(bytes.subarray(0, bytes.length - 3))).toThrow();
  });
});
