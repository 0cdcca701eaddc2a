import fc from 'fast-check';
import { expect, test } from 'vitest';
import { csvLine } from './csv-text.ts';
import { CsvError, parseCsv } from './parse-csv.ts';

const rows = (text: string) => [...parseCsv(text)];

test.each([
  [
    'id,name\n1,Anna\n',
    [
      ['id', 'name'],
      ['1', 'Anna'],
    ],
  ],
  [
    '\ufeffid,name\r\n1,\r\n',
    [
      ['id', 'name'],
      ['1', ''],
    ],
  ],
  ['a,b', [['a', 'b']]],
  ['a\n\n\r\nb\n', [['a'], ['b']]],
  [
    '"a,""b""","c\nd"\n"",x',
    [
      ['a,"b"', 'c\nd'],
      ['', 'x'],
    ],
  ],
  ['', []],
])('%j is read', (text, expected) => {
  expect(rows(text)).toEqual(expected);
});

test.each(['a,b"c', '"a', '"a"b', 'x\n"a\n\n"b'])('%j is no CSV, and it is said where', (text) => {
  expect(() => rows(text)).toThrow(CsvError);
  expect(() => rows(text)).toThrow(/^line \d+: /);
});

test('what is written is read again', () => {
  const cell = fc.oneof(fc.string(), fc.stringMatching(/^[",\r\n a]{0,6}$/));
  // A single empty cell is an empty line, which is left out.
  const row = fc
    .array(cell, { minLength: 1, maxLength: 5 })
    .filter((cells) => cells.length > 1 || cells[0] !== '')
    .filter(([first]) => !first?.startsWith('\ufeff'));
  fc.assert(
    fc.property(fc.array(row, { maxLength: 5 }), (table) => {
      expect(rows(table.map((cells) => `${csvLine(cells)}\n`).join(''))).toEqual(table);
    }),
  );
});
