import type { DefinitionChange } from '../core/definition/definition-change.ts';
import { journeysOfChange, journeyWords } from '../core/definition/journeys-of-change.ts';
import type { Journey } from '../core/journeys/journey.ts';

const HEADLINES: Readonly<Record<DefinitionChange['verdict'], string>> = {
  changed: 'changed',
  new_version: 'sent in a new version from the next sync on, as its file says',
  additive: 'new, or allows more',
  harmless: 'written otherwise, means the same',
  withdrawn: 'no longer declared: Customer.io keeps the last values',
};

/** Verdicts that those who use the field want to know of. */
const MATTERS: ReadonlySet<DefinitionChange['verdict']> = new Set(['changed', 'new_version', 'withdrawn']);

/** What is not defined as it was published, and stops nothing; with the journeys that use it. */
export function formatDefinitions(
  changes: readonly DefinitionChange[],
  journeys: readonly Journey[],
): readonly string[] {
  const verdicts = Object.keys(HEADLINES) as readonly DefinitionChange['verdict'][];
  const lines = verdicts.flatMap((verdict) => {
    const ofVerdict = changes.filter((change) => change.verdict === verdict);
    if (ofVerdict.length === 0) return [];
    const names = ofVerdict.map(({ model, name }) => `${model.name}.${name}`);
    const users = MATTERS.has(verdict) ? journeyWords(journeys, ofVerdict).trim() : '';
    return [`  ${HEADLINES[verdict]}: ${names.join(', ')}`, ...(users === '' ? [] : [`    ${users}`])];
  });
  return lines.length === 0 ? [] : ['Definitions that are not as they were published', ...lines];
}

export function definitionsAsJson(
  changes: readonly DefinitionChange[],
  journeys: readonly Journey[],
): unknown {
  return changes.map((change) => ({
    model: change.model.name,
    kind: change.kind,
    name: change.name,
    verdict: change.verdict,
    parts: change.parts,
    journeys: journeysOfChange(journeys, change).map(({ name }) => name),
  }));
}
