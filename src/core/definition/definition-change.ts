import { type Contract, type Model, makesEvents } from '../contract/contract.ts';
import type { WorkspaceLock } from '../contract/lock.ts';
import { type DeclaredDefinition, declaredDefinitions } from './definition.ts';
import { type ChangedPart, changedParts, type Verdict, verdictOf } from './judge-change.ts';
import { type PublishedDefinition, publishedFields, publishedOf } from './published.ts';

/** What became of one definition since it was published. */
export interface DefinitionChange {
  readonly model: Model;
  readonly kind: DeclaredDefinition['kind'];
  readonly name: string;
  /** `new_version`: the meaning changed, and the contract says so with a higher `version`. */
  readonly verdict: Exclude<Verdict, 'same'> | 'new_version' | 'withdrawn';
  readonly parts: readonly ChangedPart[];
  /** Undefined for what is new. */
  readonly published: PublishedDefinition | undefined;
}

/** How a change is called on the command line: `customers.lifetime_value`; an event by its model alone. */
export function changeTarget({ model, kind, name }: DefinitionChange): string {
  return kind === 'event' || kind === 'rows' ? model.name : `${model.name}.${name}`;
}

/** Everything of these models that is not as it was published in the workspace. Drafts have no definition. */
export function definitionChanges(
  { project }: Contract,
  models: readonly Model[],
  lock: WorkspaceLock,
): readonly DefinitionChange[] {
  return models
    .filter(({ isDraft }) => !isDraft)
    .flatMap((model) => {
      const declared = declaredDefinitions(model, project.canonical);
      return [
        ...declared.flatMap((each) => changeOf(model, each, lock)),
        ...withdrawn(model, declared, lock),
      ];
    });
}

function changeOf(
  model: Model,
  declared: DeclaredDefinition,
  lock: WorkspaceLock,
): readonly DefinitionChange[] {
  const { kind, name } = declared;
  const published = publishedOf(lock, model, kind, name);
  if (published === undefined) {
    return isPublished(model, lock) ? [{ model, kind, name, verdict: 'additive', parts: [], published }] : [];
  }
  const parts = changedParts(published, declared.definition);
  const verdict = verdictOf(parts);
  if (verdict === 'same') return [];
  const isDeclared = verdict === 'changed' && declared.version > (published.version ?? 1);
  return [{ model, kind, name, verdict: isDeclared ? 'new_version' : verdict, parts, published }];
}

/** A model of which nothing was sent yet is no news. */
function isPublished(model: Model, lock: WorkspaceLock): boolean {
  return lock.queries.has(model.name);
}

/** Published by this model, and no longer declared: it stays in Customer.io as it was last. */
function withdrawn(
  model: Model,
  declared: readonly DeclaredDefinition[],
  lock: WorkspaceLock,
): readonly DefinitionChange[] {
  const kind = makesEvents(model) ? 'property' : 'attribute';
  const published = publishedFields(lock, model);
  return [...published].flatMap(([name, definition]) => {
    const isGone =
      definition.model === model.name && !declared.some((each) => each.kind === kind && each.name === name);
    return isGone
      ? [{ model, kind, name, verdict: 'withdrawn', parts: [], published: definition } as const]
      : [];
  });
}
