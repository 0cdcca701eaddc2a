import type { DefinitionChange } from '../core/definition/definition-change.ts';

const HEADLINES: Readonly<Record<DefinitionChange['verdict'], string>> = {
  changed: 'changed',
  new_version: 'sent in a new version from the next sync on, as its file says',
  additive: 'new, or allows more',
  harmless: 'written otherwise, means the same',
  withdrawn: 'no longer declared: Customer.io keeps the last values',
};

/** What is not defined as it was published, and stops nothing. */
export function formatDefinitions(changes: readonly DefinitionChange[]): readonly string[] {
  const verdicts = Object.keys(HEADLINES) as readonly DefinitionChange['verdict'][];
  const lines = verdicts.flatMap((verdict) => {
    const names = changes
      .filter((change) => change.verdict === verdict)
      .map(({ model, name }) => `${model.name}.${name}`);
    return names.length === 0 ? [] : [`  ${HEADLINES[verdict]}: ${names.join(', ')}`];
  });
  return lines.length === 0 ? [] : ['Definitions that are not as they were published', ...lines];
}

export function definitionsAsJson(changes: readonly DefinitionChange[]): unknown {
  return changes.map(({ model, kind, name, verdict, parts }) => ({
    model: model.name,
    kind,
    name,
    verdict,
    parts,
  }));
}
