import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Contract, Model } from '../../src/core/contract/contract.ts';
import { type WorkspaceLock, workspaceLock } from '../../src/core/contract/lock.ts';
import { type DefinitionChange, definitionChanges } from '../../src/core/definition/definition-change.ts';
import { publishDefinitions } from '../../src/core/definition/publish-definitions.ts';
import { contractOf } from './contract-files.ts';
import { REPOSITORY } from './test-project.ts';

/** A model of one of the examples: its two files as texts. */
export interface ModelTexts {
  readonly yaml: string;
  readonly sql: string;
}

export function exampleModel(path: string): ModelTexts {
  const read = (ending: string) => readFileSync(join(REPOSITORY, `examples/${path}.${ending}`), 'utf8');
  return { yaml: read('yml'), sql: read('sql') };
}

export function contractWith({ yaml, sql }: ModelTexts): Contract {
  return contractOf({ models: { model: [yaml, sql] } });
}

/** A workspace in which everything of these models was sent. */
export function publishedLock(models: readonly Model[]): WorkspaceLock {
  return models.reduce(
    (lock, model) =>
      publishDefinitions(lock, { model, names: undefined, canonical: 'id', today: '2026-11-24' }).lock,
    workspaceLock(undefined, 'us-3'),
  );
}

/** What an edit of a published model is classified as. */
export function changesBetween(before: ModelTexts, after: ModelTexts): readonly DefinitionChange[] {
  const contract = contractWith(after);
  return definitionChanges(contract, contract.models, publishedLock(contractWith(before).models));
}
