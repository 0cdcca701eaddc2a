import { SOURCES_MAX } from '../identity/claim-table.ts';
import type { KeyKind } from '../identity/key-hash.ts';
import {
  type CanonicalIdentifier,
  type EventMakingModel,
  type IdentitiesModel,
  isKeyed,
  type KeyColumn,
  keyColumnsOf,
  type Model,
  makesEvents,
  type PeopleModel,
} from './contract.ts';
import { didYouMean } from './did-you-mean.ts';
import type { Problem } from './problem.ts';
import type { ModelFiles } from './read-model.ts';
import { parseYamlFile, type YamlPath } from './yaml-file.ts';

/**
 * Whether the keys by which models name people lead anywhere: some people or identities model must say who
 * has them. Looks at all models together.
 */
export function checkKeys(
  models: readonly Model[],
  canonical: CanonicalIdentifier | undefined,
  files: readonly Pick<ModelFiles, 'yamlFile' | 'yaml'>[],
): readonly Problem[] {
  if (canonical === undefined) return [];
  const problemAt: ProblemAt = (model, path, message, hint) => {
    const text = files.find(({ yamlFile }) => yamlFile === model.file)?.yaml ?? '';
    return parseYamlFile(model.file, text).problemAt(path, message, hint, 'key');
  };
  const sources = models.filter((model) => isSource(model, canonical));
  const kinds = new Set(sources.flatMap(({ keys }) => keys.map(({ kind }) => kind)));
  return [
    ...models.flatMap((model) =>
      keysToResolve(model, canonical)
        .filter(({ kind }) => !kinds.has(kind))
        .map(({ kind }) => unknownKind(model, kind, [...kinds, canonical], problemAt)),
    ),
    ...sources.slice(SOURCES_MAX).map((model) => {
      const message = `more than ${SOURCES_MAX} models say which keys belong to whom`;
      return problemAt(model, ['person'], message, 'Join some of their queries with UNION ALL.');
    }),
  ];
}

type ProblemAt = (model: Model, path: YamlPath, message: string, hint: string) => Problem;

/** A model that says which keys belong to whom. */
export type SourceModel = (PeopleModel | IdentitiesModel) & { readonly keyColumn: string };

/**
 * Models that say which keys belong to a person: they name the canonical identifier and other keys. Under
 * canonical e-mail the identifier itself is such a key.
 */
export function isSource(model: Model, canonical: CanonicalIdentifier): model is SourceModel {
  if (makesEvents(model) || isKeyed(model) || model.keyColumn === undefined) return false;
  return model.keys.length > 0 || canonical === 'email';
}

/** The keys of a model that must lead to the canonical identifier. */
function keysToResolve(model: Model, canonical: CanonicalIdentifier): readonly KeyColumn[] {
  switch (model.kind) {
    case 'event':
    case 'abandonment':
      return keyColumnsOf(model).filter(({ kind }) => kind !== canonical && !isSentAnonymously(model, kind));
    case 'objects':
    case 'relationships':
    case 'devices':
    case 'segment':
    case 'erasure':
      return model.person.filter(({ kind }) => kind !== canonical);
    case 'people':
      return model.keyColumn === undefined ? model.keys : [];
    case 'identities':
      return [];
  }
}

/** Under its anonymous_id an event can go out although nobody is known to have it. */
function isSentAnonymously(model: EventMakingModel, kind: KeyKind): boolean {
  return kind === 'anonymous_id' && model.unresolved === 'anonymous';
}

function unknownKind(model: Model, kind: KeyKind, kinds: readonly KeyKind[], problemAt: ProblemAt): Problem {
  const message = `no model says who has which \`${kind}\``;
  const hint = `Name its column in a people or identities model beside the canonical identifier. ${didYouMean(kind, kinds)}`;
  return problemAt(model, ['person', kind], message, hint);
}
