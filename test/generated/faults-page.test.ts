import { join } from 'node:path';
import { expect, it } from 'vitest';
import { HOLD_CODES } from '../../src/core/guard/hold.ts';
import { FAULT_CODES } from '../../src/core/shape/fault.ts';
import { REPOSITORY } from '../support/test-project.ts';

const INTRODUCTION = [
  '# Faults and held rows',
  '',
  'A row that may not be sent is a fault; an event that waits is held. Both are counted, kept with their keys and',
  'listed by `millrace faults`, with when they were first and last seen. `docs/guides/faults.md` says how to work',
  'with them. This page is written from the code; a test compares the two.',
  '',
];

type Codes = Readonly<Record<string, { readonly reason: string; readonly cure: string }>>;

function table(codes: Codes): readonly string[] {
  return [
    '| code | reason | what to do |',
    '| --- | --- | --- |',
    ...Object.entries(codes).map(([code, { reason, cure }]) => `| \`${code}\` | ${reason} | ${cure} |`),
    '',
  ];
}

it('docs/reference/faults.md says of each code what the code says', async () => {
  const page = [...INTRODUCTION, '## Faults', '', ...table(FAULT_CODES), '## Held', '', ...table(HOLD_CODES)];
  await expect(page.join('\n')).toMatchFileSnapshot(join(REPOSITORY, 'docs/reference/faults.md'));
});
