import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { field } from '../../../test/support/fields.ts';
import type { Field, FieldType } from '../contract/contract.ts';
import { FAULT_CODES } from './fault.ts';
import { isTooLongForAttribute, shapeValue } from './shape-value.ts';

const shape = (type: FieldType, cell: string | null | undefined, more: Parameters<typeof field>[0] = {}) =>
  shapeValue(cell, field({ type, ...more }));

describe('shapeValue', () => {
  it.each<[FieldType, string, string]>([
    ['string', 'gold', '"gold"'],
    ['string', '', '""'],
    ['string', 'a "b"\n\\ 😀', '"a \\"b\\"\\n\\\\ 😀"'],
    ['integer', '18446744073709551615', '18446744073709551615'],
    ['integer', '-9223372036854775808', '-9223372036854775808'],
    ['integer', '007', '7'],
    ['integer', '-0', '0'],
    ['decimal', '12.50', '12.5'],
    ['decimal', '100.00', '100'],
    ['decimal', '0.00', '0'],
    ['decimal', '-0.50', '-0.5'],
    ['decimal', '-0.00', '0'],
    [
      'decimal',
      '12345678901234567890123456789012345.123456789012345678901234567890',
      '12345678901234567890123456789012345.12345678901234567890123456789',
    ],
    ['decimal', '1.5e-7', '1.5e-7'],
    ['decimal', '42', '42'],
    ['boolean', '1', 'true'],
    ['boolean', '0', 'false'],
    ['boolean', '\u0001', 'true'],
    ['boolean', '\u0000', 'false'],
    ['timestamp', '2026-11-23 10:00:00', '1795428000'],
    ['timestamp', '2026-11-23 10:00:00.999999', '1795428000'],
    ['date', '1984-02-29', '"1984-02-29"'],
    ['date', '2026-11-23 10:00:00', '"2026-11-23"'],
    ['string_list', '["tea", "coffee"]', '["tea","coffee"]'],
    ['string_list', '[]', '[]'],
    ['json', '{"id": 12345678901234567890,\n "a": [1.10]}', '{"id": 12345678901234567890,  "a": [1.10]}'],
    ['email', '  Mia@Example.COM ', '"mia@example.com"'],
    ['email', 'jose\u0301@example.com', '"josé@example.com"'],
  ])('writes a %s %j as %s', (type, cell, expected) => {
    expect(shape(type, cell).toString().replace(/\s\s/g, '  ')).toBe(expected);
  });

  it.each<[FieldType, string, string]>([
    ['integer', '1.5', 'not_an_integer'],
    ['integer', '', 'not_an_integer'],
    ['integer', '1e3', 'not_an_integer'],
    ['decimal', '12,50', 'not_a_number'],
    ['decimal', 'NaN', 'not_a_number'],
    ['decimal', '1e999', 'not_a_number'],
    ['boolean', '2', 'not_a_boolean'],
    ['boolean', 'Y', 'not_a_boolean'],
    ['boolean', '', 'not_a_boolean'],
    ['boolean', 'toString', 'not_a_boolean'],
    ['timestamp', '0000-00-00 00:00:00', 'time_zero'],
    ['timestamp', '2026-00-00 00:00:00', 'time_zero'],
    ['timestamp', '1970-01-01 00:00:00', 'time_too_early'],
    ['timestamp', '9999-12-31 23:59:59', 'time_too_late'],
    ['timestamp', '2026-11-23', 'time_without_clock'],
    ['timestamp', '1795428000', 'time_invalid'],
    ['timestamp', '', 'time_invalid'],
    ['date', '0000-00-00', 'time_zero'],
    ['date', '2026-02-30', 'time_invalid'],
    ['string_list', 'tea', 'not_a_list'],
    ['string_list', '[1]', 'not_a_list'],
    ['string_list', '{"a":1}', 'not_a_list'],
    ['json', '3', 'not_an_object'],
    ['json', 'null', 'not_an_object'],
    ['json', '{broken', 'not_an_object'],
    ['email', 'n/a', 'not_an_email'],
    ['email', 'a@b@c', 'not_an_email'],
    ['email', '', 'not_an_email'],
  ])('refuses a %s %j as %s', (type, cell, fault) => {
    expect(shape(type, cell)).toEqual({ fault });
    expect(FAULT_CODES).toHaveProperty(fault);
  });

  it('does with NULL what the field says', () => {
    expect(shape('string', null, { whenNull: 'keep' })).toBe('');
    expect(shape('string', null, { whenNull: 'clear' })).toBe('null');
    expect(shape('string', null, { whenNull: 'reject' })).toEqual({ fault: 'value_missing' });
    expect(shape('string', null, { whenNull: undefined })).toEqual({ fault: 'value_missing' });
  });

  it('refuses bytes that are not text', () => {
    expect(shape('string', undefined)).toEqual({ fault: 'not_text' });
  });

  it('holds to one_of, letter by letter', () => {
    const oneOf = ['none', 'gold'];
    expect(shape('string', 'gold', { oneOf })).toBe('"gold"');
    expect(shape('string', 'Gold', { oneOf })).toEqual({ fault: 'not_allowed' });
  });

  it('splits lists at the declared separator', () => {
    expect(shape('string_list', ' tea, coffee ,,x', { separator: ',' })).toBe('["tea","coffee","x"]');
    expect(shape('string_list', '', { separator: ',' })).toBe('[]');
  });

  it('converts times from the declared zone, and does as declared where one is not clear', () => {
    const london = (cell: string, ambiguous: Field['time']['ambiguous'] = 'reject') =>
      shape('timestamp', cell, { time: { timeZone: 'Europe/London', ambiguous } });
    expect(london('2011-07-01 12:00:00')).toBe(String(Date.parse('2011-07-01T11:00:00Z') / 1000));
    expect(london('2011-03-27 01:30:00')).toEqual({ fault: 'time_not_there' });
    expect(london('2011-10-30 01:30:00')).toEqual({ fault: 'time_ambiguous' });
    expect(london('2011-10-30 01:30:00', 'earlier')).toBe(String(Date.parse('2011-10-30T00:30:00Z') / 1000));
    expect(london('2011-10-30 01:30:00', 'later')).toBe(String(Date.parse('2011-10-30T01:30:00Z') / 1000));
  });

  it.each<[Field['time']['format'], string, string]>([
    ['unix_seconds', '1795428000', '1795428000'],
    ['unix_milliseconds', '1795428000999', '1795428000'],
    ['unix_microseconds', '1795428000999999', '1795428000'],
    ['unix_seconds', '1795428000.75', '1795428000'],
  ])('reads numbers as %s when that is declared', (format, cell, expected) => {
    expect(shape('timestamp', cell, { time: { format } })).toBe(expected);
  });

  it('never takes milliseconds for seconds', () => {
    expect(shape('timestamp', '1795428000999', { time: { format: 'unix_seconds' } })).toEqual({
      fault: 'time_too_late',
    });
    expect(shape('timestamp', '2026-11-23 10:00:00', { time: { format: 'unix_seconds' } })).toEqual({
      fault: 'time_invalid',
    });
  });

  it('gives valid JSON or a known fault, whatever the cell holds', () => {
    const types: FieldType[] = [
      'string',
      'email',
      'integer',
      'decimal',
      'boolean',
      'timestamp',
      'date',
      'string_list',
      'json',
    ];
    fc.assert(
      fc.property(
        fc.constantFrom(...types),
        fc.oneof(fc.string({ unit: 'binary' }), fc.json()),
        (type, cell) => {
          const shaped = shape(type, cell);
          if (typeof shaped === 'string') {
            expect(() => JSON.parse(shaped)).not.toThrow();
            // biome-ignore lint/suspicious/noControlCharactersInRegex: these part fragments in the state
            expect(shaped).not.toMatch(/[\u0000-\u001f]/);
          } else expect(FAULT_CODES).toHaveProperty(shaped.fault);
        },
      ),
      { numRuns: 2000 },
    );
  });
});

describe('isTooLongForAttribute', () => {
  it('counts bytes of the value, not characters and not quotes', () => {
    expect(isTooLongForAttribute(JSON.stringify('a'.repeat(1000)))).toBe(false);
    expect(isTooLongForAttribute(JSON.stringify('a'.repeat(1001)))).toBe(true);
    expect(isTooLongForAttribute(JSON.stringify('ä'.repeat(500)))).toBe(false);
    expect(isTooLongForAttribute(JSON.stringify('ä'.repeat(501)))).toBe(true);
    expect(isTooLongForAttribute(JSON.stringify('"'.repeat(1000)))).toBe(false);
    expect(isTooLongForAttribute('1'.repeat(1001))).toBe(true);
  });
});
