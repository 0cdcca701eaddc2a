import { z } from 'zod';
import { columnSchema, nameSchema } from '../contract/schema-parts.ts';
import { HOLD_CODES, type HoldCode } from '../guard/hold.ts';
import { FAULT_CODES, type FaultCode } from '../shape/fault.ts';

const timeSchema = z.iso
  .datetime({ offset: true, error: 'a time with its zone, like 2026-11-23T10:00:00Z, is expected here' })
  .describe('With its zone: 2026-11-23T10:00:00Z.');

const scalarSchema = z.union([z.string(), z.number(), z.boolean(), z.null()], {
  error: 'one value is expected here',
});

/** A cell of a table, or what is expected to be sent: a value, or JSON written as YAML. */
const valueSchema = z.unknown();

const rowSchema = z.record(columnSchema, valueSchema, {
  error: 'a mapping of columns and values is expected here',
});
const rowsSchema = z.array(rowSchema, { error: 'a list of rows is expected here' });

const keySchema = z
  .union([z.string(), z.number(), z.array(z.union([z.string(), z.number()])).min(1)], {
    error: 'a key is a value, or a list of values',
  })
  .describe('The natural key: one value, or a list in the order of `event_id`.');

const givenSchema = z.strictObject({
  rows: rowsSchema.optional().describe("What the model's query returns. Columns left out are NULL."),
  types: z
    .record(columnSchema, z.enum(['timestamp', 'datetime', 'date', 'number']))
    .optional()
    .describe(
      'Types of columns of `rows` that matter: a TIMESTAMP is in UTC, a DATETIME in the zone of the model.',
    ),
  tables: z
    .record(nameSchema, rowsSchema, { error: 'a mapping of tables and their rows is expected here' })
    .optional()
    .describe(
      'Source tables that the query is run on, in a schema of their own. Columns left out get their default.',
    ),
  people: z
    .array(scalarSchema)
    .optional()
    .describe('For events: who is known at Customer.io. Without it: everybody.'),
  identities: z
    .array(z.record(nameSchema, scalarSchema), { error: 'a list of mappings of keys is expected here' })
    .optional()
    .describe('Which keys belong to whom, like { id: 7, email: ada@example.com }. Without it: to nobody.'),
  since: timeSchema.optional().describe('For events: when the event model started. Without it: long ago.'),
});

const fieldsOfExpectation = {
  absent: z.array(nameSchema).default([]).describe('What must not be sent.'),
  exact: z.boolean().default(false).describe('Nothing may be sent besides what is listed.'),
};

const expectedPersonSchema = z.strictObject({
  person: scalarSchema.describe('The canonical identifier.'),
  attributes: z
    .record(nameSchema, valueSchema)
    .default({})
    .describe('What is sent; null stands for removing. Times may be written as 2026-11-23T10:00:00Z.'),
  ...fieldsOfExpectation,
});

const expectedEventSchema = z.strictObject({
  event_id: keySchema,
  person: scalarSchema.optional(),
  occurred_at: z.union([timeSchema, z.int()]).optional(),
  id: z.string().optional().describe('The id under which Customer.io knows it.'),
  properties: z.record(nameSchema, valueSchema).default({}),
  ...fieldsOfExpectation,
});

function codesOf<C extends string>(codes: Readonly<Record<C, unknown>>): [C, ...C[]] {
  return Object.keys(codes) as [C, ...C[]];
}

const expectSchema = z.strictObject({
  people: z.array(expectedPersonSchema).optional(),
  events: z.array(expectedEventSchema).optional(),
  faults: z
    .array(
      z.strictObject({
        key: keySchema,
        code: z.enum(codesOf<FaultCode>(FAULT_CODES), { error: 'there is no such code of a fault' }),
        column: columnSchema.optional(),
      }),
    )
    .default([]),
  held: z
    .array(
      z.strictObject({
        key: keySchema,
        code: z.enum(codesOf<HoldCode>(HOLD_CODES), { error: 'there is no such code of a held row' }),
      }),
    )
    .default([]),
});

const testSchema = z.strictObject({
  name: z.string({ error: 'a sentence that says what holds is expected here' }).min(1),
  now: timeSchema.optional(),
  given: givenSchema,
  expect: expectSchema.describe('Everything that comes of it: what is not listed must not happen.'),
});

/** `models/**.test.yml`: given rows, expected operations and faults. */
export const testFileSchema = z.strictObject({
  model: nameSchema.optional().describe('Without it: the name of the file.'),
  now: timeSchema.optional().describe('The time at which all tests of this file happen.'),
  schema: z
    .union([z.string().min(1), z.array(z.string().min(1)).min(1)], {
      error: 'a file, or a list of files, is expected here',
    })
    .optional()
    .describe('SQL files with CREATE TABLE statements (mysqldump --no-data), relative to millrace.yml.'),
  tests: z.array(testSchema, { error: 'a list of tests is expected here' }).min(1),
});

export type TestFileYaml = z.output<typeof testFileSchema>;
export type TestYaml = z.output<typeof testSchema>;
