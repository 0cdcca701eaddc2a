import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ERROR_CODES, type ErrorEntry, type ErrorKind } from '../../src/core/errors/error-codes.ts';
import { REPOSITORY } from '../support/test-project.ts';

const WHO_ACTS: Readonly<Record<ErrorKind, string>> = {
  contract: 'You, in the project: contract and command line',
  source: 'Whoever runs MySQL',
  destination: 'Whoever owns the Customer.io workspace',
  state: 'Whoever runs the machine with the state',
  bug: 'The authors of Millrace',
};

const entries: readonly (readonly [string, ErrorEntry])[] = Object.entries(ERROR_CODES);

function section(kind: ErrorKind): readonly string[] {
  return [
    `## ${WHO_ACTS[kind]}`,
    '',
    ...entries.filter(([, entry]) => entry.kind === kind).flatMap(([code, entry]) => errorLines(code, entry)),
  ];
}

function errorLines(code: string, { cause, cure, exitCode, retry }: ErrorEntry): readonly string[] {
  const again = retry ? 'The same command may succeed later.' : 'Trying again does not help by itself.';
  return [`### ${code}`, '', cause, '', `**Cure.** ${cure}`, '', `Exit code ${exitCode}. ${again}`, ''];
}

const INTRODUCTION = [
  '# Errors',
  '',
  'Every failed operation ends with one message, its code in brackets and a line with the cure.',
  'Rows that may not be sent are no errors: `millrace faults` lists those.',
  'This page is written from the code; a test compares the two.',
  '',
];

it('docs/reference/errors.md says of each error code what the code says', async () => {
  const kinds = Object.keys(WHO_ACTS) as readonly ErrorKind[];
  const page = [...INTRODUCTION, ...kinds.flatMap(section)].join('\n');
  await expect(page).toMatchFileSnapshot(join(REPOSITORY, 'docs/reference/errors.md'));
});
