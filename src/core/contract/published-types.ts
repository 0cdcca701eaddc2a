import type { LintCode } from '../lint/lint-rules.ts';
import type { Contract, Field, FieldType, Model } from './contract.ts';
import type { Problem } from './problem.ts';
import type { YamlPath } from './yaml-file.ts';

export type TypesByName = ReadonlyMap<string, FieldType>;

/** Types under which something was sent to a workspace. */
export interface PublishedTypes {
  readonly attributes: TypesByName;
  /** By event. */
  readonly properties: ReadonlyMap<string, TypesByName>;
}

/** What of a model is about to be sent; `names` undefined: everything. */
export interface Publication {
  readonly model: Model;
  readonly names: readonly string[] | undefined;
}

/** The types with what is sent now. One that was published stays as it was. */
export function withPublication(types: PublishedTypes, { model, names }: Publication): PublishedTypes {
  const sent = fieldsOf(model).filter(({ name }) => names?.includes(name) ?? true);
  const added = sent.map(({ name, type }) => [name, type] as const);
  if (model.kind === 'people') return { ...types, attributes: new Map([...added, ...types.attributes]) };
  const before = types.properties.get(model.event) ?? [];
  const properties = new Map([...types.properties, [model.event, new Map([...added, ...before])]]);
  return { ...types, properties };
}

const RULE: LintCode = 'type_changed';

/** Attributes and properties whose declared type is not the published one; `where` is the workspace. */
export function typeChanges(contract: Contract, types: PublishedTypes, where: string): readonly Problem[] {
  return contract.models.flatMap((model) => {
    const part = model.kind === 'people' ? 'attributes' : 'properties';
    const published = model.kind === 'people' ? types.attributes : types.properties.get(model.event);
    return fieldsOf(model).flatMap(({ name, type }) => {
      const before = published?.get(name) ?? type;
      if (before === type) return [];
      const message = `\`${name}\` was published as ${before} in ${where}, and is declared as ${type}`;
      return [{ ...problemAt(contract, model, [part, name, 'type'], message), rule: RULE }];
    });
  });
}

function fieldsOf(model: Model): readonly Field[] {
  return model.kind === 'people' ? model.attributes : model.properties;
}

const CURE =
  'What has another type needs another name. When everything that uses it is ready, change the type in millrace.lock in the same commit.';

function problemAt(contract: Contract, { file }: Model, path: YamlPath, message: string): Problem {
  const placed = contract.yamlFiles.get(file)?.problemAt(path, message, CURE);
  return placed ?? { file, line: 1, column: 1, message, hint: CURE };
}
