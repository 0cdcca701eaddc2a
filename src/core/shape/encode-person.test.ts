import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { field } from '../../../test/support/fields.ts';
import type { Field, FieldType } from '../contract/contract.ts';
import { personItemWriter } from '../customerio/item.ts';
import { ITEM_BYTES_MAX } from '../customerio/limits.ts';
import { joinFragments } from '../diff/delivered-values.ts';
import { personKey } from '../identity/person-key.ts';
import { ByteWriter } from './byte-writer.ts';
import { PersonEncoder, type RawCells } from './encode-person.ts';
import { shapePerson } from './shape-row.ts';

/** Cells one behind the other, with bytes around them that do not belong to the row. */
function rawCells(cells: readonly (string | null)[]): RawCells {
  const parts = cells.map((cell) => Buffer.from(cell ?? '', 'utf8'));
  const starts = new Int32Array(cells.length);
  const ends = new Int32Array(cells.length);
  let at = 2;
  parts.forEach((part, index) => {
    starts[index] = at;
    at += part.length;
    ends[index] = cells[index] === null ? -1 : at;
  });
  return { buffer: Buffer.concat([Buffer.from('9"'), ...parts, Buffer.from('7\\')]), starts, ends };
}

const ZONES = ['UTC', 'Europe/London', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe'];

const digits = (max: number) => fc.stringMatching(new RegExp(`^-?[0-9]{1,${max}}$`));

/** Values as MySQL writes them, and values that it should not. */
const cellOf: Readonly<Record<FieldType, fc.Arbitrary<string>>> = {
  string: fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.string(),
    fc.constantFrom('gold', 'none', '', '"', '\\', 'a'.repeat(1001)),
  ),
  email: fc.oneof(
    fc.emailAddress(),
    fc.string(),
    fc.constantFrom(' A@B.de', 'a@b', '@', 'a@', 'a@b@c', 'Ä@x.de'),
  ),
  integer: fc.oneof(digits(22), fc.string(), fc.constantFrom('0', '-0', '007', '-', '', '1.0')),
  decimal: fc.oneof(
    fc.stringMatching(/^-?[0-9]{1,20}\.[0-9]{0,30}$/),
    digits(20),
    fc.constantFrom('0.00', '-0.00', '-0.50', '00.5', '.5', '5.', '1e20', '1.5e-7', '-', ''),
  ),
  boolean: fc.constantFrom('0', '1', '2', '\u0000', '\u0001', '\u0002', 'true', 'false', '', '10', 'a', 'q'),
  timestamp: fc.oneof(
    fc
      .date({ min: new Date('1969-01-01'), max: new Date('2101-01-01'), noInvalidDate: true })
      .map((date) => date.toISOString().slice(0, 19).replace('T', ' ')),
    fc.stringMatching(/^(19|20)\d\d-[01]\d-[0-3]\d [0-2]\d:[0-6]\d:[0-6]\d(\.\d{1,6})?$/),
    fc.constantFrom(
      '0000-00-00 00:00:00',
      '2026-00-10 00:00:00',
      '2024-02-29 12:00:00',
      '2023-02-29 12:00:00',
      '2026-03-29 01:30:00',
      '2026-10-25 01:30:00',
      '2026-11-23',
      '2026-11-23T10:00:00',
      '2026-11-23 10:00:00.',
      '2026-11-23 10:00:00.1234567890',
      'soon',
    ),
  ),
  date: fc.constantFrom('2026-11-23', '0000-00-00', '2026-02-30', '2026-11-23 10:00:00', ''),
  string_list: fc.constantFrom('[]', '["a","b"]', '[1]', 'a, b,,c', '', '{}'),
  phone: fc.constantFrom(
    '+4930123456',
    '+0301234567',
    '+49 30 123456',
    '030 123456',
    '+1234567',
    '+12345678901234567',
    '',
  ),
  json: fc.constantFrom('{}', '[]', '{"a": 12345678901234567890}', '3', 'x'),
};

const fieldArbitrary: fc.Arbitrary<Field> = fc
  .record({
    type: fc.constantFrom<FieldType>(
      'string',
      'email',
      'phone',
      'integer',
      'decimal',
      'boolean',
      'timestamp',
      'date',
      'string_list',
      'json',
    ),
    whenNull: fc.constantFrom('keep', 'clear', 'reject', undefined),
    oneOf: fc.option(fc.constant(['gold', 'none', '"']), { nil: undefined }),
    separator: fc.option(fc.constant(','), { nil: undefined }),
    timeZone: fc.constantFrom(...ZONES),
    ambiguous: fc.constantFrom('reject', 'earlier', 'later'),
  })
  .map(({ timeZone, ambiguous, oneOf, ...rest }) =>
    field({ ...rest, oneOf: rest.type === 'string' ? oneOf : undefined, time: { timeZone, ambiguous } }),
  );

const rowArbitrary = fc.array(fieldArbitrary, { minLength: 1, maxLength: 6 }).chain((fields) =>
  fc.record({
    fields: fc.constant(fields.map((one, index) => ({ ...one, name: `attribute ${index} "ü"` }))),
    key: fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.stringMatching(/^[0-9]{1,12}$/),
      fc.stringMatching(/^[a-z]{1,5}@[a-z]{1,5}\.de$/),
      fc.constantFrom('', ' ', ' 7', 'x"y'),
    ),
    cells: fc.tuple(...fields.map(({ type }) => fc.option(cellOf[type], { nil: null, freq: 8 }))),
  }),
);

/** Encodes into writers that hold something already. */
function encoded(encoder: PersonEncoder, cells: RawCells) {
  const writers = { item: new ByteWriter(1), record: new ByteWriter(1), label: new ByteWriter(1) };
  for (const writer of Object.values(writers)) writer.text('before');
  const isEncoded = encoder.encode(cells, writers);
  const text = (writer: ByteWriter) => writer.view().toString().slice('before'.length);
  return { isEncoded, item: text(writers.item), record: text(writers.record), label: text(writers.label) };
}

const RUNS = Number(process.env['MILLRACE_TEST_RUNS'] ?? 100);
const TIMEOUT_MS = 60_000 + RUNS * 20;

describe('PersonEncoder', () => {
  it.each(['id', 'email'] as const)(
    'does the same as shaping and writing one after the other (canonical %s)',
    (canonical) => {
      let encodedRows = 0;
      fc.assert(
        fc.property(rowArbitrary, ({ fields, key, cells }) => {
          const bound = fields.map((one, index) => ({ field: one, index: index + 1 }));
          const encoder = new PersonEncoder(canonical, 0, bound);
          const { isEncoded, item, record, label } = encoded(encoder, rawCells([key, ...cells]));
          if (!isEncoded) return;
          encodedRows += 1;
          const person = personKey(key, canonical);
          const shaped = shapePerson([key, ...cells], bound);
          expect(person).toEqual({ key });
          expect(shaped.faults).toEqual([]);
          const fragments = shaped.fragments ?? [];
          expect(record).toBe(joinFragments(fragments));
          expect(item).toBe(personItemWriter(canonical, fields)(key, fragments, undefined));
          expect(label).toBe(JSON.stringify(key));
          expect([...encoder.isSent]).toEqual(fragments.map((fragment) => (fragment === '' ? 0 : 1)));
          expect(() => JSON.parse(item)).not.toThrow();
        }),
        { numRuns: RUNS },
      );
      expect(encodedRows).toBeGreaterThan(0);
    },
    TIMEOUT_MS,
  );

  it(
    'leaves everything with a fault to the general way, which names it',
    () => {
      fc.assert(
        fc.property(rowArbitrary, ({ fields, key, cells }) => {
          const bound = fields.map((one, index) => ({ field: one, index: index + 1 }));
          const isFaulty =
            'fault' in personKey(key, 'id') || shapePerson([key, ...cells], bound).faults.length > 0;
          if (isFaulty)
            expect(encoded(new PersonEncoder('id', 0, bound), rawCells([key, ...cells])).isEncoded).toBe(
              false,
            );
        }),
        { numRuns: RUNS },
      );
    },
    TIMEOUT_MS,
  );

  it('takes the ordinary row of a shop', () => {
    const fields = [
      field({ name: 'email', type: 'email' }),
      field({ name: 'orders', type: 'integer' }),
      field({ name: 'value', type: 'decimal' }),
      field({ name: 'last_order_at', type: 'timestamp', whenNull: 'clear' }),
      field({ name: 'nickname', type: 'string', whenNull: 'keep' }),
    ];
    const encoder = new PersonEncoder(
      'id',
      0,
      fields.map((one, index) => ({ field: one, index: index + 1 })),
    );
    const { isEncoded, item } = encoded(
      encoder,
      rawCells(['17', 'a@b.de', '3', '12.50', '2026-11-23 10:00:00', null]),
    );
    expect(isEncoded).toBe(true);
    expect(JSON.parse(item)).toEqual({
      type: 'person',
      action: 'identify',
      identifiers: { id: '17' },
      attributes: { email: 'a@b.de', orders: 3, value: 12.5, last_order_at: 1795428000 },
    });
  });

  it('leaves an item that is too large to the general way', () => {
    const fields = Array.from({ length: 40 }, (_, index) => field({ name: `a${index}`, type: 'string' }));
    const encoder = new PersonEncoder(
      'id',
      0,
      fields.map((one, index) => ({ field: one, index: index + 1 })),
    );
    const rowOf = (length: number) => rawCells(['1', ...fields.map(() => 'x'.repeat(length))]);
    expect(encoded(encoder, rowOf(1000)).isEncoded).toBe(false);
    const fitting = encoded(encoder, rowOf(700));
    expect(fitting.isEncoded).toBe(true);
    expect(fitting.item.length).toBeLessThanOrEqual(ITEM_BYTES_MAX);
  });
});
