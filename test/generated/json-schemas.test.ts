import { join } from 'node:path';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { journeysSchema } from '../../src/core/contract/journeys-schema.ts';
import { MODEL_SCHEMAS } from '../../src/core/contract/model-schema.ts';
import { projectSchema } from '../../src/core/contract/project-schema.ts';
import { testFileSchema } from '../../src/core/contract-test/test-file-schema.ts';
import { REPOSITORY } from '../support/test-project.ts';

const SCHEMAS = join(REPOSITORY, 'schemas');

const modelSchema = z.discriminatedUnion('kind', [
  MODEL_SCHEMAS.people,
  ...Object.values(MODEL_SCHEMAS).filter((schema) => schema !== MODEL_SCHEMAS.people),
]);

it.each([
  ['millrace.schema.json', 'millrace.yml', projectSchema],
  ['model.schema.json', 'models/**/*.yml', modelSchema],
  ['journeys.schema.json', 'journeys.yml', journeysSchema],
  ['test.schema.json', 'models/**/*.test.yml', testFileSchema],
])('schemas/%s describes %s as it is checked', async (file, title, schema) => {
  const described = { title, ...z.toJSONSchema(schema, { io: 'input', target: 'draft-7' }) };
  await expect(`${JSON.stringify(described, null, 2)}\n`).toMatchFileSnapshot(join(SCHEMAS, file));
});
