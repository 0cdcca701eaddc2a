import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contractOf } from '../../../test/support/contract-files.ts';
import type { PeopleModel } from '../contract/contract.ts';
import { newKeyWords, writeTextKeyWords } from '../diff/key-words.ts';
import type { RawCells } from '../shape/encode-person.ts';
import { AnswerReader } from './answer-reader.ts';
import { ConsentKeys } from './consent-key.ts';

const model = contractOf({
  models: {
    customers: [
      `kind: people
person: { id: customer_id }
attributes:
  email_consent: { type: boolean, role: consent(email), allow_opt_in: true, consent_at: { column: at, time_zone: Europe/Berlin } }
`,
    ],
  },
}).models[0] as PeopleModel;

const [consent] = model.consents;
if (consent?.answeredAt === undefined) throw new Error('no consent');
const reader = new AnswerReader({
  consent,
  answer: { field: consent.answer, index: 0 },
  answeredAt: { field: consent.answeredAt, index: 1 },
});

/** Cells as they lie in a network buffer: what stands before a NULL is still there. */
function cellsOf(...cells: readonly (string | Buffer | null)[]): RawCells {
  const buffers = cells.map((cell) => (cell === null ? Buffer.alloc(0) : Buffer.from(cell)));
  const starts = new Int32Array(cells.length);
  const ends = new Int32Array(cells.length);
  let at = 0;
  buffers.forEach((buffer, index) => {
    starts[index] = at;
    at += buffer.length;
    ends[index] = cells[index] === null ? -1 : at;
  });
  return { buffer: Buffer.concat(buffers), starts, ends };
}

const LATEST = Date.UTC(2026, 10, 23) / 1000;
const answer = (...cells: readonly (string | Buffer | null)[]) => reader.answer(cellsOf(...cells));

describe('the answer in a row', () => {
  it.each([
    ['1', 'in'],
    ['0', 'out'],
    ['true', 'in'],
    ['false', 'out'],
    [Buffer.from([1]), 'in'],
    [Buffer.from([0]), 'out'],
  ] as const)('%j is %s', (cell, expected) => {
    expect(answer(cell, null)).toBe(expected);
  });

  it('NULL is none, and no fault, whatever lies in its place', () => {
    expect(answer(null, '2026-07-01 12:00:00')).toBeUndefined();
    const cells = cellsOf('1', '0');
    cells.ends[0] = -1;
    expect(reader.answer(cells)).toBeUndefined();
  });

  it('nothing but a strict yes or no is an answer', () => {
    const strict = new Set(['0', '1', 'true', 'false', '\u0000', '\u0001']);
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 8 }), (text) => {
        fc.pre(!strict.has(text));
        expect(answer(text, null)).toEqual({ code: 'not_a_boolean', column: 'email_consent' });
      }),
    );
  });

  it('has the time of its column, by the zone declared', () => {
    const expected = Date.UTC(2026, 6, 1, 10) / 1000;
    expect(reader.answeredAt(cellsOf('1', '2026-07-01 12:00:00'), LATEST)).toBe(expected);
    expect(reader.answeredAt(cellsOf('1', '2026-07-01T12:00:00.5'), LATEST)).toBe(expected);
    const timeless = new AnswerReader({ ...reader.bound, answeredAt: undefined });
    expect(timeless.answeredAt(cellsOf('1', null), LATEST)).toBe(0);
  });

  it.each([
    [null, 'consent_time_missing'],
    ['0000-00-00 00:00:00', 'time_zero'],
    ['2026-07-01', 'time_without_clock'],
    ['2026-03-29 02:30:00', 'time_not_there'],
    ['2026-10-25 02:30:00', 'time_ambiguous'],
    ['1970-01-01 01:00:00', 'time_too_early'],
    ['2026-12-24 12:00:00', 'time_in_future'],
    [Buffer.from([0xff]), 'not_text'],
  ] as const)('a time of %j proves nothing: %s', (at, code) => {
    expect(reader.answeredAt(cellsOf('1', at), LATEST)).toEqual({ code, column: 'at' });
  });
});

describe('the key of an answer', () => {
  it('is that of its text, from bytes as from text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 }), (person) => {
        fc.pre(person.trim() !== '');
        const keys = new ConsentKeys('id', ['email', 'topic_3'], 7);
        const [fromBytes, fromText, expected] = [newKeyWords(), newKeyWords(), newKeyWords()];
        expect(keys.take(cellsOf('x', person), 1)).toBe(true);
        keys.write(1, fromBytes);
        keys.takeText(person);
        keys.write(1, fromText);
        writeTextKeyWords(`topic_3\u001f${person}`, 7, expected);
        expect(fromBytes).toEqual(expected);
        expect(fromText).toEqual(expected);
      }),
    );
  });

  it('takes e-mail addresses in their normal form, and nobody without an identifier', () => {
    const keys = new ConsentKeys('email', ['email'], 7);
    expect(keys.take(cellsOf(' Anna@X.Example'), 0)).toBe(true);
    expect(keys.personText()).toBe('anna@x.example');
    for (const cell of [null, '', ' ', 'nobody', 'x'.repeat(200)]) {
      expect(keys.take(cellsOf(cell), 0)).toBe(false);
    }
  });
});
