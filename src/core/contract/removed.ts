import { z } from 'zod';
import type { Fragment } from '../shape/fragment.ts';
import type { Field, FieldType, PeopleModel } from './contract.ts';
import { didYouMean } from './did-you-mean.ts';
import type { Problem } from './problem.ts';
import { nameSchema } from './schema-parts.ts';
import type { YamlFile } from './yaml-file.ts';

/** What becomes of people who were delivered and whom the query no longer returns. */
export type GonePolicy =
  | { readonly action: 'nothing' }
  /** Every attribute that the model delivered is removed; identifiers and consents stay. */
  | { readonly action: 'clear' }
  | { readonly action: 'set'; readonly values: readonly (readonly [attribute: string, value: Fragment])[] };

export const removedSchema = z
  .union(
    [
      z.enum(['nothing', 'clear']),
      z.strictObject({
        set: z.record(nameSchema, z.union([z.string(), z.number(), z.boolean()]), {
          error: 'a mapping of attributes and values is expected here',
        }),
      }),
    ],
    {
      error:
        '`removed` is `nothing`, `clear`, or a mapping like `set: { is_customer: false }`; who is to be deleted is named by a model of kind erasure',
    },
  )
  .describe('What becomes of people delivered before who are no longer in the query. Without it: nothing.');

type RemovedYaml = z.output<typeof removedSchema>;

export function toGonePolicy(yaml: RemovedYaml = 'nothing'): GonePolicy {
  if (typeof yaml === 'string') return { action: yaml };
  return {
    action: 'set',
    values: Object.entries(yaml.set).map(([name, value]) => [name, JSON.stringify(value)]),
  };
}

/** What of a policy does not fit the attributes: a value must be one that the next row could have. */
export function removedProblems(
  { removed, attributes, keys }: PeopleModel,
  yaml: YamlFile,
): readonly Problem[] {
  if (removed.action !== 'set') return [];
  const settable = attributes.filter(({ name }) => !keys.some(({ kind }) => kind === name));
  const names = settable.map(({ name }) => name);
  return removed.values.flatMap(([name, value]) => {
    const path = ['removed', 'set', name];
    const field = settable.find((each) => each.name === name);
    if (field === undefined) {
      const message = `the model has no attribute \`${name}\`, so that it could not be set right again`;
      return [yaml.problemAt(path, message, didYouMean(name, names), 'key')];
    }
    if (fits(field, JSON.parse(value))) return [];
    return [yaml.problemAt(path, `\`${name}\` can not be ${value}`, 'Give a value of its type.')];
  });
}

const JSON_TYPES: Readonly<Partial<Record<FieldType, string>>> = {
  string: 'string',
  integer: 'number',
  decimal: 'number',
  boolean: 'boolean',
};

function fits({ type, oneOf }: Field, value: unknown): boolean {
  if (typeof value !== JSON_TYPES[type]) return false;
  if (type === 'integer' && !Number.isSafeInteger(value)) return false;
  return oneOf === undefined || oneOf.includes(String(value));
}
