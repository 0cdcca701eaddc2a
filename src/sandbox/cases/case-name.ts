import { CASES, type CaseNumber } from './case-list.ts';

/** The name of a test of a case: its number, its basis and what it shows. */
export function caseName(number: CaseNumber, sentence: string): string {
  return `case ${number} (${CASES[number].join(', ')}): ${sentence}`;
}
