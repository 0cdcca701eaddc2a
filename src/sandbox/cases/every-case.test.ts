import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { describeWithShared } from '../../../test/support/shared-data.ts';
import { REPOSITORY } from '../../../test/support/test-project.ts';
import type { Basis } from '../switches.ts';
import { CASES, type CaseNumber } from './case-list.ts';

const TEST_FOLDERS = ['src/sandbox', 'test'];
const NAMED_CASE = /\bcaseName\(\s*(\d+),/g;

/** The numbers that names of tests bear. */
function testedCases(): ReadonlySet<number> {
  const files = TEST_FOLDERS.flatMap((folder) =>
    readdirSync(join(REPOSITORY, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.test.ts'))
      .map((name) => join(REPOSITORY, folder, name)),
  );
  const texts = files.map((file) => readFileSync(file, 'utf8'));
  return new Set(texts.flatMap((text) => [...text.matchAll(NAMED_CASE)].map(([, number]) => Number(number))));
}

test('every case has a test that bears its number', () => {
  const tested = testedCases();
  const untested = Object.keys(CASES)
    .map(Number)
    .filter((number) => !tested.has(number));
  expect(untested).toEqual([]);
});

const BASIS_BY_LETTER: Readonly<Record<string, Basis>> = {
  D: 'documented',
  L: 'recorded',
  P: 'recorded',
  S: 'recorded',
  I: 'assumed',
};

describeWithShared('customerio/cases.md', 'the list of cases', (path) => {
  const rows = readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => /^\| \d+ \|/.test(line))
    .map((line) => line.split(' | '));

  test('the numbers are those of ../shared/customerio/cases.md', () => {
    const numbers = rows.map(([number = '']) => Number(number.slice(2)));
    expect(numbers.length).toBeGreaterThan(90);
    expect(Object.keys(CASES).map(Number)).toEqual(numbers);
  });

  test.each(rows.map((row) => [Number(row[0]?.slice(2)), row.at(-1) ?? ''] as const))(
    'the basis of case %i is that of ../shared/customerio/cases.md',
    (number, cell) => {
      expect(CASES[number as CaseNumber]).toEqual(basesOf(cell));
    },
  );
});

/** The letters of the last cell, without what stands in brackets; a cell of sources alone is a record. */
function basesOf(cell: string): readonly Basis[] {
  const letters = cell.replaceAll(/\[[^\]]*\]/g, '').matchAll(/(?<![\w.'])[DLPSI](?![\w.'])/g);
  const bases = new Set([...letters].map(([letter]) => BASIS_BY_LETTER[letter]));
  return bases.size === 0 ? ['recorded'] : [...bases].filter((basis) => basis !== undefined);
}
