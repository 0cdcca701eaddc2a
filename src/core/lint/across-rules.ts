import type { Contract, Model, PeopleModel } from '../contract/contract.ts';
import type { Remark } from './lint-finding.ts';
import { declaredFields } from './model-fields.ts';
import { twinsOf } from './name-rules.ts';

/** Few attributes that are used beat many that might be. */
const ATTRIBUTES_IN_ALL_MAX = 60;

/** A remark, and the model whose file it belongs to. */
interface PlacedRemark {
  readonly model: Model;
  readonly remark: Remark;
}

/** What can only be seen by looking at all models at once. */
export function remarksAcross({ models }: Contract): readonly PlacedRemark[] {
  const people = models.filter((model) => model.kind === 'people');
  return [...tooMany(people), ...twins(people)];
}

/** Said once, at the largest of the people models. */
function tooMany(people: readonly PeopleModel[]): readonly PlacedRemark[] {
  const total = people.reduce((sum, model) => sum + model.attributes.length, 0);
  const [model] = [...people].sort((a, b) => b.attributes.length - a.attributes.length);
  if (total <= ATTRIBUTES_IN_ALL_MAX || model === undefined) return [];
  const remark: Remark = {
    rule: 'too_many_attributes',
    path: ['attributes'],
    message: `${total} attributes in all; among more than ${ATTRIBUTES_IN_ALL_MAX} the right one is hard to find`,
    hint: 'Keep those that a segment or a message uses, and list the other columns under `ignore_columns`.',
  };
  return [{ model, remark }];
}

/** Attributes of different people models. Those of one model are looked at with the model. */
function twins(people: readonly PeopleModel[]): readonly PlacedRemark[] {
  const named = people.flatMap((model) =>
    declaredFields(model).map(({ field, path }) => ({ name: field.name, path, model })),
  );
  return twinsOf(named).flatMap(({ name, path, model, earlier }) => {
    const other = named.find((each) => each.name === earlier)?.model;
    if (other === undefined || other === model) return [];
    const message = `\`${name}\` and \`${earlier}\` (${other.file}) are easily taken for each other`;
    const hint = 'Keep one of them, or say in the names how they differ.';
    return [{ model, remark: { rule: 'twin_names', path, message, hint } }];
  });
}
