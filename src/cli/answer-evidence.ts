import { type EvidenceOptions, evidence } from '../app/definitions/evidence.ts';
import { KEYED_NOUNS } from '../core/contract/contract.ts';
import type { Evidence, FieldEvidence } from '../core/definition/evidence.ts';
import type { Toolbox } from '../ports/toolbox.ts';
import type { Answer } from './command-context.ts';
import { count, counted, seconds } from './text.ts';

/** Prints what the present definitions would change. @returns the exit code. */
export async function answerEvidence(
  toolbox: Toolbox,
  options: EvidenceOptions,
  answer: Answer,
): Promise<number> {
  const found = await evidence(toolbox, options);
  if (answer.isJson) answer.json({ evidence: found });
  else answer.lines(found.flatMap(evidenceLines));
  return 0;
}

const NOUNS: Readonly<Record<Evidence['kind'], { readonly one: string; readonly many: string }>> = {
  people: { one: 'person', many: 'people' },
  event: { one: 'event', many: 'events' },
  abandonment: { one: 'cart', many: 'carts' },
  ...KEYED_NOUNS,
};

/** "lifetime_value would change for 41,233 of 96,000 people, median −12.40 EUR". */
export function evidenceLines(found: Evidence): readonly string[] {
  const { one, many } = NOUNS[found.kind];
  const sample = found.share === 1 ? '' : ` (one in ${Math.round(1 / found.share)}, chosen by chance)`;
  const changed = found.fields.filter(({ changed: rows }) => rows > 0);
  return [
    `${found.model}: ${counted(found.compared, one, many)} compared by the published and the present query${sample}`,
    ...(changed.length === 0 ? ['  nothing would change for any of them'] : []),
    ...changed.map((field) => `  ${fieldLine(field, found.compared, many)}`),
    ...(found.onlyBefore === 0 ? [] : [`  only the published query returns ${count(found.onlyBefore)} more`]),
    ...(found.onlyAfter === 0 ? [] : [`  only the present query returns ${count(found.onlyAfter)} more`]),
  ];
}

function fieldLine(field: FieldEvidence, compared: number, many: string): string {
  const { name, changed, medianDifference } = field;
  const median = medianDifference === undefined ? '' : `, median ${differenceText(medianDifference, field)}`;
  return `${name} would change for ${count(changed)} of ${count(compared)} ${many}${median}`;
}

function differenceText(difference: number, { type, unit }: FieldEvidence): string {
  const sign = difference < 0 ? '−' : '+';
  const size = Math.abs(difference);
  if (type === 'timestamp') return sign + seconds(size);
  const [whole = '', decimals] = (Number.isInteger(size) ? String(size) : size.toFixed(2)).split('.');
  const amount = count(Number(whole)) + (decimals === undefined ? '' : `.${decimals}`);
  return `${sign}${amount}${unit === undefined ? '' : ` ${unit}`}`;
}
