import { join } from 'node:path';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { journeysSchema } from '../../src/core/contract/journeys-schema.ts';
import { MODEL_SCHEMAS } from '../../src/core/contract/model-schema.ts';
import { projectSchema } from '../../src/core/contract/project-schema.ts';
import { testFileSchema } from '../../src/core/contract-test/test-file-schema.ts';
import { REPOSITORY } from '../support/test-project.ts';

type Described = z.core.JSONSchema.BaseSchema;

/** Deeper than any key of the contract lies. */
const DEPTH_MAX = 6;

function keyLines(schema: Described, path: string, depth = 0): readonly string[] {
  if (depth > DEPTH_MAX) throw new Error(`${path} is nested too deeply`);
  const required = new Set(schema.required ?? []);
  return Object.entries(schema.properties ?? {}).flatMap(([key, value]) => {
    const below = value as Described;
    const name = path === '' ? key : `${path}.${key}`;
    return [
      `| \`${name}\` | ${valueWords(below)} | ${presetWords(below, required.has(key))} | ${text(below.description)} |`,
      ...branchesOf(below).flatMap((branch) => keyLines(branch, name, depth + 1)),
    ];
  });
}

/** Where nested keys may stand: the mapping itself, a branch of a choice, the items of a list, the values of a record. */
function branchesOf(schema: Described): readonly Described[] {
  const { anyOf = [], oneOf = [], items, additionalProperties } = schema;
  const record = typeof additionalProperties === 'object' ? [additionalProperties] : [];
  const list = typeof items === 'object' && !Array.isArray(items) ? [items] : [];
  const nested = [...anyOf, ...oneOf, ...record, ...list] as readonly Described[];
  return [schema, ...nested.flatMap(branchesOf)].filter((branch) => branch.properties !== undefined);
}

function valueWords(schema: Described): string {
  if (schema.const !== undefined) return `\`${String(schema.const)}\``;
  if (schema.enum !== undefined) return schema.enum.map((each) => `\`${String(each)}\``).join(', ');
  const choices = [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])] as readonly Described[];
  if (choices.length > 0) return [...new Set(choices.map(valueWords))].join(' or ');
  if (schema.type === 'array') return `list of ${valueWords(schema.items as Described)}`;
  if (schema.type === 'object') return 'mapping';
  return schema.type === 'string' ? 'text' : String(schema.type ?? 'anything');
}

function presetWords(schema: Described, isRequired: boolean): string {
  if (schema.default === undefined) return isRequired ? 'needed' : '';
  return typeof schema.default === 'object' ? '' : `\`${String(schema.default)}\``;
}

function text(description: string | undefined): string {
  return (description ?? '').replaceAll('|', '\\|');
}

function section(title: string, schema: z.ZodType): readonly string[] {
  const described = z.toJSONSchema(schema, { io: 'input', target: 'draft-7' }) as Described;
  return [
    `## ${title}`,
    '',
    ...(described.description === undefined ? [] : [described.description, '']),
    '| key | value | without it | meaning |',
    '| --- | --- | --- | --- |',
    ...keyLines(described, ''),
    '',
  ];
}

const INTRODUCTION = [
  '# The contract, key by key',
  '',
  'Keys below a record (attributes, properties) stand under each of its names. Durations are written `30s`, `15m`, `24h`,',
  '`7d`. Unknown keys are errors. Editors complete and check these files with the JSON Schemas in `schemas/`.',
  'This page is written from the code; a test compares the two.',
  '',
];

it('docs/reference/contract.md says of each key what the schema says', async () => {
  const page = [
    ...INTRODUCTION,
    ...section('millrace.yml', projectSchema),
    ...Object.entries(MODEL_SCHEMAS).flatMap(([kind, schema]) =>
      section(`models/**/*.yml of kind ${kind}`, schema),
    ),
    ...section('journeys.yml', journeysSchema),
    ...section('models/**/*.test.yml', testFileSchema),
  ];
  await expect(page.join('\n')).toMatchFileSnapshot(join(REPOSITORY, 'docs/reference/contract.md'));
});
