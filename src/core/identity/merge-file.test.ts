import { describe, expect, it } from 'vitest';
import { readMergeFile, writeMergeFile } from './merge-file.ts';
import type { ProposedMerge } from './merge-plan.ts';

const MERGES: readonly ProposedMerge[] = [
  {
    because: 'email_on_two_people',
    detail: 'email',
    primary: { id: '007' },
    secondary: { id: 'yes' },
    decidedBy: 'older',
    older: 'primary',
    apply: true,
  },
  {
    because: 'email_taken',
    detail: 'profile',
    primary: { id: '1' },
    secondary: { cio_id: 'a#b: c' },
    decidedBy: 'in_mysql',
    older: 'unknown',
    apply: false,
  },
];
const read = (text: string) => readMergeFile('merges.yml', text);
const problemsOf = (text: string) =>
  read(text)
    .problems.map(({ message }) => message)
    .join('\n');
const file = (...merges: readonly string[]) =>
  `version: 1\nworkspace: w\nmerges:\n${merges.map((merge) => `  - { ${merge} }\n`).join('')}`;
const pair = (primary: string, secondary: string, apply = true) =>
  `primary: { id: "${primary}" }, secondary: { id: "${secondary}" }, apply: ${apply}`;

describe('a file of merges', () => {
  it('reads what it wrote, with identifiers as they were', () => {
    const text = writeMergeFile('production', MERGES);
    expect(text).toContain('can not be undone');
    expect(read(text).value).toMatchObject({
      workspace: 'production',
      merges: [
        { primary: { id: '007' }, secondary: { id: 'yes' }, apply: true },
        { primary: { id: '1' }, secondary: { cio_id: 'a#b: c' }, apply: false },
      ],
    });
  });

  it('needs identifiers in quotes, exactly one a side, and a word on whether to apply', () => {
    expect(problemsOf(file('primary: { id: 7 }, secondary: { id: "8" }, apply: true'))).not.toBe('');
    expect(
      problemsOf(file('primary: { id: "7", email: "a@x" }, secondary: { id: "8" }, apply: true')),
    ).toMatch(/exactly one|unknown key/);
    expect(problemsOf(file('primary: { id: "7" }, secondary: { id: "8" }'))).toMatch(/apply` is missing/);
    expect(problemsOf('version: 2\nworkspace: w\nmerges: []\n')).toMatch(/another version/);
    expect(problemsOf('- 1')).not.toBe('');
  });

  it('refuses merges that contradict each other, and only those that are to be applied', () => {
    expect(problemsOf(file(pair('1', '1')))).toMatch(/into itself/);
    expect(problemsOf(file(pair('1', '2'), pair('3', '2')))).toMatch(/id 2 is merged away twice/);
    expect(problemsOf(file(pair('1', '2'), pair('2', '3')))).toMatch(/id 2 is merged away by an earlier/);
    expect(problemsOf(file(pair('1', '2'), pair('3', '1')))).toMatch(/id 1 stays in an earlier entry/);
    expect(problemsOf(file(pair('1', '2'), pair('3', '2', false)))).toBe('');
    expect(problemsOf(file(pair('1', '2'), pair('1', '3')))).toBe('');
  });
});
