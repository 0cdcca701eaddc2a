import { expect, it } from 'vitest';
import { csvLines } from './csv.ts';

it('quotes what would break a line or a cell', () => {
  expect(
    csvLines(
      ['a', 'b'],
      [
        ['x,y', 'say "hi"'],
        ['two\nlines', ''],
      ],
    ),
  ).toEqual(['a,b', '"x,y","say ""hi"""', '"two\nlines",']);
});

it.each([
  ['=1+1', "'=1+1"],
  ['+cmd', "'+cmd"],
  ['-SUM(A1)', "'-SUM(A1)"],
  ['@x', "'@x"],
  ['=HYPERLINK("http://x";"y")', '"\'=HYPERLINK(""http://x"";""y"")"'],
  ['+4917012345', '+4917012345'],
  ['-12.5', '-12.5'],
  ['ada@example.com', 'ada@example.com'],
])('never lets a spreadsheet compute %s', (cell, expected) => {
  expect(csvLines(['key'], [[cell]])[1]).toBe(expected);
});
